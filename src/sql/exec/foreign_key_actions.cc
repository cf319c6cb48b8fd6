// What ON DELETE and ON UPDATE do to the rows that refer to a row.
#include <algorithm>
#include <optional>
#include <utility>

#include "keys/key_space.h"
#include "sql/exec/foreign_keys.h"
#include "sql/expr/domain.h"
#include "sql/expr/expression.h"
#include "sql/expr/function.h"
#include "types/cast.h"

namespace ordinal::sql {
namespace {

using catalog::ForeignKeyAction;

// What a row must satisfy and computes besides the foreign key.
struct RowRules {
  explicit RowRules(const catalog::TableDescriptor& table) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const auto& column = table.columns[i];
      if (column.generated) generated.emplace_back(i, DeserializeExpression(*column.default_expression));
    }
    for (const auto& check : table.checks)
      checks.emplace_back(&check, DeserializeExpression(check.expression));
  }

  void Apply(const TableWriter& writer, EvalContext& context, Row& row) const {
    for (const auto& [slot, value] : generated) row[slot] = Evaluate(*value, context, row);
    writer.CheckNotNull(row);
    for (const auto& [check, condition] : checks) {
      const Value holds = Evaluate(*condition, context, row);
      if (!holds.is_null() && !holds.AsBool()) writer.ThrowCheckViolation(row, check->name);
    }
  }

  std::vector<std::pair<std::size_t, ExprPtr>> generated;
  std::vector<std::pair<const catalog::CheckDescriptor*, ExprPtr>> checks;
};

}  // namespace

void ForeignKeys::Act(const Event& event) {
  const ForeignKeyLayout& link = *event.link;
  const bool deleted = event.kind == ForeignKeyEventKind::kDeleted;
  switch (deleted ? link.key().on_delete : link.key().on_update) {
    case ForeignKeyAction::kNoAction:
      return RefuseIfReferenced(link, event.old_values, true);
    case ForeignKeyAction::kRestrict:
      return RefuseIfReferenced(link, event.old_values, false);
    case ForeignKeyAction::kCascade:
      return deleted ? DeleteChildren(link, event.old_values) : UpdateChildren(event);
    case ForeignKeyAction::kSetNull:
      return SetChildren(event, false);
    case ForeignKeyAction::kSetDefault:
      return SetChildren(event, true);
  }
}

TableWriter ForeignKeys::WriterOf(const ForeignKeyLayout& link) {
  SessionServices& services = context_.services();
  return TableWriter(link.child, {transaction_, context_.catalog(), context_.settings(), services.row_ids(),
                                  services.size_limits(), context_, services.row_moves()});
}

void ForeignKeys::VisitChildren(const ForeignKeyLayout& link, const KeyValues& of_parent,
                                const ChildVisitor& visit) {
  std::optional<KeyValues> values;
  if (link.exact) {
    values = link.ChildValues(of_parent);
    if (!values) return;
  }
  if (link.child_index == nullptr) return SearchChildren(link, of_parent, values, visit);
  const TableLayout& child = *link.child;
  const bool by_row = link.child_index->descriptor->primary;
  const keys::RowDecoder decoder = MakeRowDecoder(*child.table, {}, 0);
  const std::string prefix = link.ChildPrefix(*values);
  const auto cursor = transaction_.Scan({prefix, keys::PrefixEnd(prefix)}, {});
  while (cursor->Next()) {
    context_.CheckCanceled();
    ChildRow found;
    found.row.resize(child.table->columns.size());
    if (by_row) {
      found.key = cursor->key();
      decoder.Decode(cursor->value(), found.row);
    } else {
      found.key = child.RowKeyOf(*link.child_index, cursor->key(), cursor->value());
      const auto bytes = transaction_.Get(found.key);
      if (!bytes) continue;
      decoder.Decode(*bytes, found.row);
    }
    if (!visit(std::move(found))) return;
  }
}

// Without an index every row is looked at, as far as the columns of the key.
void ForeignKeys::SearchChildren(const ForeignKeyLayout& link, const KeyValues& of_parent,
                                 const std::optional<KeyValues>& of_child, const ChildVisitor& visit) {
  const TableLayout& child = *link.child;
  std::vector<bool> needed(child.table->columns.size());
  for (const std::size_t column : link.child_columns) needed[column] = true;
  const keys::RowDecoder of_key = MakeRowDecoder(*child.table, needed, 0);
  const keys::RowDecoder decoder = MakeRowDecoder(*child.table, {}, 0);
  const std::string parent_key = link.KeyOfParent(of_parent);
  const auto cursor = transaction_.Scan({child.row_prefix, keys::PrefixEnd(child.row_prefix)}, {});
  Row row(child.table->columns.size());
  for (std::uint64_t visited = 1; cursor->Next(); ++visited) {
    constexpr std::uint64_t kCancelMask = 0xff;
    if ((visited & kCancelMask) == 0) context_.CheckCanceled();
    of_key.Decode(cursor->value(), row);
    if (of_child ? !link.Matches(row, *of_child) : !link.Refers(row, parent_key)) continue;
    ChildRow found{std::string(cursor->key()), Row(row.size())};
    decoder.Decode(cursor->value(), found.row);
    if (!visit(std::move(found))) return;
  }
}

std::vector<ForeignKeys::ChildRow> ForeignKeys::ChildrenOf(const ForeignKeyLayout& link,
                                                           const KeyValues& of_parent) {
  std::vector<ChildRow> children;
  VisitChildren(link, of_parent, [&](ChildRow row) {
    children.push_back(std::move(row));
    return true;
  });
  if (!children.empty()) unsettled_ = has_acted_ = true;
  return children;
}

void ForeignKeys::DeleteChildren(const ForeignKeyLayout& link, const KeyValues& of_parent) {
  const std::vector<ChildRow> children = ChildrenOf(link, of_parent);
  TableWriter writer = WriterOf(link);
  for (const ChildRow& child : children) {
    context_.CheckCanceled();
    writer.Delete(child.row, child.key);
    Deleted(link.child->table, child.row);
  }
}

// All rows are withdrawn before the first is written, so that keys may change places.
void ForeignKeys::ChangeChildren(const ForeignKeyLayout& link, const KeyValues& of_parent,
                                 const RowChange& change) {
  const std::vector<ChildRow> children = ChildrenOf(link, of_parent);
  if (children.empty()) return;
  TableWriter writer = WriterOf(link);
  const RowRules rules(*link.child->table);
  std::vector<Row> updated;
  for (const ChildRow& child : children) {
    context_.CheckCanceled();
    Row& row = updated.emplace_back(child.row);
    change(row);
    rules.Apply(writer, context_, row);
    writer.Withdraw(child.row, child.key, row);
  }
  for (std::size_t i = 0; i < children.size(); ++i) {
    const ChildRow& child = children[i];
    writer.WriteUpdated(child.row, child.key, updated[i]);
    const std::string new_key = link.child->has_primary ? writer.RowKeyOf(updated[i]) : child.key;
    Updated(link.child->table, child.row, child.key, updated[i], new_key);
  }
}

Value ForeignKeys::DefaultOf(const catalog::ColumnDescriptor& column) {
  if (column.identity) return Value::Int(context_.NextValue(column.identity->sequence));
  if (!column.default_expression && column.type.domain != 0) {
    return Evaluate(*DefaultOfDomain(context_.catalog(), column.type), context_, {});
  }
  if (!column.default_expression) return Value();
  return Evaluate(*DeserializeExpression(*column.default_expression), context_, {});
}

void ForeignKeys::SetChildren(const Event& event, bool to_default) {
  const ForeignKeyLayout& link = *event.link;
  const catalog::ForeignKeyDescriptor& key = link.key();
  const bool some = event.kind == ForeignKeyEventKind::kDeleted && !key.set_columns.empty();
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const bool set = !some || std::find(key.set_columns.begin(), key.set_columns.end(), key.columns[i]) !=
                                  key.set_columns.end();
    if (set) columns.push_back(link.child_columns[i]);
  }
  ChangeChildren(link, event.old_values, [&](Row& row) {
    for (const std::size_t column : columns) {
      const catalog::ColumnDescriptor& descriptor = link.child->table->columns[column];
      row[column] = to_default ? DefaultOf(descriptor) : Value();
      if (descriptor.type.domain != 0) CheckDomain(descriptor.type.domain, row[column], context_);
    }
  });
  if (!to_default) return;
  // A default that is the old key leaves rows as they were, and no check would look at them.
  Settle();
  RefuseIfReferenced(link, event.old_values, true);
}

void ForeignKeys::UpdateChildren(const Event& event) {
  const ForeignKeyLayout& link = *event.link;
  KeyValues values;
  for (std::size_t i = 0; i < event.new_values.size(); ++i) {
    const types::Type to = link.child->table->columns[link.child_columns[i]].type;
    values.push_back(types::Cast(event.new_values[i], {link.parent_types[i], -1}, to,
                                 types::CastContext::kAssignment, context_.settings()));
    if (to.domain != 0) CheckDomain(to.domain, values.back(), context_);
  }
  ChangeChildren(link, event.old_values, [&](Row& row) {
    for (std::size_t i = 0; i < values.size(); ++i) row[link.child_columns[i]] = values[i];
  });
}

}  // namespace ordinal::sql
