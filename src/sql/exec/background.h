// Does bounded parts of long work on a table in transactions of the background: fills an index, looks at rows
// that a constraint has not seen.
//
// Both rely on writers that already do their part for what they write: entries of an index that is not valid
// yet are kept up (table_writer.h), and a constraint that is not valid yet is enforced. See
// docs/decisions/0011-index-builds-in-batches.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "sql/expr/eval_context.h"
#include "txn/transaction.h"

namespace ordinal::sql {

// Gives immutable expressions what they may ask for. What only a session can answer throws XX000.
class BackgroundContext final : public EvalContext {
 public:
  // Both outlive it.
  BackgroundContext(const catalog::Catalog& catalog, const base::Clock& clock);

  std::int64_t NextValue(base::Oid) override { Refuse(); }
  std::int64_t CurrentValue(base::Oid) override { Refuse(); }
  std::int64_t LastValue() override { Refuse(); }
  std::int64_t SetValue(base::Oid, std::int64_t, bool) override { Refuse(); }
  const catalog::Catalog& catalog() override { return catalog_; }
  base::Oid ResolveRelation(std::string_view, bool) override { Refuse(); }
  std::string RelationName(base::Oid oid) override { return std::to_string(oid); }
  std::vector<std::string> SearchPath(bool) override { return {}; }
  std::string UserName() override { Refuse(); }
  std::string SessionUserName() override { Refuse(); }
  std::string DatabaseName() override { Refuse(); }
  std::int32_t BackendId() override { return 0; }
  std::string ServerVersion() override { Refuse(); }
  std::optional<std::string> GetParameter(std::string_view) override { return std::nullopt; }
  void SetParameter(std::string_view, std::string_view, bool) override { Refuse(); }
  catalog::SequenceState ReadSequence(const catalog::SequenceDescriptor&) override { Refuse(); }
  std::optional<std::int64_t> FirstIdentity() override { return std::nullopt; }
  std::optional<std::int64_t> LastIdentity() override { return std::nullopt; }
  base::RandomSource& random() override { return random_; }
  const base::Clock& clock() override { return clock_; }
  std::int64_t StatementMicros() override { return 0; }
  void CheckCanceled() override {}
  Value EvaluateSubquery(const Expression&, std::span<const Value>) override { Refuse(); }

 private:
  [[noreturn]] static void Refuse();

  const catalog::Catalog& catalog_;
  const base::Clock& clock_;
  base::SystemRandom random_;
  const types::Settings settings_;
};

// Where a walk over the rows of a table stands, and how far one step may go.
struct WalkBounds {
  std::string after;         // the key of the last row that was looked at; empty before the first
  std::size_t rows_max = 1;  // at least 1
};
struct WalkStep {
  std::string last;  // the new `after`
  std::size_t rows = 0;
  bool at_end = false;
};

// Adds the entries that the next rows lack in one index. What it relied on is guarded: the commit conflicts
// when one of those rows has changed. Only the rows that lacked an entry are guarded, and since writers add
// the entries of what they write, a row cannot stop the walk by being written all the time. Throws 23505 when
// another row has the key. REQUIRES that the caller guards the table's descriptor, as `table` is in the
// transaction's snapshot.
WalkStep FillIndexStep(const catalog::Catalog::TablePtr& table, base::Oid index, const WalkBounds& bounds,
                       txn::Transaction& transaction, EvalContext& context);

// Throws 23514 when one of the next rows violates the CHECK constraint. Guards nothing: who changes a row
// later enforces the constraint. REQUIRES as above.
WalkStep CheckRowsStep(const catalog::Catalog::TablePtr& table, const catalog::CheckDescriptor& check,
                       const WalkBounds& bounds, txn::Transaction& transaction, EvalContext& context);

// The same for a foreign key: throws 23503. Whoever deletes what a row refers to finds the row.
WalkStep CheckReferencesStep(const catalog::Catalog::TablePtr& table,
                             const catalog::ForeignKeyDescriptor& key, const WalkBounds& bounds,
                             txn::Transaction& transaction, EvalContext& context);

}  // namespace ordinal::sql
