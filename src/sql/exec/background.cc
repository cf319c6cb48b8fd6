#include "sql/exec/background.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "keys/key_space.h"
#include "sql/exec/foreign_key_layout.h"
#include "sql/exec/table_layout.h"
#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// Bounds the memory of a step, and the size of its commit.
constexpr std::size_t kStepBytesMax = 512 * 1024;

struct VisitedRow {
  std::string key;
  types::Row values;
};

// Reads the next rows of the walk.
std::vector<VisitedRow> ReadRows(const TableLayout& layout, const WalkBounds& bounds,
                                 txn::Transaction& transaction, WalkStep& step) {
  // A row key is followed at once by itself and a zero byte. A table that got another primary key since has
  // been written anew, entries and all: then the walk begins again.
  const bool resumes = bounds.after.starts_with(layout.row_prefix);
  const kv::KeyRange range{resumes ? bounds.after + '\0' : layout.row_prefix,
                           keys::PrefixEnd(layout.row_prefix)};
  const keys::RowDecoder decoder = MakeRowDecoder(*layout.table, {}, 0);
  const auto cursor = transaction.Scan(range, {.limit_hint = bounds.rows_max});
  std::vector<VisitedRow> rows;
  std::size_t bytes = 0;
  step.at_end = true;
  while (cursor->Next()) {
    if (rows.size() == bounds.rows_max || bytes > kStepBytesMax) {
      step.at_end = false;
      break;
    }
    VisitedRow& row = rows.emplace_back();
    row.key = cursor->key();
    row.values.resize(layout.table->columns.size());
    decoder.Decode(cursor->value(), row.values);
    bytes += cursor->key().size() + cursor->value().size();
  }
  step.rows = rows.size();
  step.last = rows.empty() ? bounds.after : rows.back().key;
  return rows;
}

const IndexLayout& LayoutOf(const TableLayout& layout, base::Oid index) {
  const auto found = std::find_if(layout.indexes.begin(), layout.indexes.end(),
                                  [&](const IndexLayout& entry) { return entry.descriptor->oid == index; });
  ORDINAL_CHECK(found != layout.indexes.end());
  return *found;
}

[[noreturn]] void ThrowDuplicate(const catalog::IndexDescriptor& index) {
  throw Error(sqlstate::kUniqueViolation, "could not create unique index \"" + index.name + "\"");
}

struct MissingEntry {
  std::string key;
  const VisitedRow* row = nullptr;
  bool exclusive = false;
};

}  // namespace

BackgroundContext::BackgroundContext(const catalog::Catalog& catalog, const base::Clock& clock)
    : catalog_(catalog), clock_(clock) {
  session_settings = &settings_;
}

void BackgroundContext::Refuse() {
  throw Error(sqlstate::kInternalError, "an expression of the background asked for a session");
}

WalkStep FillIndexStep(const catalog::Catalog::TablePtr& table, base::Oid index_oid, const WalkBounds& bounds,
                       txn::Transaction& transaction, EvalContext& context) {
  const TableLayout layout(table);
  const IndexLayout& index = LayoutOf(layout, index_oid);
  WalkStep step;
  const std::vector<VisitedRow> rows = ReadRows(layout, bounds, transaction, step);
  std::vector<MissingEntry> entries;
  std::vector<std::string> keys;
  for (const VisitedRow& row : rows) {
    if (!index.Holds(row.values, context)) continue;
    MissingEntry& entry = entries.emplace_back();
    entry.row = &row;
    entry.exclusive = index.EncodeEntry(row.values, row.key, entry.key, context);
    keys.push_back(entry.key);
  }
  const auto present = transaction.MultiGet(keys);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    MissingEntry& entry = entries[i];
    if (present[i]) {
      if (entry.exclusive && index.RowKeyIn(*present[i]) != entry.row->key) ThrowDuplicate(*index.descriptor);
      continue;
    }
    if (entry.exclusive) {
      if (transaction.GetFromStatement(entry.key)) ThrowDuplicate(*index.descriptor);
      transaction.GuardAbsent(entry.key);
    }
    transaction.GuardUnchanged(entry.row->key);
    transaction.Put(std::move(entry.key), index.EntryValue(entry.row->key, entry.row->values));
  }
  return step;
}

WalkStep CheckRowsStep(const catalog::Catalog::TablePtr& table, const catalog::CheckDescriptor& check,
                       const WalkBounds& bounds, txn::Transaction& transaction, EvalContext& context) {
  const TableLayout layout(table);
  WalkStep step;
  const ExprPtr condition = DeserializeExpression(check.expression);
  for (const VisitedRow& row : ReadRows(layout, bounds, transaction, step)) {
    const Value holds = Evaluate(*condition, context, row.values);
    if (holds.is_null() || holds.AsBool()) continue;
    throw Error(sqlstate::kCheckViolation, "check constraint \"" + check.name + "\" of relation \"" +
                                               table->name + "\" is violated by some row");
  }
  return step;
}

WalkStep CheckReferencesStep(const catalog::Catalog::TablePtr& table,
                             const catalog::ForeignKeyDescriptor& key, const WalkBounds& bounds,
                             txn::Transaction& transaction, EvalContext& context) {
  const ForeignKeyLayout link(table, key, context.catalog().TableByOid(key.referenced_table));
  WalkStep step;
  std::vector<KeyValues> values;
  std::vector<std::string> keys;
  for (const VisitedRow& row : ReadRows(*link.child, bounds, transaction, step)) {
    KeyValues of_row = link.OfChild(row.values);
    const NullState nulls = NullStateOf(of_row);
    if (nulls == NullState::kSome && key.match_full) ThrowMixedNulls(link, context.catalog());
    if (nulls != NullState::kNone) continue;
    auto wanted = link.ParentKey(of_row);
    if (!wanted) ThrowNotPresent(link, of_row, context.catalog(), context.settings());
    keys.push_back(std::move(*wanted));
    values.push_back(std::move(of_row));
  }
  const auto present = transaction.MultiGet(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!present[i]) ThrowNotPresent(link, values[i], context.catalog(), context.settings());
  }
  return step;
}

}  // namespace ordinal::sql
