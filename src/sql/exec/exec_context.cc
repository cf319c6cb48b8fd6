#include "sql/exec/exec_context.h"

#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "sequence/definition.h"
#include "sequence/session_sequences.h"
#include "sequence/transaction_claim.h"
#include "sql/exec/routine.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

void RefuseReadOnly(SessionServices& services, const char* function) {
  if (!services.IsReadOnly()) return;
  throw Error(sqlstate::kReadOnlySqlTransaction,
              std::string("cannot execute ") + function + "() in a read-only transaction");
}

}  // namespace

ExecContext::ExecContext(SessionServices& services, catalog::CatalogPtr catalog,
                         txn::Transaction& transaction, std::int64_t statement_micros)
    : services_(services),
      catalog_(std::move(catalog)),
      transaction_(transaction),
      statement_micros_(statement_micros) {
  session_settings = &services_.settings();
}

const catalog::SequenceDescriptor& ExecContext::SequenceOrThrow(base::Oid oid) {
  if (last_sequence_ && last_sequence_->oid == oid) return *last_sequence_;
  auto sequence = catalog_->SequenceByOid(oid);
  if (!sequence) {
    const auto relation = catalog_->RelationByOid(oid);
    if (!relation) {
      throw Error(sqlstate::kUndefinedTable, "could not open relation with OID " + std::to_string(oid));
    }
    throw Error(sqlstate::kWrongObjectType, "\"" + services_.RelationName(oid) + "\" is not a sequence");
  }
  last_sequence_ = std::move(sequence);
  return *last_sequence_;
}

std::int64_t ExecContext::NextValue(base::Oid oid) {
  const catalog::SequenceDescriptor& sequence = SequenceOrThrow(oid);
  RefuseReadOnly(services_, "nextval");
  auto& sequences = services_.sequences();
  const bool own = services_.IsCountedInTransaction(oid);
  if (!own) services_.CheckEpoch(sequence);
  const std::int64_t value = own ? sequences.NextInTransaction(transaction_, sequence)
                                 : sequences.Next(sequence, services_.MayBlock());
  if (oid == identity_sequence_) sequences.RecordIdentity(value);
  return value;
}

std::int64_t ExecContext::CurrentValue(base::Oid oid) {
  return services_.sequences().Current(SequenceOrThrow(oid));
}

std::int64_t ExecContext::LastValue() { return services_.sequences().Last(*catalog_); }

base::Oid ExecContext::LastSequence() { return services_.sequences().last_sequence(); }

std::int64_t ExecContext::SetValue(base::Oid oid, std::int64_t value, bool is_called) {
  const catalog::SequenceDescriptor& sequence = SequenceOrThrow(oid);
  RefuseReadOnly(services_, "setval");
  auto& sequences = services_.sequences();
  return services_.IsCountedInTransaction(oid)
             ? sequences.SetValueInTransaction(transaction_, sequence, value, is_called)
             : sequences.SetValue(sequence, value, is_called);
}

catalog::SequenceState ExecContext::ReadSequence(const catalog::SequenceDescriptor& sequence) {
  if (!services_.IsCountedInTransaction(sequence.oid)) return services_.session_view().ReadSequence(sequence);
  const sequence::Counter counter = sequence::ReadCounterInTransaction(transaction_, sequence);
  return {counter.last_value, 0, counter.is_called};
}

std::optional<std::int64_t> ExecContext::FirstIdentity() { return services_.sequences().FirstIdentity(); }

std::optional<std::int64_t> ExecContext::LastIdentity() { return services_.sequences().LastIdentity(); }

base::Oid ExecContext::ResolveRelation(std::string_view text, bool missing_ok) {
  return services_.ResolveRelation(text, missing_ok);
}

std::vector<std::string> ExecContext::SearchPath(bool include_implicit) {
  return services_.SearchPath(include_implicit);
}

void ExecContext::SetParameter(std::string_view name, std::string_view value, bool local) {
  services_.SetParameter(name, value, local);
}

Value ExecContext::EvaluateSubquery(const Expression& expression, std::span<const Value> row) {
  ORDINAL_CHECK(runner_ != nullptr);
  return runner_->RunSubquery(expression, row);
}

std::vector<Value> ExecContext::EvaluateRowSubquery(const Expression& expression,
                                                    std::span<const Value> row) {
  ORDINAL_CHECK(runner_ != nullptr);
  return runner_->RunRowSubquery(expression, row);
}

std::vector<Value> ExecContext::CallRoutine(const Expression& call, std::span<const Value> args) {
  return RunRoutine(call, args, *this);
}

}  // namespace ordinal::sql
