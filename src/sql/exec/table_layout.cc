#include "sql/exec/table_layout.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/error.h"
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
    if (index.stores_included) NameIncluded(layout);
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

// With included columns: the length of the row key, the row key, and the columns in the form of a row.
std::string IndexLayout::EntryValue(std::string_view row_key, const types::Row& row) const {
  std::string value;
  if (included.empty()) {
    if (unique) value = row_key;
    return value;
  }
  if (unique) {
    base::AppendVarint(value, row_key.size());
    value += row_key;
  }
  std::vector<keys::ColumnSlot> slots;
  for (std::size_t i = 0; i < included.size(); ++i) slots.push_back({included_numbers[i], &row[included[i]]});
  keys::EncodeRow(value, slots);
  return value;
}

namespace {

// Takes the row key off the value of an entry with included columns.
std::string_view TakeRowKey(std::string_view& value) {
  std::uint64_t size = 0;
  if (!base::TakeVarint(value, size) || size > value.size()) {
    throw base::Error(base::sqlstate::kDataCorrupted, "an entry of an index is damaged");
  }
  const std::string_view row_key = value.substr(0, size);
  value.remove_prefix(size);
  return row_key;
}

}  // namespace

std::string_view IndexLayout::RowKeyIn(std::string_view entry_value) const {
  return included.empty() ? entry_value : TakeRowKey(entry_value);
}

std::string_view IndexLayout::IncludedIn(std::string_view entry_value) const {
  if (unique) TakeRowKey(entry_value);
  return entry_value;
}

void TableLayout::NameIncluded(IndexLayout& layout) const {
  std::vector<base::AttributeNumber>& numbers = layout.included_numbers;
  numbers = layout.descriptor->included;
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  for (const base::AttributeNumber number : numbers) layout.included.push_back(PositionOf(number));
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
  if (index.unique) return std::string(index.RowKeyIn(entry_value));
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

keys::RowDecoder MakeIncludedDecoder(const catalog::TableDescriptor& table, const IndexLayout& index,
                                     const std::vector<bool>& needed, std::size_t offset) {
  std::vector<keys::RowDecoder::Column> columns;
  for (std::size_t i = 0; i < index.included.size(); ++i) {
    const std::size_t position = index.included[i];
    if (!needed[position]) continue;
    columns.push_back({index.included_numbers[i], table.columns[position].type.id, offset + position, {}});
  }
  return keys::RowDecoder(std::move(columns));
}

}  // namespace ordinal::sql
