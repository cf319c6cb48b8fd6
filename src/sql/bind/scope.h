// Resolves column names within one query level and the levels around it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/descriptor.h"
#include "sql/expr/expression.h"

namespace ordinal::sql {

// One named FROM item.
struct ScopeItem {
  struct Column {
    std::string name;
    Type type;
    int slot = 0;
    base::Oid table = 0;
    base::AttributeNumber attribute = 0;
    bool hidden = false;  // merged away by USING: found by qualified name only
  };
  std::string schema;  // of an unaliased table; empty otherwise
  std::string name;
  std::vector<Column> columns;
  bool star = true;  // expanded by `*`
};

class Scope {
 public:
  explicit Scope(Scope* outer) : outer_(outer) {}

  Scope* outer() const { return outer_; }
  std::vector<ScopeItem>& items() { return items_; }
  const std::vector<ScopeItem>& items() const { return items_; }
  int width() const { return width_; }
  void Widen(int slots) { width_ += slots; }

  // Adds an item; throws 42712 `table name "t" specified more than once`.
  void Add(ScopeItem item);

  struct Match {
    const ScopeItem::Column* column = nullptr;
    int level = 0;
    explicit operator bool() const { return column != nullptr; }
  };
  // Finds a column here or further out. `qualifier` empty: any item. Throws 42702 `column reference "x" is
  // ambiguous`.
  Match Find(std::string_view qualifier, std::string_view name, int position);
  // Whether an inner query has referred to a column of this level since the flag was last cleared.
  bool referenced_by_inner() const { return referenced_by_inner_; }
  void ClearReferenced() { referenced_by_inner_ = false; }
  // Returns the relation whose rows the item of that name gives, or without a name the first item; zero when
  // it gives those of none.
  base::Oid RelationOf(std::string_view qualifier) const;
  // Finds an item by name here or further out; null when there is none.
  const ScopeItem* FindItem(std::string_view name) const;

 private:
  Scope* outer_;
  std::vector<ScopeItem> items_;
  int width_ = 0;
  bool referenced_by_inner_ = false;
};

}  // namespace ordinal::sql
