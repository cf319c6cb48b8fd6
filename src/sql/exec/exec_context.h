// Gives expressions what they need from outside: sequences and subqueries from here, all else from the
// session.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "sql/exec/session_services.h"
#include "sql/expr/eval_context.h"
#include "txn/transaction.h"

namespace ordinal::sql {

// Runs the subqueries of one execution. Implemented by Execution.
class SubqueryRunner {
 public:
  virtual ~SubqueryRunner() = default;
  virtual Value RunSubquery(const Expression& expression, std::span<const Value> row) = 0;
  // The only row of a scalar subquery; empty when there is none.
  virtual std::vector<Value> RunRowSubquery(const Expression& expression, std::span<const Value> row) = 0;
};

// A row of a table, as what a query gave came of it.
struct TracedRow {
  base::Oid table = base::kInvalidOid;
  std::string key;
};

// Belongs to one statement; used by one thread at a time. Everything given outlives it.
class ExecContext final : public EvalContext {
 public:
  // `statement_micros`: start of the statement, since 2000-01-01 UTC.
  ExecContext(SessionServices& services, catalog::CatalogPtr catalog, txn::Transaction& transaction,
              std::int64_t statement_micros);

  // Errors: 25006 in a READ ONLY transaction, 55000 for currval and lastval before the first nextval, 2200H,
  // and what sequence throws when a draw would block where blocking is not allowed.
  std::int64_t NextValue(base::Oid sequence) override;
  std::int64_t CurrentValue(base::Oid sequence) override;
  std::int64_t LastValue() override;
  base::Oid LastSequence() override;
  std::int64_t SetValue(base::Oid sequence, std::int64_t value, bool is_called) override;
  catalog::SequenceState ReadSequence(const catalog::SequenceDescriptor& sequence) override;
  std::optional<std::int64_t> FirstIdentity() override;
  std::optional<std::int64_t> LastIdentity() override;

  const catalog::Catalog& catalog() override { return *catalog_; }
  base::Oid ResolveRelation(std::string_view text, bool missing_ok) override;
  std::string RelationName(base::Oid oid) override { return services_.RelationName(oid); }
  std::vector<std::string> SearchPath(bool include_implicit) override;
  std::string UserName() override { return services_.UserName(); }
  std::string SessionUserName() override { return services_.SessionUserName(); }
  base::Oid CurrentRole() override { return services_.CurrentRole(); }
  base::Oid SessionRole() override { return services_.SessionRole(); }
  std::string DatabaseName() override { return services_.DatabaseName(); }
  std::int32_t BackendId() override { return services_.BackendId(); }
  std::string ServerVersion() override { return services_.ServerVersion(); }
  std::optional<std::string> GetParameter(std::string_view name) override {
    return services_.GetParameter(name);
  }
  void SetParameter(std::string_view name, std::string_view value, bool local) override;
  const catalog::SessionView* session_view() override { return &services_.session_view(); }
  base::RandomSource& random() override { return services_.random(); }
  base::SeededRandom* seeded_random() override { return services_.seeded_random(); }
  const base::Clock& clock() override { return services_.clock(); }
  std::int64_t StatementMicros() override { return statement_micros_; }
  void CheckCanceled() override { services_.CheckCanceled(); }
  Value EvaluateSubquery(const Expression& expression, std::span<const Value> row) override;

  std::vector<Value> CallRoutine(const Expression& call, std::span<const Value> args) override;

  std::vector<Value> EvaluateRowSubquery(const Expression& expression, std::span<const Value> row);

  const catalog::CatalogPtr& shared_catalog() const { return catalog_; }
  SessionServices& services() { return services_; }
  txn::Transaction& transaction() { return transaction_; }
  // Values drawn from this sequence are recorded as the statement's identities; kInvalidOid ends that.
  // Returns the sequence of before.
  base::Oid RecordIdentitiesOf(base::Oid sequence) { return std::exchange(identity_sequence_, sequence); }
  void SetSubqueryRunner(SubqueryRunner* runner) { runner_ = runner; }

  // Where the run of a cursor's query leaves which rows the last one came of; null: nobody asks.
  std::vector<TracedRow>* traced_rows = nullptr;

 private:
  const catalog::SequenceDescriptor& SequenceOrThrow(base::Oid oid);

  SessionServices& services_;
  catalog::CatalogPtr catalog_;
  txn::Transaction& transaction_;
  std::int64_t statement_micros_;
  SubqueryRunner* runner_ = nullptr;
  base::Oid identity_sequence_ = base::kInvalidOid;
  catalog::Catalog::SequencePtr last_sequence_;  // looked up last
};

// Shows a row to the queries inside of its own that run while it lives.
class OuterRow {
 public:
  OuterRow(ExecContext& context, std::span<const Value> row) : rows_(context.outer_rows) {
    rows_.push_back(row);
  }
  ~OuterRow() { rows_.pop_back(); }
  OuterRow(const OuterRow&) = delete;
  OuterRow& operator=(const OuterRow&) = delete;

 private:
  std::vector<std::span<const Value>>& rows_;
};

}  // namespace ordinal::sql
