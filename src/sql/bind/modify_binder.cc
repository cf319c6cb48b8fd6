// Binds UPDATE and DELETE, and the parts that all data modification shares.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"
#include "sql/expr/domain.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// Returns the expressions of ROW (...) on the right of SET (...) =.
const List* RowOfWidth(const MultiAssignRef& part, const parse::Tree& tree) {
  const auto& row = As<RowExpr>(*part.source);
  if (LengthOf(row.args) != part.ncolumns) {
    throw Error(sqlstate::kSyntaxError, "number of columns does not match number of values")
        .Position(tree.Position(row.location));
  }
  return row.args;
}

void SortByColumn(std::vector<Assignment>& assignments) {
  std::sort(assignments.begin(), assignments.end(),
            [](const Assignment& a, const Assignment& b) { return a.column < b.column; });
}

// Joins the table that is changed with what FROM or USING names.
void JoinOthers(std::unique_ptr<BoundSource> others, BoundModify& modify) {
  if (!others) return;
  auto join = std::make_unique<BoundSource>();
  join->kind = SourceKind::kJoin;
  join->width = modify.from->width + others->width;
  join->right = std::move(others);
  join->left = std::move(modify.from);
  modify.from = std::move(join);
}

}  // namespace

ExprPtr Binder::DefaultOf(const catalog::ColumnDescriptor& column, int position) {
  if (column.identity) {
    // An identity column draws from its sequence without asking for a privilege on it.
    std::vector<ExprPtr> args;
    args.push_back(MakeConstant(Value::Int(column.identity->sequence), {TypeId::kRegclass, -1}));
    ExprPtr call = BuildCall("nextval", FunctionKind::kScalar, std::move(args), position);
    call->index = kDrawOfIdentity;
    return CoerceToColumn(std::move(call), column);
  }
  // Generated columns are computed from the row that the assignments make.
  if (column.generated) return nullptr;
  if (!column.default_expression && column.type.domain != 0) {
    return DefaultOfDomain(environment_.catalog, column.type);
  }
  if (!column.default_expression) return nullptr;
  return CoerceToColumn(DeserializeExpression(*column.default_expression), column);
}

ExprPtr Binder::CoerceToColumn(ExprPtr value, const catalog::ColumnDescriptor& column, std::string shown) {
  const TypeId from = value->type.id;
  const int position = value->position;
  if (from != TypeId::kUnknown && from != column.type.id &&
      !types::CanCast(from, column.type.id, types::CastContext::kAssignment)) {
    throw Error(sqlstate::kDatatypeMismatch,
                "column \"" + (shown.empty() ? column.name : shown) + "\" is of type " +
                    ShowType({column.type.id, -1, column.type.domain}, environment_.context) +
                    " but expression is of type " +
                    ShowType({from, -1, value->type.domain}, environment_.context))
        .Hint("You will need to rewrite or cast the expression.")
        .Position(position);
  }
  return Coerce(std::move(value), column.type, types::CastContext::kAssignment, position);
}

void Binder::BindChecks(const WriteTarget& target, BoundModify& modify) {
  for (const auto& check : modify.table->checks) {
    modify.checks.push_back(DeserializeExpression(check.expression));
  }
  for (std::size_t i = 0; i < modify.table->columns.size(); ++i) {
    const auto& column = modify.table->columns[i];
    if (!column.dropped && column.identity) modify.identity_column = static_cast<int>(i);
  }
  BindTargetItem(target, "", 0, CheckingViews(target), modify.view_checks);
}

void Binder::BindReturning(const List* returning, Scope& scope, BoundModify& modify) {
  if (LengthOf(returning) == 0) return;
  BoundQuery shell;
  BoundQuery* const aggregating = std::exchange(aggregating_, nullptr);
  BoundQuery* const expanding = std::exchange(expanding_, nullptr);
  const Clause clause = std::exchange(clause_, Clause::kReturning);
  BindTargets(returning, scope, shell);
  ResolveUnknownOutputs(shell);
  aggregating_ = aggregating;
  expanding_ = expanding;
  clause_ = clause;
  modify.returning = std::move(shell.targets);
  modify.outputs = std::move(shell.outputs);
}

std::vector<Assignment> Binder::BindSetList(const List* targets, Scope& scope, const WriteTarget& into,
                                            BoundModify& modify) {
  std::vector<Assignment> assignments;
  const Clause clause = std::exchange(clause_, Clause::kSet);
  for (int i = 0; i < LengthOf(targets); ++i) {
    const auto& target = As<ResTarget>(*NodeAt(targets, i));
    const int position = Position(target.location);
    const int place = into.Position(target.name);
    if (place < 0) {
      throw Error(sqlstate::kUndefinedColumn, "column \"" + std::string(target.name) + "\" of relation \"" +
                                                  into.name + "\" does not exist")
          .Position(position);
    }
    if (target.indirection != nullptr) base::ThrowUnsupported("assignment to parts of a column", position);
    const auto& column = into.columns[static_cast<std::size_t>(place)];
    AccessTo(into.relation).updated.insert(column.number);
    RequireAssignable(into, static_cast<std::size_t>(place), modify.kind);
    for (const Assignment& earlier : assignments) {
      if (earlier.column == column.index) {
        const auto& name = into.table->columns[static_cast<std::size_t>(column.index)].name;
        throw Error(sqlstate::kSyntaxError, "multiple assignments to same column \"" + name + "\"");
      }
    }
    assignments.push_back(
        {column.index, BindSetValue(target, into, static_cast<std::size_t>(place), scope, modify)});
  }
  clause_ = clause;
  SortByColumn(assignments);
  return assignments;
}

ExprPtr Binder::BindSetValue(const ResTarget& target, const WriteTarget& into, std::size_t place,
                             Scope& scope, BoundModify& modify) {
  const auto& column = into.table->columns[static_cast<std::size_t>(into.columns[place].index)];
  const Node* value = target.val;
  ExprPtr bound;
  if (nodeTag(value) == T_MultiAssignRef) {
    const auto& part = As<MultiAssignRef>(*value);
    if (nodeTag(part.source) == T_RowExpr) {
      value = NodeAt(RowOfWidth(part, tree_), part.colno - 1);
    } else {
      const int slot = BindRowSubquery(part, scope, modify);
      const auto subquery = static_cast<std::size_t>(modify.row_subqueries.back().subquery->index);
      const auto& outputs = statement_.subqueries[subquery]->outputs;
      const auto place = static_cast<std::size_t>(part.colno - 1);
      bound = MakeColumn(slot + part.colno - 1, outputs[place].type, Position(target.location));
    }
  }
  const bool says_default = !bound && nodeTag(value) == T_SetToDefault;
  // Of a view it is the view's own, which is NULL unless it was said; the default of the table does not
  // count.
  const bool is_default = says_default && into.views.empty();
  if (column.generated && !is_default) {
    throw Error(sqlstate::kGeneratedAlways, "column \"" + column.name + "\" can only be updated to DEFAULT")
        .Detail("Column \"" + column.name + "\" is a generated column.");
  }
  if (column.identity && !is_default &&
      column.identity->rule.explicit_value != types::IdentityRule::Explicit::kAllowed) {
    throw Error(sqlstate::kGeneratedAlways, "column \"" + column.name + "\" can only be updated to DEFAULT")
        .Detail("Column \"" + column.name + "\" is an identity column defined as GENERATED ALWAYS.");
  }
  if (!says_default) {
    return CoerceToColumn(bound ? std::move(bound) : Bind(value, scope), column, into.columns[place].name);
  }
  if (is_default) {
    bound = DefaultOf(column, Position(target.location));
  } else if (const auto& expression = into.views.front()->columns[place].default_expression) {
    bound = CoerceToColumn(DeserializeExpression(*expression), column);
  }
  return bound ? std::move(bound) : MakeConstant(Value::Null(), column.type);
}

int Binder::BindRowSubquery(const MultiAssignRef& part, Scope& scope, BoundModify& modify) {
  const bool is_subquery =
      nodeTag(part.source) == T_SubLink && As<SubLink>(*part.source).subLinkType == EXPR_SUBLINK;
  if (!is_subquery) {
    throw Error(sqlstate::kFeatureNotSupported,
                "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression");
  }
  // The parser gives one reference for each column, the first one first.
  if (part.colno > 1) return modify.row_subqueries.back().slot;
  ExprPtr subquery = BindSubLink(As<SubLink>(*part.source), scope, part.ncolumns);
  const int taken = modify.row_subqueries.empty() ? 0 : modify.row_subqueries.back().width;
  const int slot = taken == 0 ? scope.width() : modify.row_subqueries.back().slot + taken;
  modify.row_subqueries.push_back({std::move(subquery), slot, part.ncolumns});
  return slot;
}

std::unique_ptr<BoundModify> Binder::BindUpdate(const UpdateStmt& update) {
  const std::size_t ctes = BindWith(update.withClause, nullptr);
  auto modify = std::make_unique<BoundModify>();
  modify->kind = ModifyKind::kUpdate;
  const WriteTarget target = BindWriteTarget(*update.relation, modify->kind);
  Scope scope(nullptr);
  BindTargetSource(target, *update.relation, scope, *modify);
  JoinOthers(BindFrom(update.fromClause, scope), *modify);
  modify->assignments = BindSetList(update.targetList, scope, target, *modify);
  BindTargetWhere(update.whereClause, scope, !target.views.empty(), *modify);
  BindReturning(update.returningList, scope, *modify);
  BindChecks(target, *modify);
  PassAccessOn(target);
  HideCtes(ctes);
  return modify;
}

std::unique_ptr<BoundModify> Binder::BindDelete(const DeleteStmt& remove) {
  const std::size_t ctes = BindWith(remove.withClause, nullptr);
  auto modify = std::make_unique<BoundModify>();
  modify->kind = ModifyKind::kDelete;
  const WriteTarget target = BindWriteTarget(*remove.relation, modify->kind);
  Scope scope(nullptr);
  BindTargetSource(target, *remove.relation, scope, *modify);
  JoinOthers(BindFrom(remove.usingClause, scope), *modify);
  BindTargetWhere(remove.whereClause, scope, !target.views.empty(), *modify);
  BindReturning(remove.returningList, scope, *modify);
  PassAccessOn(target);
  HideCtes(ctes);
  return modify;
}

}  // namespace ordinal::sql
