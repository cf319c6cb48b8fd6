#include "sql/exec/table_writer.h"

#include <utility>

#include "base/bytes.h"
#include "base/error.h"
#include "catalog/privileges.h"
#include "keys/key_space.h"
#include "sql/exec/row_locks.h"
#include "sql/expr/index_text.h"
#include "types/text_codec.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// PostgreSQL shows so many bytes of each value of a failing row.
constexpr std::size_t kShownBytesMax = 64;

}  // namespace

TableWriter::TableWriter(std::shared_ptr<const TableLayout> layout, WriterEnvironment environment)
    : layout_(std::move(layout)), environment_(environment), probes_(layout_->indexes.size()) {}

void TableWriter::GuardDescriptor() {
  if (descriptor_guarded_) return;
  descriptor_guarded_ = true;
  environment_.transaction.GuardUnchanged(layout_->descriptor_key);
}

std::optional<std::string> TableWriter::Lookup(std::size_t index, const std::string& key,
                                               bool& in_statement) {
  txn::Transaction& transaction = environment_.transaction;
  in_statement = false;
  if (auto written = transaction.GetFromStatement(key)) {
    in_statement = written->has_value();
    return std::move(*written);
  }
  // Then the commit finds out, and the session looks again with the latest state.
  if (transaction.is_recent()) return std::nullopt;
  Probe& probe = probes_[index];
  if (!probe.used) {
    probe.used = true;
    return transaction.Get(key);
  }
  if (probe.knows_gap && probe.gap_begin <= key && (probe.gap_is_open || key < probe.gap_end))
    return std::nullopt;
  if (!probe.cursor) {
    const std::string& prefix = layout_->indexes[index].prefix;
    probe.cursor = transaction.Scan({prefix, keys::PrefixEnd(prefix)}, {});
  }
  const bool found = probe.cursor->Seek(key);
  if (found && probe.cursor->key() == key) {
    probe.knows_gap = false;
    return std::string(probe.cursor->value());
  }
  probe.knows_gap = true;
  probe.gap_is_open = !found;
  probe.gap_begin = key;
  if (found) probe.gap_end = probe.cursor->key();
  return std::nullopt;
}

bool TableWriter::EncodeEntry(const IndexLayout& index, const types::Row& row, std::string_view row_key,
                              std::string& key) const {
  const bool exclusive = index.EncodeEntry(row, row_key, key, environment_.evaluation);
  const std::size_t suffix = exclusive ? 0 : keys::RowSuffix(row_key).size();
  CheckKeySize(std::string_view(key).substr(0, key.size() - suffix));
  return exclusive;
}

std::optional<TableWriter::Conflict> TableWriter::FindConflict(const types::Row& row, base::Oid only) {
  for (std::size_t i = 0; i < layout_->indexes.size(); ++i) {
    const IndexLayout& index = layout_->indexes[i];
    if (!index.unique || (only != base::kInvalidOid && index.descriptor->oid != only)) continue;
    if (!Holds(index, row)) continue;
    const bool has_null = index.EncodeColumns(row, key_, environment_.evaluation);
    if (has_null && !index.descriptor->nulls_not_distinct) continue;
    bool in_statement = false;
    auto found = Lookup(i, key_, in_statement);
    if (!found) continue;
    return Conflict{i, std::string(index.RowKeyUnder(key_, *found)), in_statement};
  }
  return std::nullopt;
}

std::optional<TableWriter::Conflict> TableWriter::FindConflictOfUpdate(const types::Row& old_row,
                                                                       const std::string& row_key,
                                                                       const types::Row& new_row) {
  for (std::size_t i = 0; i < layout_->indexes.size(); ++i) {
    const IndexLayout& index = layout_->indexes[i];
    if (!index.unique) continue;
    index.EncodeColumns(old_row, old_key_, environment_.evaluation);
    const bool has_null = index.EncodeColumns(new_row, key_, environment_.evaluation);
    const bool had_key = old_key_ == key_ && Holds(index, old_row);
    if (had_key || (has_null && !index.descriptor->nulls_not_distinct) || !Holds(index, new_row)) continue;
    bool in_statement = false;
    auto found = Lookup(i, key_, in_statement);
    if (!found) continue;
    const std::string_view owner = index.RowKeyUnder(key_, *found);
    if (owner != row_key) return Conflict{i, std::string(owner), in_statement};
  }
  return std::nullopt;
}

void TableWriter::CheckNotNull(const types::Row& row) const {
  for (const std::size_t position : layout_->not_null) {
    if (!row[position].is_null()) continue;
    const std::string& column = layout_->table->columns[position].name;
    throw Error(sqlstate::kNotNullViolation, "null value in column \"" + column + "\" of relation \"" +
                                                 layout_->table->name + "\" violates not-null constraint")
        .Detail(DescribeRow(row))
        .Table(SchemaName(), layout_->table->name)
        .Column(column);
  }
}

void TableWriter::PutRow(const types::Row& row, std::string row_key, bool guard_absent) {
  std::string bytes;
  layout_->EncodeRow(row, bytes);
  const std::size_t row_max = environment_.limits.row_max;
  if (row_max != 0 && bytes.size() > row_max) {
    throw Error(sqlstate::kProgramLimitExceeded, "maximum row size exceeded");
  }
  if (guard_absent) {
    environment_.transaction.PutAbsent(std::move(row_key), std::move(bytes));
  } else {
    environment_.transaction.Put(std::move(row_key), std::move(bytes));
  }
}

void TableWriter::InsertEntry(std::size_t position, const types::Row& row, std::string_view row_key) {
  const IndexLayout& index = layout_->indexes[position];
  if (!Holds(index, row)) return;
  const bool exclusive = EncodeEntry(index, row, row_key, key_);
  if (exclusive) {
    bool in_statement = false;
    if (Lookup(position, key_, in_statement)) ThrowDuplicate(position, row);
    environment_.transaction.PutAbsent(key_, index.EntryValue(row_key, row));
  } else {
    environment_.transaction.Put(key_, index.EntryValue(row_key, row));
  }
}

// Takes the entry away if it is this row's. What was seen of it is guarded, so that the commit meets the job
// or whoever else writes it.
void TableWriter::WithdrawFromUnfinished(const IndexLayout& index, const types::Row& row,
                                         const std::string& row_key) {
  txn::Transaction& transaction = environment_.transaction;
  if (!EncodeEntry(index, row, row_key, key_)) {
    transaction.Delete(key_);
    return;
  }
  const auto owner = transaction.Get(key_);
  if (!owner) {
    transaction.GuardAbsent(key_);
    return;
  }
  transaction.GuardUnchanged(key_);
  if (index.RowKeyIn(*owner) == row_key) transaction.Delete(key_);
}

// Adds the entry of a row whose key stays as it was, unless it is another row's: the job then has nothing to
// do for rows that are written all the time, and says itself that a key is not unique.
void TableWriter::CompleteUnfinished(std::size_t position, const types::Row& row,
                                     const std::string& row_key) {
  const IndexLayout& index = layout_->indexes[position];
  if (!Holds(index, row)) return;
  if (EncodeEntry(index, row, row_key, key_)) {
    bool in_statement = false;
    if (const auto found = Lookup(position, key_, in_statement)) {
      if (index.RowKeyIn(*found) != row_key) return;
      environment_.transaction.GuardUnchanged(key_);
    } else {
      environment_.transaction.GuardAbsent(key_);
    }
  }
  environment_.transaction.Put(key_, index.EntryValue(row_key, row));
}

// The key of the entry stays; what it holds besides may not.
void TableWriter::RenewIncluded(std::size_t position, const types::Row& old_row, const types::Row& new_row,
                                const std::string& row_key) {
  const IndexLayout& index = layout_->indexes[position];
  if (index.included.empty() || !Holds(index, new_row)) return;
  std::string value = index.EntryValue(row_key, new_row);
  if (value == index.EntryValue(row_key, old_row)) return;
  EncodeEntry(index, new_row, row_key, key_);
  environment_.transaction.Put(key_, std::move(value));
}

void TableWriter::Insert(const types::Row& row, std::string* told_key) {
  GuardDescriptor();
  CheckColumnSizes(row);
  std::string row_key;
  if (layout_->has_primary) {
    layout_->indexes.front().EncodeColumns(row, row_key, environment_.evaluation);
    CheckKeySize(row_key);
    bool in_statement = false;
    if (Lookup(0, row_key, in_statement)) ThrowDuplicate(0, row);
  } else {
    row_key = keys::HiddenRowKey(layout_->table->oid, environment_.row_ids.Next());
  }
  for (std::size_t i = layout_->has_primary ? 1 : 0; i < layout_->indexes.size(); ++i)
    InsertEntry(i, row, row_key);
  if (told_key != nullptr) *told_key = row_key;
  PutRow(row, std::move(row_key), layout_->has_primary);
  environment_.transaction.CountRows(1);
}

void TableWriter::Delete(const types::Row& row, const std::string& row_key) {
  GuardDescriptor();
  if (environment_.moves != nullptr) environment_.moves->Note(layout_->table->oid, row_key, {});
  txn::Transaction& transaction = environment_.transaction;
  transaction.GuardUnchanged(row_key);
  MarkRowChange(transaction, row_key, true);
  for (std::size_t i = layout_->has_primary ? 1 : 0; i < layout_->indexes.size(); ++i) {
    if (!Holds(layout_->indexes[i], row)) continue;
    if (!layout_->indexes[i].descriptor->valid) {
      WithdrawFromUnfinished(layout_->indexes[i], row, row_key);
      continue;
    }
    // A later statement may give the key to another row: then its absence is this transaction's own doing.
    if (EncodeEntry(layout_->indexes[i], row, row_key, key_)) transaction.GuardUnchanged(key_);
    transaction.Delete(key_);
  }
  transaction.Delete(row_key);
  transaction.CountRows(1);
}

void TableWriter::Withdraw(const types::Row& old_row, const std::string& row_key, const types::Row& new_row) {
  GuardDescriptor();
  txn::Transaction& transaction = environment_.transaction;
  transaction.GuardUnchanged(row_key);
  bool row_moves = false;
  bool key_changes = false;
  if (layout_->has_primary) {
    layout_->indexes.front().EncodeColumns(new_row, key_, environment_.evaluation);
    row_moves = key_changes = key_ != row_key;
  }
  for (std::size_t i = layout_->has_primary ? 1 : 0; i < layout_->indexes.size(); ++i) {
    const IndexLayout& index = layout_->indexes[i];
    index.EncodeColumns(old_row, old_key_, environment_.evaluation);
    index.EncodeColumns(new_row, key_, environment_.evaluation);
    const bool differs = old_key_ != key_;
    key_changes = key_changes || (differs && index.unique && !index.predicate && index.expressions.empty());
    if (!Holds(index, old_row) || (!differs && !row_moves && Holds(index, new_row))) continue;
    if (!index.descriptor->valid) {
      WithdrawFromUnfinished(index, old_row, row_key);
      continue;
    }
    if (EncodeEntry(index, old_row, row_key, old_key_)) transaction.GuardUnchanged(old_key_);
    transaction.Delete(old_key_);
  }
  if (row_moves) transaction.Delete(row_key);
  MarkRowChange(transaction, row_key, key_changes);
}

void TableWriter::WriteUpdated(const types::Row& old_row, const std::string& row_key,
                               const types::Row& new_row) {
  CheckColumnSizes(new_row);
  std::string new_row_key = row_key;
  if (layout_->has_primary)
    layout_->indexes.front().EncodeColumns(new_row, new_row_key, environment_.evaluation);
  const bool row_moves = new_row_key != row_key;
  if (row_moves) {
    if (environment_.moves != nullptr) {
      environment_.moves->Note(layout_->table->oid, row_key, new_row_key);
    }
    CheckKeySize(new_row_key);
    bool in_statement = false;
    if (Lookup(0, new_row_key, in_statement)) ThrowDuplicate(0, new_row);
  }
  for (std::size_t i = layout_->has_primary ? 1 : 0; i < layout_->indexes.size(); ++i) {
    const IndexLayout& index = layout_->indexes[i];
    index.EncodeColumns(old_row, old_key_, environment_.evaluation);
    index.EncodeColumns(new_row, key_, environment_.evaluation);
    if (row_moves || old_key_ != key_ || !Holds(index, old_row)) {
      InsertEntry(i, new_row, new_row_key);
    } else if (!index.descriptor->valid) {
      CompleteUnfinished(i, new_row, new_row_key);
    } else {
      RenewIncluded(i, old_row, new_row, row_key);
    }
  }
  PutRow(new_row, std::move(new_row_key), row_moves);
  environment_.transaction.CountRows(1);
}

void TableWriter::AddEntry(std::size_t index, const types::Row& row, std::string_view row_key) {
  InsertEntry(index, row, row_key);
}

bool TableWriter::Read(const std::string& row_key, types::Row& row) {
  const auto bytes = environment_.transaction.Get(row_key);
  if (!bytes) return false;
  if (!decoder_) decoder_.emplace(MakeRowDecoder(*layout_->table, {}, 0));
  row.resize(layout_->table->columns.size());
  decoder_->Decode(*bytes, row);
  return true;
}

std::string TableWriter::RowKeyOf(const types::Row& row) const {
  std::string key;
  layout_->indexes.front().EncodeColumns(row, key, environment_.evaluation);
  return key;
}

void TableWriter::CheckKeySize(std::string_view key) const {
  const std::size_t key_max = environment_.limits.key_max;
  if (key_max != 0 && key.size() - keys::kIndexPrefixSize > key_max) {
    throw Error(sqlstate::kProgramLimitExceeded, "key size too large");
  }
}

void TableWriter::CheckColumnSizes(const types::Row& row) const {
  const std::size_t column_max = environment_.limits.column_max;
  if (column_max == 0) return;
  for (const types::Value& value : row) {
    if (value.kind() == types::Value::Kind::kLongString && value.AsString().size() > column_max) {
      throw Error(sqlstate::kProgramLimitExceeded, "maximum column size exceeded");
    }
  }
}

std::string TableWriter::SchemaName() const {
  const auto schema = environment_.catalog.SchemaByOid(layout_->table->schema);
  return schema ? schema->name : std::string();
}

std::string TableWriter::ShowValue(const types::Row& row, std::size_t position) const {
  if (row[position].is_null()) return "null";
  std::string value =
      types::ToText(row[position], layout_->table->columns[position].type.id, environment_.settings);
  if (value.size() > kShownBytesMax) {
    std::size_t end = kShownBytesMax;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0U) == 0x80U) --end;
    value.resize(end);
    value += "...";
  }
  return value;
}

std::string TableWriter::DescribeRow(const types::Row& row) const {
  std::string values;
  for (const std::size_t position : layout_->stored_columns) {
    if (position != layout_->stored_columns.front()) values += ", ";
    values += ShowValue(row, position);
  }
  return "Failing row contains (" + values + ").";
}

std::string TableWriter::DescribeVisible(const types::Row& row, const std::set<std::size_t>& said) const {
  const base::Oid role = environment_.evaluation.CurrentRole();
  catalog::Catalog::Relation relation;
  relation.table = layout_->table;
  const auto may_read = [&](catalog::Privileges held) { return (held & catalog::kSelectPrivilege) != 0; };
  if (may_read(catalog::RelationPrivileges(environment_.catalog, role, relation))) return DescribeRow(row);
  std::string names;
  std::string values;
  for (const std::size_t position : layout_->stored_columns) {
    const auto& column = layout_->table->columns[position];
    const bool visible = said.contains(position) || may_read(catalog::ColumnPrivileges(
                                                        environment_.catalog, role, relation, column.number));
    if (!visible) continue;
    names += (names.empty() ? "" : ", ") + column.name;
    values += (values.empty() ? "" : ", ") + ShowValue(row, position);
  }
  return names.empty() ? "" : "Failing row contains (" + names + ") = (" + values + ").";
}

void TableWriter::ThrowCheckViolation(const types::Row& row, const std::string& constraint) const {
  throw Error(sqlstate::kCheckViolation, "new row for relation \"" + layout_->table->name +
                                             "\" violates check constraint \"" + constraint + "\"")
      .Detail(DescribeRow(row))
      .Table(SchemaName(), layout_->table->name)
      .Constraint(constraint);
}

void TableWriter::ThrowViewCheckViolation(const types::Row& row, const std::string& view,
                                          const std::set<std::size_t>& said) const {
  Error error(sqlstate::kWithCheckOptionViolation, "new row violates check option for view \"" + view + "\"");
  const std::string detail = DescribeVisible(row, said);
  if (!detail.empty()) error.Detail(detail);
  throw error;
}

void TableWriter::ThrowDuplicate(std::size_t position, const types::Row& row) const {
  const IndexLayout& index = layout_->indexes[position];
  std::string names;
  std::string values;
  for (std::size_t i = 0; i < index.columns.size(); ++i) {
    if (i > 0) {
      names += ", ";
      values += ", ";
    }
    const types::Value value = index.KeyValue(i, row, environment_.evaluation);
    names += ShowIndexColumn(*layout_->table, *index.descriptor, i, environment_.evaluation, true);
    values += value.is_null() ? "null" : types::ToText(value, index.types[i], environment_.settings);
  }
  throw Error(sqlstate::kUniqueViolation,
              "duplicate key value violates unique constraint \"" + index.descriptor->name + "\"")
      .Detail("Key (" + names + ")=(" + values + ") already exists.")
      .Table(SchemaName(), layout_->table->name)
      .Constraint(index.descriptor->name);
}

}  // namespace ordinal::sql
