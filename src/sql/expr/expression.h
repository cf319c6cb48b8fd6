// Defines typed expressions: what the binder produces and the evaluator runs. An expression is a
// tree of immutable nodes after binding; it names objects by oid and columns by slot, never by name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "types/cast.h"
#include "types/record.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::sql {

using types::Type;
using types::TypeId;
using types::Value;

struct Function;

enum class ExprKind : std::uint8_t {
  kConstant,    // constant
  kParameter,   // index: 0 for $1
  kColumn,      // index: slot in the input row; level: how many queries out (0 = this one)
  kCall,        // function over args (operators are functions too)
  kCast,        // args[0] to type
  kAnd,         // args, three-valued, left to right, stops at the first FALSE
  kOr,          // args, stops at the first TRUE
  kNot,         // args[0]
  kIsNull,      // args[0]; negated for IS NOT NULL
  kIsTrue,      // args[0]; constant holds the truth value tested (NULL for UNKNOWN); negated for IS NOT
  kIsDistinct,  // args[0], args[1], function: their "="; negated for IS NOT DISTINCT FROM
  kCase,        // args: when1, then1, when2, then2, ..., else; with index 1, the operand comes before them
  kCoalesce,    // args, stops at the first that is not NULL
  kNullIf,      // args[0], args[1], function: their "="
  kMinMax,      // GREATEST / LEAST over args of one type; negated for LEAST
  kInList,      // args[0] in args[1..], function: their "="; negated for NOT IN
  kSubquery,    // index: number of the subplan; subquery says which kind; args: outer operands
  kAggregate,   // index: slot of the finished aggregate (only above an aggregation)
  kRow,         // args, the fields of a row as `shape` says
  kArray,       // args: the elements, or, when they are of the node's own type, arrays to nest
  kSubscript,   // args[0][args[1]][args[2]]...
  kSlice,       // args[0][args[1]:args[2]][args[3]:args[4]]...
  kQuantified,  // args[0] function ANY (args[1]), an array; negated for ALL
  kCaseTest,    // the operand of the innermost CASE that keeps one
  kRowCompare,  // args: left1, right1, left2, right2, ...; index: a RowComparison
  kWindow,      // index: number of the window call; replaced by its slot when the query is bound
  kGrouping,    // args: what GROUPING asks about; replaced by its slot when the query is bound
  kField,       // field `index` of args[0], a row
  kDomain,      // args[0] as a value of a domain; index: its oid. Throws where the domain does not have it
};

// kAny and kAll apply `function`; kArray makes an array of the rows; kRowCompare compares the operands with
// the only row, `level` being a RowComparison.
enum class SubqueryKind : std::uint8_t { kScalar, kExists, kIn, kNotIn, kArray, kAny, kAll, kRowCompare };

enum class RowComparison : std::uint8_t { kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kEqual, kNotEqual };

struct Expression;
using ExprPtr = std::unique_ptr<Expression>;

struct Expression {
  ExprKind kind = ExprKind::kConstant;
  Type type;
  bool negated = false;
  SubqueryKind subquery = SubqueryKind::kScalar;
  types::CastContext cast_context = types::CastContext::kExplicit;
  int index = 0;
  int level = 0;
  int position = 0;  // characters into the query text, from 1; 0 when unknown
  const Function* function = nullptr;
  // kCall: the function that a user made; `function` is then one of sql/expr/routine.h.
  base::Oid routine = base::kInvalidOid;
  Value constant;
  // Of what gives rows: their fields, where they are known. Never null with kRow.
  types::ShapePtr shape = nullptr;
  std::vector<ExprPtr> args;
};

ExprPtr MakeConstant(Value value, Type type, int position = 0);
ExprPtr MakeColumn(int slot, Type type, int position = 0);
ExprPtr MakeParameter(int index, Type type, int position = 0);
// A node of type boolean, to be given its arguments.
ExprPtr MakeBoolean(ExprKind kind, int position = 0);
// Wraps in a cast; folds a constant whose conversion is immutable. A cast to a domain also checks its
// constraints when it is evaluated. REQUIRES that the cast exists.
ExprPtr MakeCast(ExprPtr operand, Type to, types::CastContext context, int position = 0);
ExprPtr Clone(const Expression& expression);

// Calls `visit` for the node and all below it, parents first.
template <typename Visitor>
void Walk(const Expression& expression, Visitor&& visit) {
  visit(expression);
  for (const ExprPtr& arg : expression.args) Walk(*arg, visit);
}
template <typename Visitor>
void WalkMutable(Expression& expression, Visitor&& visit) {
  visit(expression);
  for (ExprPtr& arg : expression.args) WalkMutable(*arg, visit);
}

enum class Volatility : std::uint8_t { kImmutable, kStable, kVolatile };

// The most volatile part decides. Subqueries count as volatile.
Volatility VolatilityOf(const Expression& expression);
// True when the value depends on no row: no columns, aggregates or subqueries.
bool IsRowIndependent(const Expression& expression);

}  // namespace ordinal::sql
