#include "sql/exec/routine.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "base/error.h"
#include "catalog/privileges.h"
#include "sql/bind/access.h"
#include "sql/bind/routine.h"
#include "sql/exec/exec_context.h"
#include "sql/exec/execution.h"
#include "sql/exec/memory_use.h"

namespace ordinal::sql {
namespace {

using base::Error;
using types::Row;
namespace sqlstate = base::sqlstate;

// PostgreSQL's max_stack_depth. Threads have more.
constexpr std::ptrdiff_t kStackBytesMax = 2 * 1024 * 1024;

std::string_view VerbOf(const PlannedStatement& plan) {
  const PlannedModify* modify = plan.modify.get();
  for (const PlannedCte& cte : plan.ctes) {
    if (modify == nullptr) modify = cte.modify.get();
  }
  if (modify == nullptr) return "SELECT";
  switch (modify->bound->kind) {
    case ModifyKind::kInsert:
      return "INSERT";
    case ModifyKind::kUpdate:
      return "UPDATE";
    case ModifyKind::kDelete:
      return "DELETE";
  }
  return "SELECT";
}

// Of a deep recursion the innermost calls say enough.
constexpr std::size_t kContextBytesMax = 4096;

// Bounds the stack that nested calls take. Lives as long as a call.
class Nesting {
 public:
  explicit Nesting(RoutineState& state) : state_(state), outermost_(state.stack_base == nullptr) {
    const auto* here = static_cast<const char*>(__builtin_frame_address(0));
    if (outermost_) state.stack_base = here;
    const std::ptrdiff_t used = state.stack_base > here ? state.stack_base - here : here - state.stack_base;
    if (used <= kStackBytesMax) return;
    throw Error(sqlstate::kStatementTooComplex, "stack depth limit exceeded")
        .Hint("Calls of functions nest too deeply.");
  }
  ~Nesting() {
    if (outermost_) state_.stack_base = nullptr;
  }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  RoutineState& state_;
  bool outermost_;
};

// SECURITY DEFINER: makes the owner the current role while it lives.
class Identity {
 public:
  Identity(RoutineHost& host, const catalog::FunctionDescriptor& function)
      : host_(host), changes_(function.security_definer) {
    if (changes_) before_ = host.ActAs(function.owner);
  }
  ~Identity() {
    if (changes_) host_.ActAs(before_);
  }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

 private:
  RoutineHost& host_;
  bool changes_;
  base::Oid before_ = base::kInvalidOid;
};

// What the call decides of the plan.
std::vector<types::Type> DecidedTypes(const catalog::FunctionDescriptor& function, const Expression& call) {
  std::vector<types::Type> types;
  const bool any_row =
      function.result.id == TypeId::kRecord && function.result.domain == 0 && !function.HasOutputs();
  const bool polymorphic = function.IsPolymorphic();
  if (!any_row && !polymorphic) return types;
  RoutineUse use = UseInCall(function, call);
  if (polymorphic) types = std::move(use.inputs);
  types.push_back(use.result);
  if (!use.columns) return types;
  for (const types::RecordField& field : use.columns->fields) types.push_back(field.type);
  return types;
}

std::shared_ptr<const PlannedRoutine> PlanRoutine(const catalog::Catalog::FunctionPtr& function,
                                                  const Expression& call, RoutineHost& host,
                                                  ExecContext& caller) {
  RoutineState::Basis basis{caller.shared_catalog(), host.plan_epoch(), caller.CurrentRole()};
  RoutineState::Key key{function->oid, DecidedTypes(*function, call)};
  if (auto kept = host.routine_state().Find(key, basis)) return kept;
  BoundRoutine bound = BindRoutine(*function, UseInCall(*function, call), host.RoutineEnvironment(caller));
  auto plan = std::make_shared<PlannedRoutine>();
  plan->function = function;
  for (BoundStatement& statement : bound.statements) {
    plan->statements.push_back(Plan(std::move(statement), caller));
  }
  plan->results = std::move(bound.results);
  plan->shape = std::move(bound.shape);
  host.routine_state().Keep(std::move(key), std::move(basis), plan);
  return plan;
}

// Runs the statements of one call.
class Call {
 public:
  Call(const PlannedRoutine& plan, std::span<const Value> args, RoutineHost& host, ExecContext& caller)
      : plan_(plan), args_(args), host_(host), caller_(caller), memory_(caller.services()), kept_(memory_) {}

  std::vector<Value> Run() {
    const bool is_volatile = plan_.function->volatility == catalog::FunctionVolatility::kVolatile;
    for (std::size_t i = 0; i < plan_.statements.size(); ++i) {
      try {
        if (is_volatile) caller_.transaction().BeginInner();
        RunStatement(*plan_.statements[i], i + 1 == plan_.statements.size());
        if (is_volatile) caller_.transaction().FinishInner();
      } catch (Error& error) {
        throw Within(error, "statement " + std::to_string(i + 1));
      }
    }
    if (values_.empty() && !plan_.function->returns_set) values_.emplace_back();
    return std::move(values_);
  }

  static Error& Within(Error& error, const std::string& where, const std::string& name) {
    std::string context = error.report().context;
    if (context.size() > kContextBytesMax) return error;
    if (!context.empty()) context += "\n";
    return error.Position(0).Context(context + "SQL function \"" + name + "\" " + where);
  }

 private:
  Error& Within(Error& error, const std::string& where) const {
    return Within(error, where, plan_.function->name);
  }

  void RunStatement(const PlannedStatement& statement, bool is_last) {
    if (auto denial = FindDenial(caller_.catalog(), caller_.CurrentRole(), statement.accesses)) throw *denial;
    if (!statement.read_only) {
      const std::string_view verb = VerbOf(statement);
      if (plan_.function->volatility != catalog::FunctionVolatility::kVolatile) {
        throw Error(sqlstate::kFeatureNotSupported,
                    std::string(verb) + " is not allowed in a non-volatile function");
      }
      host_.BeforeModifying(verb);
    }
    ExecContext context(caller_.services(), caller_.shared_catalog(), caller_.transaction(),
                        caller_.StatementMicros());
    context.session_settings = caller_.session_settings;
    Execution execution(statement, context, caller_.transaction(), args_);
    const bool gives_set = plan_.function->returns_set;
    Row row;
    while (execution.Next(row)) {
      if (!is_last) continue;
      if (gives_set || values_.empty()) Add(row, context);
      // Of a query only what is asked for is computed.
      if (!gives_set && statement.read_only) break;
    }
  }

  void Add(const Row& row, ExecContext& context) {
    if (plan_.results.empty() && plan_.function->result.id == TypeId::kVoid) return;
    Row result;
    for (const ExprPtr& column : plan_.results) result.push_back(Evaluate(*column, context, row));
    kept_.AddRow(result);
    values_.push_back(plan_.shape ? types::MakeRecord(plan_.shape, std::move(result))
                                  : std::move(result.front()));
  }

  const PlannedRoutine& plan_;
  std::span<const Value> args_;
  RoutineHost& host_;
  ExecContext& caller_;
  MemoryBudget memory_;
  MemoryUse kept_;
  std::vector<Value> values_;
};

bool HasNull(std::span<const Value> args) {
  for (const Value& arg : args) {
    if (arg.is_null()) return true;
  }
  return false;
}

}  // namespace

bool RoutineState::Before::operator()(const Key& left, const Key& right) const {
  if (left.first != right.first) return left.first < right.first;
  const auto as_tuple = [](const types::Type& type) {
    return std::tuple(type.id, type.modifier, type.domain);
  };
  return std::lexicographical_compare(
      left.second.begin(), left.second.end(), right.second.begin(), right.second.end(),
      [&](const types::Type& a, const types::Type& b) { return as_tuple(a) < as_tuple(b); });
}

std::shared_ptr<const PlannedRoutine> RoutineState::Find(const Key& key, const Basis& basis) const {
  const auto found = plans_.find(key);
  return found != plans_.end() && found->second.basis == basis ? found->second.plan : nullptr;
}

void RoutineState::Keep(Key key, Basis basis, std::shared_ptr<const PlannedRoutine> plan) {
  std::erase_if(plans_, [&](const auto& each) { return each.second.basis.catalog != basis.catalog; });
  plans_[std::move(key)] = {std::move(basis), std::move(plan)};
}

std::vector<Value> RunRoutine(const Expression& call, std::span<const Value> args, ExecContext& caller) {
  RoutineHost* host = caller.services().routine_host();
  if (host == nullptr) base::ThrowUnsupported("functions of users outside of sessions");
  const auto function = caller.catalog().FunctionByOid(call.routine);
  if (!function) {
    throw Error(sqlstate::kUndefinedFunction,
                "function with OID " + std::to_string(call.routine) + " does not exist");
  }
  const Nesting nesting(host->routine_state());
  caller.CheckCanceled();
  if ((catalog::PrivilegesOf(caller.catalog(), caller.CurrentRole(), catalog::SecurableOf(*function)) &
       catalog::kExecutePrivilege) == 0) {
    throw Error(sqlstate::kInsufficientPrivilege, "permission denied for function " + function->name);
  }
  const Identity identity(*host, *function);
  const std::shared_ptr<void> settings = function->settings.empty() ? nullptr : host->Configure(*function);
  std::shared_ptr<const PlannedRoutine> plan;
  try {
    plan = PlanRoutine(function, call, *host, caller);
  } catch (Error& error) {
    throw Call::Within(error, "during startup", function->name);
  }
  if (function->strict && HasNull(args)) {
    return function->returns_set ? std::vector<Value>() : std::vector<Value>(1);
  }
  return Call(*plan, args, *host, caller).Run();
}

}  // namespace ordinal::sql
