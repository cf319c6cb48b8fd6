#include "sql/bind/named_arguments.h"

#include <algorithm>
#include <span>
#include <string>

#include "base/error.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

struct Parameters {
  std::string_view function;
  std::span<const std::string_view> names;
  std::size_t required;  // the others may be left out
  bool zero_by_default;  // all are there, and 0 where they are not given; otherwise those at the end may lack
  bool has_gaps = false;  // others may be left out too: an object without members takes their place
};

constexpr std::string_view kInterval[] = {"years", "months", "weeks", "days", "hours", "mins", "secs"};
constexpr std::string_view kDate[] = {"year", "month", "day"};
constexpr std::string_view kTime[] = {"hour", "min", "sec"};
constexpr std::string_view kTimestamp[] = {"year", "month", "mday", "hour", "min", "sec", "timezone"};
constexpr std::string_view kSet[] = {"jsonb_in", "path", "replacement", "create_if_missing"};
constexpr std::string_view kSetLax[] = {"jsonb_in", "path", "replacement", "create_if_missing",
                                        "null_value_treatment"};
constexpr std::string_view kInsert[] = {"jsonb_in", "path", "replacement", "insert_after"};
constexpr std::string_view kJsonPath[] = {"target", "path", "vars", "silent"};
constexpr std::string_view kFromJson[] = {"from_json"};
constexpr std::string_view kIntoRow[] = {"base", "from_json", "use_json_as_text"};
constexpr std::string_view kIdent[] = {"str", "strict"};
constexpr std::string_view kAddress[] = {"classid", "objid", "objsubid"};
constexpr std::string_view kOptions[] = {"options_array"};
constexpr Parameters kParameters[] = {
    {"jsonb_path_exists", kJsonPath, 2, false, true},
    {"jsonb_path_exists_tz", kJsonPath, 2, false, true},
    {"jsonb_path_match", kJsonPath, 2, false, true},
    {"jsonb_path_match_tz", kJsonPath, 2, false, true},
    {"jsonb_path_query", kJsonPath, 2, false, true},
    {"jsonb_path_query_tz", kJsonPath, 2, false, true},
    {"jsonb_path_query_array", kJsonPath, 2, false, true},
    {"jsonb_path_query_array_tz", kJsonPath, 2, false, true},
    {"jsonb_path_query_first", kJsonPath, 2, false, true},
    {"jsonb_path_query_first_tz", kJsonPath, 2, false, true},
    {"json_each", kFromJson, 1, false},
    {"json_each_text", kFromJson, 1, false},
    {"json_array_elements", kFromJson, 1, false},
    {"json_array_elements_text", kFromJson, 1, false},
    {"jsonb_each", kFromJson, 1, false},
    {"jsonb_each_text", kFromJson, 1, false},
    {"jsonb_array_elements", kFromJson, 1, false},
    {"jsonb_array_elements_text", kFromJson, 1, false},
    {"json_populate_record", kIntoRow, 2, false},
    {"json_populate_recordset", kIntoRow, 2, false},
    {"parse_ident", kIdent, 1, false},
    {"pg_identify_object", kAddress, 3, false},
    {"pg_identify_object_as_address", kAddress, 3, false},
    {"pg_options_to_table", kOptions, 1, false},
    {"make_interval", kInterval, 0, true},
    {"make_date", kDate, 3, false},
    {"make_time", kTime, 3, false},
    {"make_timestamp", std::span(kTimestamp).first(6), 6, false},
    {"make_timestamptz", kTimestamp, 6, false},
    {"jsonb_set", kSet, 3, false},
    {"jsonb_set_lax", kSetLax, 3, false},
    {"jsonb_insert", kInsert, 3, false},
};

const Parameters* Find(std::string_view function) {
  for (const Parameters& parameters : kParameters) {
    if (parameters.function == function) return &parameters;
  }
  return nullptr;
}

[[noreturn]] void ThrowNoSuchFunction(std::string_view function, int position) {
  throw Error(sqlstate::kUndefinedFunction,
              "function " + std::string(function) + " does not exist with these argument names")
      .Hint(
          "No function matches the given name and argument types. You might need to add explicit type "
          "casts.")
      .Position(position);
}

bool IsNamed(const Node* argument) { return nodeTag(argument) == T_NamedArgExpr; }

std::vector<const Node*> ArgumentsOf(const FuncCall& call) {
  std::vector<const Node*> arguments;
  for (int i = 0; i < LengthOf(call.args); ++i) arguments.push_back(NodeAt(call.args, i));
  return arguments;
}

void CheckNames(const std::vector<const Node*>& arguments, int position) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!IsNamed(arguments[i])) {
      if (i == 0 || !IsNamed(arguments[i - 1])) continue;
      throw Error(sqlstate::kSyntaxError, "positional argument cannot follow named argument")
          .Position(position);
    }
    const std::string_view name = As<NamedArgExpr>(*arguments[i]).name;
    for (std::size_t j = 0; j < i; ++j) {
      if (!IsNamed(arguments[j]) || As<NamedArgExpr>(*arguments[j]).name != name) continue;
      throw Error(sqlstate::kSyntaxError, "argument name \"" + std::string(name) + "\" used more than once")
          .Position(position);
    }
  }
}

}  // namespace

std::vector<const Node*> OrderArguments(const FuncCall& call, std::string_view function, int position) {
  std::vector<const Node*> arguments = ArgumentsOf(call);
  const Parameters* parameters = Find(function);
  const bool named = std::any_of(arguments.begin(), arguments.end(), IsNamed);
  // What names belong to functions without any is found out when the function is looked for.
  if (named && parameters == nullptr) return ArgumentsAsWritten(call);
  const bool fills = parameters != nullptr && parameters->zero_by_default;
  if ((!named && !fills) || arguments.size() > parameters->names.size()) return arguments;
  CheckNames(arguments, position);
  std::vector<const Node*> ordered(parameters->names.size(), nullptr);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!IsNamed(arguments[i])) {
      ordered[i] = arguments[i];
      continue;
    }
    const auto& argument = As<NamedArgExpr>(*arguments[i]);
    const auto found =
        std::find(parameters->names.begin(), parameters->names.end(), std::string_view(argument.name));
    const auto place = static_cast<std::size_t>(found - parameters->names.begin());
    if (place == ordered.size() || ordered[place] != nullptr) ThrowNoSuchFunction(function, position);
    ordered[place] = reinterpret_cast<const Node*>(argument.arg);
  }
  if (fills) return ordered;
  while (ordered.size() > parameters->required && ordered.back() == nullptr) ordered.pop_back();
  const auto gap = std::find(ordered.begin(), ordered.end(), nullptr);
  const bool needed = gap - ordered.begin() < static_cast<std::ptrdiff_t>(parameters->required);
  if (gap != ordered.end() && (needed || !parameters->has_gaps)) ThrowNoSuchFunction(function, position);
  return ordered;
}

ExprPtr DefaultArgument(std::string_view function) {
  const Parameters* parameters = Find(function);
  if (parameters == nullptr || !parameters->has_gaps) {
    return MakeConstant(types::Value::Int(0), {TypeId::kInt4, -1});
  }
  return MakeConstant(types::Value::String("{}"), {TypeId::kUnknown, -1});
}

bool HasParameterNames(std::string_view function) { return Find(function) != nullptr; }

std::vector<const Node*> ArgumentsAsWritten(const FuncCall& call) {
  std::vector<const Node*> arguments = ArgumentsOf(call);
  for (const Node*& argument : arguments) {
    if (IsNamed(argument)) argument = reinterpret_cast<const Node*>(As<NamedArgExpr>(*argument).arg);
  }
  return arguments;
}

std::vector<std::string> ArgumentNames(const FuncCall& call, int position) {
  const std::vector<const Node*> arguments = ArgumentsOf(call);
  CheckNames(arguments, position);
  std::vector<std::string> names;
  for (const Node* argument : arguments) {
    names.emplace_back(IsNamed(argument) ? As<NamedArgExpr>(*argument).name : "");
  }
  return names;
}

}  // namespace ordinal::sql
