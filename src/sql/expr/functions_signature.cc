#include <string>
#include <string_view>
#include <vector>

#include "sql/expr/domain.h"
#include "sql/expr/function_table.h"
#include "sql/expr/identifier.h"

// Tells the signatures of functions, as psql asks for them (manual, table 9.74).
namespace ordinal::sql {
namespace {

using T = TypeId;
using Args = std::span<Value>;

std::string NameOf(TypeId type) { return type == T::kInvalid ? "\"any\"" : types::FormatType({type, -1}); }

// Finds the function, operators excluded, that bears the oid; nullptr when there is none.
const Function* FunctionOf(const Value& oid) {
  const Function* function = FunctionByOid(static_cast<base::Oid>(oid.AsInt()));
  return function != nullptr && function->kind != FunctionKind::kOperator ? function : nullptr;
}

catalog::Catalog::FunctionPtr RoutineOf(const Value& oid, EvalContext& context) {
  return context.catalog().FunctionByOid(static_cast<base::Oid>(oid.AsInt()));
}

// The arguments of a user's function, those of RETURNS TABLE apart; `table` asks for those.
std::string ArgumentsOf(const catalog::FunctionDescriptor& function, EvalContext& context, bool table,
                        bool defaults) {
  using catalog::ArgumentMode;
  std::string text;
  for (const catalog::FunctionArgument& argument : function.arguments) {
    if ((argument.mode == ArgumentMode::kTable) != table) continue;
    if (!text.empty()) text += ", ";
    if (argument.mode == ArgumentMode::kOut) text += "OUT ";
    if (argument.mode == ArgumentMode::kInOut) text += "INOUT ";
    if (argument.mode == ArgumentMode::kVariadic) text += "VARIADIC ";
    if (!argument.name.empty()) text += QuoteIdentifier(argument.name) + " ";
    text += ShowType(argument.type, context);
    if (!defaults || !argument.default_expression) continue;
    text +=
        " DEFAULT " + DeparseExpression(*DeserializeExpression(*argument.default_expression), {}, context);
  }
  return text;
}

std::string ResultOf(const catalog::FunctionDescriptor& function, EvalContext& context) {
  const std::string table = ArgumentsOf(function, context, true, false);
  if (!table.empty()) return "TABLE(" + table + ")";
  return (function.returns_set ? "SETOF " : "") + ShowType(function.result, context);
}

// The words of CREATE FUNCTION that say more than the defaults.
std::string PropertiesOf(const catalog::FunctionDescriptor& function) {
  using catalog::FunctionVolatility;
  std::string text;
  if (function.volatility == FunctionVolatility::kImmutable) text += " IMMUTABLE";
  if (function.volatility == FunctionVolatility::kStable) text += " STABLE";
  if (function.parallel == 's') text += " PARALLEL SAFE";
  if (function.parallel == 'r') text += " PARALLEL RESTRICTED";
  if (function.strict) text += " STRICT";
  if (function.security_definer) text += " SECURITY DEFINER";
  if (function.leakproof) text += " LEAKPROOF";
  const auto number = [](double value) {
    std::string shown = std::to_string(value);
    shown.erase(shown.find_last_not_of('0') + 1);
    if (shown.ends_with('.')) shown.pop_back();
    return shown;
  };
  if (function.cost != 100) text += " COST " + number(function.cost);
  if (function.returns_set && function.rows != 1000) text += " ROWS " + number(function.rows);
  return text.empty() ? "" : text + "\n";
}

// The names of a search path, as SHOW gives it.
std::vector<std::string> SchemasOf(std::string_view path) {
  std::vector<std::string> names;
  bool quoted = false;
  bool begun = false;
  for (const char c : path) {
    if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      begun = false;
      continue;
    } else if (!quoted && c == ' ') {
      continue;
    }
    if (!begun) names.emplace_back();
    begun = true;
    if (c != '"') names.back() += c;
  }
  return names;
}

// Each SET in a line of its own.
std::string SettingsOf(const catalog::FunctionDescriptor& function) {
  std::string text;
  for (const auto& [name, value] : function.settings) {
    text += " SET " + QuoteIdentifier(name) + " TO ";
    if (name != "search_path") {
      text += QuoteLiteral(value);
    } else {
      std::string list;
      for (const std::string& schema : SchemasOf(value)) {
        list += (list.empty() ? "" : ", ") + QuoteLiteral(schema);
      }
      text += list.empty() ? "''" : list;
    }
    text += "\n";
  }
  return text;
}

Value Definition(EvalContext& context, Args args, const Expression&) {
  const auto function = RoutineOf(args[0], context);
  if (!function) return Value();
  if (function->is_standard) return Value::String(function->body + "\n");
  const auto schema = context.catalog().SchemaByOid(function->schema);
  std::string text = "CREATE OR REPLACE FUNCTION " + QuoteIdentifier(schema ? schema->name : "") + "." +
                     QuoteIdentifier(function->name) + "(" + ArgumentsOf(*function, context, false, true) +
                     ")\n";
  text += " RETURNS " + ResultOf(*function, context) + "\n LANGUAGE sql\n" + PropertiesOf(*function) +
          SettingsOf(*function);
  std::string quote = "$function";
  while (function->body.find(quote) != std::string::npos) quote += "x";
  quote += "$";
  return Value::String(text + "AS " + quote + function->body + quote + "\n");
}

Value Result(EvalContext& context, Args args, const Expression&) {
  if (const auto routine = RoutineOf(args[0], context)) return Value::String(ResultOf(*routine, context));
  const Function* function = FunctionOf(args[0]);
  if (function == nullptr) return Value();
  const bool is_set = function->kind == FunctionKind::kSetReturning;
  return Value::String((is_set ? "SETOF " : "") + NameOf(function->result));
}

Value Arguments(EvalContext& context, Args args, const Expression& call) {
  if (const auto routine = RoutineOf(args[0], context)) {
    const bool defaults = call.function->name == "pg_get_function_arguments";
    return Value::String(ArgumentsOf(*routine, context, false, defaults));
  }
  const Function* function = FunctionOf(args[0]);
  if (function == nullptr) return Value();
  std::string text;
  for (std::size_t i = 0; i < function->arguments.size(); ++i) {
    if (i > 0) text += ", ";
    const bool variadic = function->variadic || function->variadic_array;
    if (variadic && i + 1 == function->arguments.size()) text += "VARIADIC ";
    text += NameOf(function->arguments[i]);
  }
  return Value::String(text);
}

}  // namespace

void AddSignatureFunctions(FunctionList& out) {
  out.insert(out.end(),
             {
                 Stable(Scalar("pg_get_functiondef", {T::kOid}, T::kText, 2098, Definition)),
                 Stable(Scalar("pg_get_function_result", {T::kOid}, T::kText, 2165, Result)),
                 Stable(Scalar("pg_get_function_arguments", {T::kOid}, T::kText, 2162, Arguments)),
                 Stable(Scalar("pg_get_function_identity_arguments", {T::kOid}, T::kText, 2232, Arguments)),
             });
}

}  // namespace ordinal::sql
