// Reads PostgreSQL's parse-tree lists and names. Include after all standard headers.
#pragma once

#include <string>
#include <vector>

#include "sql/parse/pg_nodes.h"

namespace ordinal::sql {

template <typename T>
const T& As(const Node& node) {
  return reinterpret_cast<const T&>(node);
}

inline const Node* NodeAt(const List* list, int index) {
  return static_cast<const Node*>(list->elements[index].ptr_value);
}

inline int LengthOf(const List* list) { return list == nullptr ? 0 : list->length; }

// The parts of a dotted name; "*" for a star.
inline std::vector<std::string> Names(const List* list) {
  std::vector<std::string> names;
  for (int i = 0; i < LengthOf(list); ++i) {
    const Node* node = NodeAt(list, i);
    names.emplace_back(nodeTag(node) == T_String ? As<String>(*node).sval : "*");
  }
  return names;
}

inline std::string LastName(const List* list) { return Names(list).back(); }

inline bool IsStar(const ColumnRef& ref) {
  return nodeTag(NodeAt(ref.fields, ref.fields->length - 1)) == T_A_Star;
}

inline std::string Text(const char* text) { return text == nullptr ? std::string() : std::string(text); }

}  // namespace ordinal::sql
