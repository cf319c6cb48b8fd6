#include <cstdint>
#include <string>

#include "base/error.h"
#include "catalog/virtual_table.h"
#include "sql/expr/function_topics.h"
#include "sql/expr/transaction_series.h"
#include "types/transaction_id.h"

// Numbers of transactions and snapshots of them (manual, tables 9.79 and 9.80). What shares nothing with rows
// here: only transactions that ask for a number have one.
namespace ordinal::sql {
namespace {

using base::Error;
using catalog::TransactionOutcome;
using types::Snapshot;
using T = TypeId;
using Args = std::span<Value>;

// Numbers that PostgreSQL never gives to a transaction: of what initdb made, and of frozen rows.
constexpr std::uint64_t kLastSpecial = 2;

// The forms that begin with txid_ take and give bigint.
Value Hold(std::uint64_t number, TypeId type) {
  return Value::Int(type == T::kXid8 ? types::HoldXid8(number) : static_cast<std::int64_t>(number));
}
std::uint64_t NumberOf(const Value& value, TypeId type) {
  return type == T::kXid8 ? types::NumberOfXid8(value.AsInt()) : static_cast<std::uint64_t>(value.AsInt());
}

template <bool assign>
Value Current(EvalContext& context, Args, const Expression& call) {
  const catalog::SessionView* session = context.session_view();
  const auto number = session != nullptr ? session->TransactionNumber(assign) : std::nullopt;
  return number ? Hold(static_cast<std::uint64_t>(*number), call.function->result) : Value();
}

Value CurrentSnapshot(EvalContext& context, Args, const Expression&) {
  const catalog::SessionView* session = context.session_view();
  return session != nullptr ? Value::String(types::SnapshotText(session->TransactionSnapshot())) : Value();
}

Value Lowest(EvalContext&, Args args, const Expression& call) {
  return Hold(types::ParseSnapshot(args[0].AsString()).xmin, call.function->result);
}

Value End(EvalContext&, Args args, const Expression& call) {
  return Hold(types::ParseSnapshot(args[0].AsString()).xmax, call.function->result);
}

Value IsVisible(EvalContext&, Args args, const Expression& call) {
  const std::uint64_t number = NumberOf(args[0], call.function->arguments[0]);
  return Value::Bool(types::HasEnded(number, types::ParseSnapshot(args[1].AsString())));
}

Value Status(EvalContext& context, Args args, const Expression& call) {
  const std::uint64_t number = NumberOf(args[0], call.function->arguments[0]);
  if (number == 0) return Value();
  if (number <= kLastSpecial) return Value::String("committed");
  const catalog::SessionView* session = context.session_view();
  if (session == nullptr) return Value();
  const auto outcome = session->OutcomeOf(static_cast<std::int64_t>(number));
  if (!outcome) {
    // Numbers are microseconds since 2000 wherever they can be.
    const std::int64_t now = context.clock().WallMicros() - base::kPostgresEpochMicros;
    if (number <= static_cast<std::uint64_t>(now)) return Value();
    throw Error(base::sqlstate::kInvalidParameterValue,
                "transaction ID " + std::to_string(number) + " is in the future");
  }
  switch (*outcome) {
    case TransactionOutcome::kInProgress:
      return Value::String("in progress");
    case TransactionOutcome::kCommitted:
      return Value::String("committed");
    case TransactionOutcome::kAborted:
      return Value::String("aborted");
  }
  return Value();
}

}  // namespace

std::vector<Value> RunningIn(const Function& function, const Value& snapshot) {
  std::vector<Value> running;
  for (const std::uint64_t number : types::ParseSnapshot(snapshot.AsString()).running) {
    running.push_back(Hold(number, function.result));
  }
  return running;
}

void AddTransactionFunctions(FunctionList& out) {
  constexpr TypeId kNew = T::kPgSnapshot;
  constexpr TypeId kOld = T::kTxidSnapshot;
  out.insert(out.end(),
             {
                 Volatile(Scalar("sys.current_transaction_id", {}, T::kInt8, 9604, Current<true>)),
                 Volatile(Scalar("txid_current", {}, T::kInt8, 2943, Current<true>)),
                 Volatile(Scalar("txid_current_if_assigned", {}, T::kInt8, 3348, Current<false>)),
                 Volatile(Scalar("pg_current_xact_id", {}, T::kXid8, 5059, Current<true>)),
                 Volatile(Scalar("pg_current_xact_id_if_assigned", {}, T::kXid8, 5060, Current<false>)),
                 Volatile(Scalar("txid_current_snapshot", {}, kOld, 2944, CurrentSnapshot)),
                 Volatile(Scalar("pg_current_snapshot", {}, kNew, 5061, CurrentSnapshot)),
                 Scalar("txid_snapshot_xmin", {kOld}, T::kInt8, 2945, Lowest),
                 Scalar("pg_snapshot_xmin", {kNew}, T::kXid8, 5062, Lowest),
                 Scalar("txid_snapshot_xmax", {kOld}, T::kInt8, 2946, End),
                 Scalar("pg_snapshot_xmax", {kNew}, T::kXid8, 5063, End),
                 Scalar("txid_visible_in_snapshot", {T::kInt8, kOld}, T::kBool, 2948, IsVisible),
                 Scalar("pg_visible_in_snapshot", {T::kXid8, kNew}, T::kBool, 5065, IsVisible),
                 Volatile(Scalar("txid_status", {T::kInt8}, T::kText, 3360, Status)),
                 Volatile(Scalar("pg_xact_status", {T::kXid8}, T::kText, 5066, Status)),
                 WithKind(FunctionKind::kSetReturning, "txid_snapshot_xip", {kOld}, T::kInt8, 2947),
                 WithKind(FunctionKind::kSetReturning, "pg_snapshot_xip", {kNew}, T::kXid8, 5064),
             });
}

}  // namespace ordinal::sql
