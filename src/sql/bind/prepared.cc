#include "sql/bind/prepared.h"

#include <utility>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"
#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

}  // namespace

PrepareParts ReadPrepare(const Node& node) {
  const auto& prepare = As<PrepareStmt>(node);
  PrepareParts parts;
  parts.name = prepare.name;
  parts.query = prepare.query;
  return parts;
}

std::vector<Type> BindPreparedTypes(const Node& node, const BindEnvironment& environment,
                                    const parse::Tree& tree) {
  const auto& prepare = As<PrepareStmt>(node);
  std::vector<Type> types;
  for (int i = 0; i < LengthOf(prepare.argtypes); ++i) {
    const Type type = BindTypeName(As<TypeName>(*NodeAt(prepare.argtypes, i)), tree, environment);
    types.push_back(type.domain != 0 ? type : Type{type.id, -1});
  }
  return types;
}

std::string ExecutedName(const Node& node) { return As<ExecuteStmt>(node).name; }

std::vector<ExprPtr> BindArguments(const Node& node, const std::vector<Type>& parameters,
                                   const BindEnvironment& environment, const parse::Tree& tree) {
  const auto& execute = As<ExecuteStmt>(node);
  const auto count = static_cast<std::size_t>(LengthOf(execute.params));
  if (count != parameters.size()) {
    throw Error(sqlstate::kSyntaxError,
                "wrong number of parameters for prepared statement \"" + std::string(execute.name) + "\"")
        .Detail("Expected " + std::to_string(parameters.size()) + " parameters but got " +
                std::to_string(count) + ".");
  }
  std::vector<ExprPtr> arguments;
  for (std::size_t i = 0; i < count; ++i) {
    Binder binder(environment, tree, {});
    ExprPtr argument =
        binder.BindStandalone(*NodeAt(execute.params, static_cast<int>(i)), nullptr, "EXECUTE parameters");
    const TypeId from = argument->type.id;
    const int position = argument->position;
    if (from != TypeId::kUnknown &&
        !types::CanCast(from, parameters[i].id, types::CastContext::kAssignment)) {
      throw Error(sqlstate::kDatatypeMismatch,
                  "parameter $" + std::to_string(i + 1) + " of type " + types::FormatType({from, -1}) +
                      " cannot be coerced to the expected type " + types::FormatType({parameters[i].id, -1}))
          .Hint("You will need to rewrite or cast the expression.")
          .Position(position);
    }
    arguments.push_back(
        Coerce(std::move(argument), parameters[i], types::CastContext::kAssignment, position));
  }
  return arguments;
}

}  // namespace ordinal::sql
