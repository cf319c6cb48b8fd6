// Finds the index that ON CONFLICT (...) means.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/expression_equality.h"
#include "sql/bind/implication.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// What the target names: columns ascending, once each, and expressions.
struct Target {
  std::vector<base::AttributeNumber> columns;
  std::vector<ExprPtr> expressions;
};

void SortOnce(std::vector<base::AttributeNumber>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

bool Contains(const std::vector<ExprPtr>& expressions, const Expression& sought) {
  return std::any_of(expressions.begin(), expressions.end(),
                     [&](const ExprPtr& expression) { return ExpressionsEqual(*expression, sought); });
}

// Whether the index has just these key columns, in any order.
bool HasKey(const catalog::IndexDescriptor& index, const Target& target) {
  Target has;
  for (const base::AttributeNumber number : index.columns) {
    if (number != 0) has.columns.push_back(number);
  }
  SortOnce(has.columns);
  if (has.columns != target.columns) return false;
  for (const auto& part : index.expressions) {
    has.expressions.push_back(DeserializeExpression(part.expression));
    if (!Contains(target.expressions, *has.expressions.back())) return false;
  }
  return std::all_of(target.expressions.begin(), target.expressions.end(),
                     [&](const ExprPtr& expression) { return Contains(has.expressions, *expression); });
}

}  // namespace

// What ON CONFLICT (...) WHERE says of the rows, as conditions that all hold.
std::vector<ExprPtr> Binder::BindInferenceConditions(const InferClause& infer, const WriteTarget& target) {
  std::vector<ExprPtr> conditions;
  if (infer.whereClause == nullptr) return conditions;
  Scope scope(nullptr);
  scope.Add(BindTargetItem(target, target.name));
  const Clause clause = std::exchange(clause_, Clause::kWhere);
  ExprPtr condition = FoldConstants(BindBoolean(infer.whereClause, scope, "WHERE"), environment_.context);
  clause_ = clause;
  AddConjuncts(std::move(condition), conditions);
  return conditions;
}

ExprPtr Binder::BindInferenceExpression(const Node& node, const WriteTarget& target) {
  Scope scope(nullptr);
  scope.Add(BindTargetItem(target, target.name));
  const Clause clause = std::exchange(clause_, Clause::kStandalone);
  const std::string standalone = std::exchange(standalone_, "index expression");
  ExprPtr expression = Bind(&node, scope);
  clause_ = clause;
  standalone_ = standalone;
  if (expression->type.id == TypeId::kUnknown) {
    expression = Coerce(std::move(expression), {TypeId::kText, -1}, types::CastContext::kImplicit, 0);
  }
  return FoldConstants(std::move(expression), environment_.context);
}

base::Oid Binder::InferConflictIndex(const OnConflictClause& clause, const WriteTarget& into) {
  const catalog::TableDescriptor& table = *into.table;
  const InferClause& infer = *clause.infer;
  if (infer.conname != nullptr) {
    for (const auto& index : table.indexes) {
      if (into.views.empty() && index.name == infer.conname && index.is_constraint) return index.oid;
    }
    throw Error(sqlstate::kUndefinedObject, "constraint \"" + std::string(infer.conname) + "\" for table \"" +
                                                into.name + "\" does not exist");
  }
  const std::vector<ExprPtr> conditions = BindInferenceConditions(infer, into);
  Target target;
  for (int i = 0; i < LengthOf(infer.indexElems); ++i) {
    const auto& element = As<IndexElem>(*NodeAt(infer.indexElems, i));
    if (element.name == nullptr) {
      ExprPtr expression = BindInferenceExpression(*element.expr, into);
      if (expression->kind == ExprKind::kColumn) {
        target.columns.push_back(table.columns[static_cast<std::size_t>(expression->index)].number);
      } else {
        target.expressions.push_back(std::move(expression));
      }
      continue;
    }
    const int position = into.Position(element.name);
    if (position < 0) {
      throw Error(sqlstate::kUndefinedColumn, "column \"" + std::string(element.name) + "\" does not exist")
          .Position(Position(infer.location));
    }
    const int column = into.columns[static_cast<std::size_t>(position)].index;
    // An index of what the view computes there could be meant.
    if (column < 0)
      base::ThrowUnsupported("computed columns of views in ON CONFLICT", Position(infer.location));
    target.columns.push_back(static_cast<base::AttributeNumber>(column + 1));
  }
  SortOnce(target.columns);
  for (const auto& index : table.indexes) {
    if (index.unique && index.valid && HasKey(index, target) && PredicateHolds(index, conditions)) {
      return index.oid;
    }
  }
  throw Error(sqlstate::kInvalidColumnReference,
              "there is no unique or exclusion constraint matching the ON CONFLICT specification");
}

}  // namespace ordinal::sql
