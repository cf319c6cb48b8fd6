// Says where the rows and index entries of one table lie: computed once for each descriptor.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "keys/row_codec.h"
#include "sql/expr/eval_context.h"
#include "sql/expr/expression.h"
#include "types/value.h"

namespace ordinal::sql {

struct IndexLayout {
  static constexpr std::size_t kComputed = static_cast<std::size_t>(-1);

  const catalog::IndexDescriptor* descriptor = nullptr;
  std::string prefix;
  std::vector<std::size_t> columns;  // positions in table->columns; of an expression, kComputed
  std::vector<ExprPtr> expressions;  // of key columns that are computed, by position in `columns`; or empty
  std::vector<types::TypeId> types;
  std::vector<std::size_t>
      included;  // positions of the columns that entries hold besides, by attribute number
  std::vector<base::AttributeNumber> included_numbers;
  bool unique = false;
  ExprPtr predicate;  // of a partial index: which rows have entries; null: all

  bool Holds(const types::Row& row, EvalContext& context) const {
    if (!predicate) return true;
    const types::Value holds = Evaluate(*predicate, context, row);
    return !holds.is_null() && holds.AsBool();
  }
  // What the row has in a key column.
  types::Value KeyValue(std::size_t key_column, const types::Row& row, EvalContext& context) const {
    if (columns[key_column] != kComputed) return row[columns[key_column]];
    return Evaluate(*expressions[key_column], context, row);
  }
  // Sets `key` to the prefix and the encoded columns of `row`; returns whether one of them is NULL.
  bool EncodeColumns(const types::Row& row, std::string& key, EvalContext& context) const;
  // Sets `key` to the key of the row's entry; true when no other row may have it. Not for the primary key.
  bool EncodeEntry(const types::Row& row, std::string_view row_key, std::string& key,
                   EvalContext& context) const;
  // The value of the row's entry: the row key if the index is unique, then the included columns, if it has
  // any. Not for the primary key.
  std::string EntryValue(std::string_view row_key, const types::Row& row) const;
  // Takes an entry's value apart. REQUIRES `unique`, or `included`. XX001 when it is damaged.
  std::string_view RowKeyIn(std::string_view entry_value) const;
  std::string_view IncludedIn(std::string_view entry_value) const;
  // The key of the row under a key of a unique index, be it the primary one.
  std::string_view RowKeyUnder(std::string_view key, std::string_view value) const {
    return descriptor->primary ? key : RowKeyIn(value);
  }
};

// Immutable; shared between threads.
struct TableLayout {
  explicit TableLayout(catalog::Catalog::TablePtr descriptor);
  // The layout of a descriptor; the calling thread remembers recent ones.
  static std::shared_ptr<const TableLayout> Of(const catalog::Catalog::TablePtr& table);

  const IndexLayout* primary() const { return has_primary ? &indexes.front() : nullptr; }
  std::size_t PositionOf(base::AttributeNumber number) const;
  // Appends the stored form of a row.
  void EncodeRow(const types::Row& row, std::string& out) const;
  // Takes the row key out of an entry of a secondary index.
  std::string RowKeyOf(const IndexLayout& index, std::string_view entry_key,
                       std::string_view entry_value) const;

  catalog::Catalog::TablePtr table;
  bool has_primary = false;
  std::string row_prefix;
  std::string descriptor_key;
  std::vector<IndexLayout> indexes;         // in order of table->indexes
  std::vector<std::size_t> stored_columns;  // that are not dropped
  std::vector<std::size_t> not_null;

 private:
  void NameIncluded(IndexLayout& layout) const;
};

// Decodes what entries of the index hold of the columns marked in `needed`, to slots from `offset`.
keys::RowDecoder MakeIncludedDecoder(const catalog::TableDescriptor& table, const IndexLayout& index,
                                     const std::vector<bool>& needed, std::size_t offset);

// Decodes the columns marked in `needed` (all when empty) to slots from `offset`.
keys::RowDecoder MakeRowDecoder(const catalog::TableDescriptor& table, const std::vector<bool>& needed,
                                std::size_t offset);

}  // namespace ordinal::sql
