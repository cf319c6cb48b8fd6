#include "sql/bind/scope.h"

#include <utility>

#include "base/error.h"

namespace ordinal::sql {

void Scope::Add(ScopeItem item) {
  for (const ScopeItem& other : items_) {
    if (!item.name.empty() && other.name == item.name && other.schema == item.schema) {
      throw base::Error(base::sqlstate::kDuplicateAlias,
                        "table name \"" + item.name + "\" specified more than once");
    }
  }
  items_.push_back(std::move(item));
}

Scope::Match Scope::Find(std::string_view qualifier, std::string_view name, int position) {
  int level = 0;
  for (Scope* scope = this; scope != nullptr; scope = scope->outer_, ++level) {
    Match match;
    for (const ScopeItem& item : scope->items_) {
      if (!qualifier.empty() && item.name != qualifier) continue;
      for (const ScopeItem::Column& column : item.columns) {
        if (column.name != name || (column.hidden && qualifier.empty())) continue;
        if (match) {
          throw base::Error(base::sqlstate::kAmbiguousColumn,
                            "column reference \"" + std::string(name) + "\" is ambiguous")
              .Position(position);
        }
        match = {&column, level};
      }
    }
    if (match) {
      if (level > 0) scope->referenced_by_inner_ = true;
      return match;
    }
  }
  return {};
}

base::Oid Scope::RelationOf(std::string_view qualifier) const {
  const ScopeItem* item =
      qualifier.empty() ? (items_.empty() ? nullptr : &items_.front()) : FindItem(qualifier);
  return item != nullptr && !item->columns.empty() ? item->columns.front().table : base::kInvalidOid;
}

const ScopeItem* Scope::FindItem(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_) {
    for (const ScopeItem& item : scope->items_) {
      if (item.name == name) return &item;
    }
  }
  return nullptr;
}

}  // namespace ordinal::sql
