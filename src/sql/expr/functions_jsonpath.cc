#include <string>
#include <utility>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "sql/expr/jsonpath_run.h"
#include "sql/expr/series.h"

// The functions and operators of SQL/JSON paths (manual, tables 9.45 and 9.47).
namespace ordinal::sql {
namespace {

using base::Error;
using Outcome = JsonPathRun::Outcome;
using T = TypeId;
using Args = std::span<const Value>;

constexpr base::SqlState kSingletonRequired{"22038"};

// The arguments are the value, the path and, where they are given, variables and silence.
bool IsSilent(Args args) { return args.size() > 3 && args[3].AsBool(); }

JsonPathRun Run(EvalContext& context, Args args, bool zones, bool wants_all) {
  JsonPathOptions options;
  options.silent = IsSilent(args);
  options.zones = zones;
  options.wants_all = wants_all;
  const std::string_view vars = args.size() > 2 ? args[2].AsString() : "{}";
  return RunJsonPath(context, args[0].AsString(), args[1].AsString(), vars, options);
}

// The operators have no variables, and report no errors that the data cause.
JsonPathRun RunOperator(EvalContext& context, Args args, bool wants_all) {
  JsonPathOptions options;
  options.silent = true;
  options.wants_all = wants_all;
  return RunJsonPath(context, args[0].AsString(), args[1].AsString(), "{}", options);
}

Value Existence(const JsonPathRun& run) {
  if (run.outcome == Outcome::kError) return Value();
  return Value::Bool(run.outcome == Outcome::kFound);
}

Value Match(const JsonPathRun& run, bool silent) {
  if (run.items.size() == 1) {
    if (run.items[0] == "true" || run.items[0] == "false") return Value::Bool(run.items[0] == "true");
    if (run.items[0] == "null") return Value();
  }
  if (!silent) throw Error(kSingletonRequired, "single boolean result is expected");
  return Value();
}

template <bool zones>
Value PathExists(EvalContext& context, std::span<Value> args, const Expression&) {
  return Existence(Run(context, args, zones, false));
}

Value ExistsOperator(EvalContext& context, std::span<Value> args, const Expression&) {
  return Existence(RunOperator(context, args, false));
}

template <bool zones>
Value PathMatch(EvalContext& context, std::span<Value> args, const Expression&) {
  return Match(Run(context, args, zones, true), IsSilent(args));
}

Value MatchOperator(EvalContext& context, std::span<Value> args, const Expression&) {
  return Match(RunOperator(context, args, true), true);
}

template <bool zones>
Value QueryArray(EvalContext& context, std::span<Value> args, const Expression&) {
  std::string array = "[";
  for (const std::string& item : Run(context, args, zones, true).items) {
    array += (array.size() > 1 ? ", " : "") + item;
  }
  return Value::String(array + "]");
}

template <bool zones>
Value QueryFirst(EvalContext& context, std::span<Value> args, const Expression&) {
  const JsonPathRun run = Run(context, args, zones, true);
  return run.items.empty() ? Value() : Value::String(run.items.front());
}

using Wrapper = Function (*)(Function);
Function Immutable(Function function) { return function; }

// Adds a function with and without its optional arguments; those without have oids of their own.
void AddOptional(FunctionList& out, const Function& whole, base::Oid own) {
  for (std::size_t left_out = 0; left_out < 3; ++left_out) {
    Function function = whole;
    function.arguments.resize(whole.arguments.size() - left_out);
    if (left_out > 0) function.oid = own + static_cast<base::Oid>(left_out - 1);
    out.push_back(std::move(function));
  }
}

void AddScalar(FunctionList& out, std::string_view name, TypeId result, base::Oid oid, base::Oid own,
               ScalarCode code, Wrapper wrapper) {
  AddOptional(out, wrapper(Scalar(name, {T::kJsonb, T::kJsonpath, T::kJsonb, T::kBool}, result, oid, code)),
              own);
}

void AddQuery(FunctionList& out, std::string_view name, base::Oid oid, base::Oid own, Wrapper wrapper) {
  AddOptional(out,
              wrapper(WithKind(FunctionKind::kSetReturning, name,
                               {T::kJsonb, T::kJsonpath, T::kJsonb, T::kBool}, T::kJsonb, oid)),
              own);
}

}  // namespace

std::unique_ptr<Series> MakeJsonPathSeries(const Function& function, Args args, EvalContext& context) {
  const JsonPathRun run = Run(context, args, function.name.ends_with("_tz"), true);
  std::vector<Value> values;
  for (const std::string& item : run.items) values.push_back(Value::String(item));
  return MakeList(std::move(values));
}

void AddJsonPathFunctions(FunctionList& out) {
  AddScalar(out, "jsonb_path_exists", T::kBool, 4005, 9520, PathExists<false>, Immutable);
  AddScalar(out, "jsonb_path_match", T::kBool, 4009, 9522, PathMatch<false>, Immutable);
  AddScalar(out, "jsonb_path_query_array", T::kJsonb, 4007, 9524, QueryArray<false>, Immutable);
  AddScalar(out, "jsonb_path_query_first", T::kJsonb, 4008, 9526, QueryFirst<false>, Immutable);
  AddScalar(out, "jsonb_path_exists_tz", T::kBool, 1177, 9528, PathExists<true>, Stable);
  AddScalar(out, "jsonb_path_match_tz", T::kBool, 2030, 9530, PathMatch<true>, Stable);
  AddScalar(out, "jsonb_path_query_array_tz", T::kJsonb, 1180, 9532, QueryArray<true>, Stable);
  AddScalar(out, "jsonb_path_query_first_tz", T::kJsonb, 2023, 9534, QueryFirst<true>, Stable);
  AddQuery(out, "jsonb_path_query", 4006, 9536, Immutable);
  AddQuery(out, "jsonb_path_query_tz", 1179, 9538, Stable);
  out.push_back(Scalar("jsonb_path_exists_opr", {T::kJsonb, T::kJsonpath}, T::kBool, 4010, ExistsOperator));
  out.push_back(Scalar("jsonb_path_match_opr", {T::kJsonb, T::kJsonpath}, T::kBool, 4011, MatchOperator));
  out.push_back(Operator("@?", {T::kJsonb, T::kJsonpath}, T::kBool, 4012, ExistsOperator));
  out.push_back(Operator("@@", {T::kJsonb, T::kJsonpath}, T::kBool, 4013, MatchOperator));
}

}  // namespace ordinal::sql
