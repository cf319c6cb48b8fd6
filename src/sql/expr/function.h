// Lists the functions and operators, and finds the one that a call means.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/expr/eval_context.h"
#include "sql/expr/expression.h"

namespace ordinal::sql {

// Evaluates one call. `args` are evaluated already. For a strict function none of them is NULL.
using ScalarCode = Value (*)(EvalContext& context, std::span<Value> args, const Expression& call);

// Expression::index of a call of nextval() that draws for an identity column: it asks for no privilege.
inline constexpr int kDrawOfIdentity = 1;
// Expression::index of a call of a function with `variadic` whose last argument is the array after VARIADIC.
inline constexpr int kTakesArray = 2;

enum class FunctionKind : std::uint8_t { kScalar, kOperator, kAggregate, kSetReturning, kWindow };

// Whether an aggregate takes WITHIN GROUP. Its arguments are then the direct ones and behind them those of
// ORDER BY: one, or for a hypothetical row as many as direct ones.
enum class OrderedSet : std::uint8_t { kNo, kYes, kHypothetical };

// A named column that a function gives.
struct OutColumn {
  std::string_view name;
  TypeId type = TypeId::kInvalid;
};

struct Function {
  std::string_view name;  // "lower", "+"
  FunctionKind kind = FunctionKind::kScalar;
  std::vector<TypeId> arguments;  // kAnyElement and kin decide per call; kInvalid takes any type as it is
  TypeId result = TypeId::kInvalid;
  Volatility volatility = Volatility::kImmutable;
  bool strict = true;
  // The last argument type may repeat, at least once. Of kInvalid, the elements may come as an array after
  // VARIADIC; see any_arguments.h.
  bool variadic = false;
  // The last argument is an array, for which a call gives its elements, or the array after VARIADIC.
  bool variadic_array = false;
  base::Oid oid = 0;          // PostgreSQL's pg_proc / pg_operator oid where known, else a number of our own
  ScalarCode code = nullptr;  // kScalar and kOperator
  OrderedSet ordered_set = OrderedSet::kNo;
  bool reads_catalog = false;  // at run time, beyond the descriptors of sequences
  // What a set-returning function gives, where its columns have names of their own. A call in FROM stands for
  // one expression for each; Expression::index says which.
  std::vector<OutColumn> columns = {};
};

// Says how a call gives the last argument of a variadic function.
enum class VariadicUse : std::uint8_t { kElements, kArray };

// Finds the operator or function for the argument types as PostgreSQL's manual, section 10.2 and 10.3, says:
// exact match, then implicit casts, preferred types, unknown literals. nullptr when there is none; throws
// 42725 `operator is not unique: ...` / `function f(..) is not unique` when several fit equally. Functions of
// all kinds share one name space: asked for kScalar it may answer an aggregate or a set-returning function;
// look at its kind.
// `more` are further candidates that take as many arguments; one with the types of a built-in one is hidden.
const Function* FindFunction(std::string_view name, FunctionKind kind, std::span<const TypeId> arguments,
                             VariadicUse use = VariadicUse::kElements,
                             std::span<const Function* const> more = {});
// By name alone: whether any function has it.
bool FunctionNameExists(std::string_view name);
const Function* FunctionByOid(base::Oid oid);

// Builds a call: finds the function, inserts implicit casts, computes the result type and modifier. Throws
// 42883 `function lower(integer) does not exist` (HINT `No function matches the given name and argument
// types. You might need to add explicit type casts.`) or `operator does not exist: text + integer` likewise,
// with the position. 42804 `VARIADIC argument must be an array` with the position of the argument.
ExprPtr BuildCall(std::string_view name, FunctionKind kind, std::vector<ExprPtr> args, int position,
                  VariadicUse use = VariadicUse::kElements);

// Coerces to `to`, throwing 42846 `cannot cast type date to integer` when no cast is allowed in that context.
// An unknown-typed constant is parsed as `to` at once (22P02 and kin with its position) unless its meaning
// depends on the session (dates, regclass names): then a cast stays, see FoldConstants. An untyped parameter
// takes the type.
ExprPtr Coerce(ExprPtr operand, Type to, types::CastContext context, int position);

// Evaluates the conversions of literals that depend on the session (dates, regclass names), wherever they
// stand. Errors carry the position of the literal.
ExprPtr FoldConstants(ExprPtr expression, EvalContext& context);

// Finds the common type of UNION / CASE / VALUES / COALESCE branches (manual, section 10.5). `what` is the
// word in the error 42804 `CASE types integer and text cannot be matched`.
Type CommonType(std::span<const ExprPtr> branches, std::string_view what);

// The stored form of an expression (JSON with a format number), and back. regclass constants keep their oid.
// Damaged bytes throw XX001.
std::string SerializeExpression(const Expression& expression);
ExprPtr DeserializeExpression(std::string_view bytes);

// Prints as pg_get_expr does, for example `nextval('s'::regclass)` or `(qty > 0)`; `pretty` leaves out the
// parentheses that the reader does not need. `columns` names the slots, quoted where names must be.
std::string DeparseExpression(const Expression& expression, std::span<const std::string> columns,
                              EvalContext& context, bool pretty = false);

}  // namespace ordinal::sql
