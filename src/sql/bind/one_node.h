// Makes lists for nodes that stand for what the grammar would have given.
#pragma once

#include <array>
#include <cstddef>

#include "sql/parse/pg_nodes.h"

namespace ordinal::sql {

// A list of one node, which is borrowed. A List ends in an array of no fixed length, and so is no member.
class OneNode {
 public:
  explicit OneNode(const void* node) {
    cell_.ptr_value = const_cast<void*>(node);
    list()->type = T_List;
    list()->length = list()->max_length = 1;
    list()->elements = &cell_;
  }
  OneNode(const OneNode&) = delete;
  OneNode& operator=(const OneNode&) = delete;
  List* list() { return static_cast<List*>(static_cast<void*>(bytes_.data())); }

 private:
  ListCell cell_ = {};
  alignas(List) std::array<std::byte, sizeof(List)> bytes_ = {};
};

}  // namespace ordinal::sql
