#include "sql/exec/table_layout.h"

#include <array>
#include <utility>

#include "base/check.h"
#include "keys/key_space.h"
#include "keys/order_codec.h"
#include "sql/expr/function.h"

namespace ordinal::sql {

bool IndexLayout::EncodeColumns(const types::Row& row, std::string& key, EvalContext& context) const {
  key.assign(prefix);
  bool has_null = false;
  const auto append = [&](const types::Value& value, std::size_t column) {
    has_null = has_null || value.is_null();
    keys::AppendKeyColumn(key, value, types[column]);
  };
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] != kComputed) {
      append(row[columns[i]], i);
    } else {
      append(Evaluate(*expressions[i], context, row), i);
    }
  }
  return has_null;
}

TableLayout::TableLayout(catalog::Catalog::TablePtr descriptor) : table(std::move(descriptor)) {
  const catalog::IndexDescriptor* key = table->primary_key();
  has_primary = key != nullptr;
  row_prefix = keys::IndexPrefix(table->oid, key != nullptr ? key->oid : keys::kHiddenIndex);
  descriptor_key = keys::CatalogKey(table->oid);
  for (std::size_t i = 0; i < table->columns.size(); ++i) {
    if (table->columns[i].dropped) continue;
    stored_columns.push_back(i);
    if (table->columns[i].not_null) not_null.push_back(i);
  }
  for (const catalog::IndexDescriptor& index : table->indexes) {
    IndexLayout layout;
    layout.descriptor = &index;
    layout.prefix = keys::IndexPrefix(table->oid, index.oid);
    layout.unique = index.unique || index.primary;
    if (!index.expressions.empty()) layout.expressions.resize(index.columns.size());
    for (std::size_t i = 0; i < index.columns.size(); ++i) {
      if (const catalog::IndexExpression* computed = index.ExpressionAt(i)) {
        layout.columns.push_back(IndexLayout::kComputed);
        layout.expressions[i] = DeserializeExpression(computed->expression);
        layout.types.push_back(computed->type.id);
        continue;
      }
      layout.columns.push_back(PositionOf(index.columns[i]));
      layout.types.push_back(table->columns[layout.columns.back()].type.id);
    }
    if (index.predicate) layout.predicate = DeserializeExpression(*index.predicate);
    indexes.push_back(std::move(layout));
  }
}

bool IndexLayout::EncodeEntry(const types::Row& row, std::string_view row_key, std::string& key,
                              EvalContext& context) const {
  const bool has_null = EncodeColumns(row, key, context);
  if (unique && (!has_null || descriptor->nulls_not_distinct)) return true;
  key += keys::RowSuffix(row_key);
  return false;
}

std::shared_ptr<const TableLayout> TableLayout::Of(const catalog::Catalog::TablePtr& table) {
  constexpr std::size_t kRemembered = 64;
  static thread_local std::array<std::shared_ptr<const TableLayout>, kRemembered> recent;
  auto& place = recent[table->oid % kRemembered];
  if (!place || place->table != table) place = std::make_shared<const TableLayout>(table);
  return place;
}

std::size_t TableLayout::PositionOf(base::AttributeNumber number) const {
  for (std::size_t i = 0; i < table->columns.size(); ++i) {
    if (table->columns[i].number == number) return i;
  }
  ORDINAL_CHECK(false);
  return 0;
}

void TableLayout::EncodeRow(const types::Row& row, std::string& out) const {
  static thread_local std::vector<keys::ColumnSlot> slots;
  slots.clear();
  for (const std::size_t position : stored_columns) {
    slots.push_back({table->columns[position].number, &row[position]});
  }
  keys::EncodeRow(out, slots);
}

std::string TableLayout::RowKeyOf(const IndexLayout& index, std::string_view entry_key,
                                  std::string_view entry_value) const {
  if (index.unique) return std::string(entry_value);
  std::string_view rest = entry_key.substr(index.prefix.size());
  for (const types::TypeId type : index.types) keys::TakeKeyColumn(rest, type);
  return row_prefix + std::string(rest);
}

keys::RowDecoder MakeRowDecoder(const catalog::TableDescriptor& table, const std::vector<bool>& needed,
                                std::size_t offset) {
  std::vector<keys::RowDecoder::Column> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const catalog::ColumnDescriptor& column = table.columns[i];
    if (column.dropped || (!needed.empty() && !needed[i])) continue;
    columns.push_back({column.number, column.type.id, offset + i, {}});
  }
  return keys::RowDecoder(std::move(columns));
}

}  // namespace ordinal::sql
