#include "sql/bind/scope.h"

#include <utility>

#include "base/error.h"

namespace ordinal::sql {
namespace {

[[noreturn]] void ThrowBarred(const ScopeItem& item, int position) {
  throw base::Error(base::sqlstate::kInvalidColumnReference,
                    "invalid reference to FROM-clause entry for table \"" + item.name + "\"")
      .Detail("The combining JOIN type must be INNER or LEFT for a LATERAL reference.")
      .Position(position);
}

}  // namespace

void Scope::Add(ScopeItem item) {
  for (const ScopeItem& other : items_) {
    if (!item.name.empty() && item.name_visible && other.name_visible && other.name == item.name &&
        other.schema == item.schema) {
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
    bool named = false;
    const ScopeItem* in = nullptr;
    for (const ScopeItem& item : scope->items_) {
      const bool seen =
          qualifier.empty() ? item.columns_visible : item.name_visible && item.name == qualifier;
      if (!seen || item.barred) continue;
      named = !qualifier.empty();
      for (const ScopeItem::Column& column : item.columns) {
        if (column.name != name || (column.hidden && qualifier.empty())) continue;
        if (match) {
          throw base::Error(base::sqlstate::kAmbiguousColumn,
                            "column reference \"" + std::string(name) + "\" is ambiguous")
              .Position(position);
        }
        match = {&column, level};
        in = &item;
      }
    }
    if (match && in->lateral_barred) ThrowBarred(*in, position);
    if (match || named) return match;
  }
  return {};
}

Scope::RowMatch Scope::FindRow(std::string_view name, int position) const {
  int level = 0;
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_, ++level) {
    for (const ScopeItem& item : scope->items_) {
      if (!item.name_visible || item.barred || item.name != name || item.name.empty()) continue;
      if (item.lateral_barred) ThrowBarred(item, position);
      return {&item, level};
    }
  }
  return {};
}

ExprPtr Scope::Reference(const ScopeItem::Column& column, int level, int position) {
  if (column.slot == kNoSlot && !column.merged) {
    base::ThrowUnsupported("subqueries and long expressions in columns of views that are changed", position);
  }
  ExprPtr result = column.merged ? Clone(*column.merged) : MakeColumn(column.slot, column.type, position);
  WalkMutable(*result, [&](Expression& node) {
    if (node.kind == ExprKind::kColumn) node.level = level;
    node.position = position;
  });
  if (column.shape) result->shape = column.shape;
  return result;
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
