// Binds function calls, aggregates, SQL value functions and subqueries.
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/depth_guard.h"
#include "sql/bind/expression_equality.h"
#include "sql/bind/named_arguments.h"
#include "sql/bind/node_access.h"
#include "sql/bind/ordered_set.h"
#include "sql/bind/query_walk.h"
#include "sql/bind/routine.h"
#include "sql/bind/sort_direction.h"
#include "sql/expr/record.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

std::vector<TypeId> TypesOf(const std::vector<ExprPtr>& args) {
  std::vector<TypeId> types;
  for (const ExprPtr& arg : args) types.push_back(arg->type.id);
  return types;
}

// The type of ARRAY(SELECT ...); rows of arrays are nested.
TypeId ArrayOfRows(TypeId row, int position) {
  const TypeId array = types::IsArray(row) ? row : types::ArrayType(row);
  if (array != TypeId::kInvalid) return array;
  throw Error(sqlstate::kUndefinedObject,
              "could not find array type for data type " + types::FormatType({row, -1}))
      .Position(position);
}

// The rows of a function that names its columns.
types::ShapePtr ShapeOfColumns(const Function& function) {
  auto shape = std::make_shared<types::RecordShape>();
  for (const OutColumn& column : function.columns) {
    shape->fields.push_back({std::string(column.name), {column.type, -1}});
  }
  return shape;
}

// Brings the value and the default of lag and lead to one type.
void LevelDefault(const std::string& name, std::vector<ExprPtr>& args, int position) {
  std::vector<ExprPtr> values;
  values.push_back(Clone(*args[0]));
  values.push_back(Clone(*args[2]));
  const Type type = CommonType(values, name);
  for (const std::size_t i : {0U, 2U}) {
    args[i] = Coerce(std::move(args[i]), type, types::CastContext::kImplicit, position);
  }
}

// Calls `visit` with everything in expressions, subqueries included, that belongs to the query around them or
// to one further out: with its level, that level as counted from there, and the expression if it is one.
class ReferenceWalk {
 public:
  using Visit = std::function<void(int& level, int from_here, const Expression* expression)>;
  ReferenceWalk(BoundStatement& statement, Visit visit) : statement_(statement), visit_(std::move(visit)) {}

  void In(Expression& expression, int depth = 0) {
    WalkMutable(expression, [&](Expression& node) {
      const bool refers = node.kind == ExprKind::kColumn || node.kind == ExprKind::kAggregate;
      if (refers && node.level >= depth) visit_(node.level, node.level - depth, &node);
      if (node.kind != ExprKind::kSubquery) return;
      In(*statement_.subqueries[static_cast<std::size_t>(node.index)], depth + 1);
    });
  }

 private:
  void In(BoundQuery& query, int depth) {
    EachExpressionAt(
        query, depth,
        [this](ExprPtr& inner, int at) {
          if (inner) In(*inner, at);
        },
        &statement_.ctes);
    EachSourceAt(
        query, depth,
        [this](BoundSource& source, int at) {
          // Zero but for queries of WITH that refer to an outer one.
          if (source.cte_level >= at) visit_(source.cte_level, source.cte_level - at, nullptr);
        },
        &statement_.ctes);
  }

  BoundStatement& statement_;
  const Visit visit_;
};

}  // namespace

ExprPtr Binder::BindCall(const FuncCall& call, Scope& scope) {
  const int position = Position(call.location);
  const std::vector<std::string> names = Names(call.funcname);
  const std::string name = BuiltInName(names);
  if (name == "sys.wait_for_job") {
    std::string types;
    for (int i = 0; i < LengthOf(call.args); ++i) {
      types += (i > 0 ? ", " : "") + types::FormatType({Bind(NodeAt(call.args, i), scope)->type.id, -1});
    }
    throw Error(sqlstate::kWrongObjectType, "sys.wait_for_job(" + types + ") is a procedure")
        .Hint("To call a procedure, use CALL.")
        .Position(position);
  }
  const std::vector<RoutineCandidate> routines = FindRoutines(call);
  if (routines.empty()) environment_.profile.CheckAllowed(dialect::Feature::kFunction, name, position);
  std::vector<ExprPtr> args;
  const bool built_in = routines.empty() && FunctionNameExists(name);
  for (const Node* arg : built_in ? OrderArguments(call, name, position) : ArgumentsAsWritten(call)) {
    args.push_back(arg != nullptr ? Bind(arg, scope) : DefaultArgument(name));
  }
  if (call.over != nullptr && args.size() == 3 && (name == "lag" || name == "lead")) {
    LevelDefault(name, args, position);
  }
  // Ordered-set aggregates are looked up with what their rows are ordered by.
  const std::size_t directs = args.size();
  for (int i = 0; call.agg_within_group && i < LengthOf(call.agg_order); ++i) {
    args.push_back(Bind(As<SortBy>(*NodeAt(call.agg_order, i)).node, scope));
  }
  const std::vector<TypeId> types = TypesOf(args);
  if (ExprPtr cast = BindDomainCall(names, args, position)) return cast;
  const VariadicUse use = call.func_variadic ? VariadicUse::kArray : VariadicUse::kElements;
  const RoutineCandidate* routine = nullptr;
  const Function* found = ChooseFunction(call, routines, args, routine);
  if (found != nullptr) CheckWithinGroup(call, *found, name, directs, types, position);
  if (found != nullptr && found->ordered_set == OrderedSet::kHypothetical) LevelHypothetical(args);
  const bool is_window = found != nullptr && found->kind == FunctionKind::kWindow;
  if (call.over != nullptr && (is_window || (found != nullptr && found->kind == FunctionKind::kAggregate))) {
    return BindWindowCall(call, name, *found, std::move(args), scope);
  }
  if (is_window) {
    throw Error(sqlstate::kWrongObjectType, "window function " + name + " requires an OVER clause")
        .Position(position);
  }
  if (found != nullptr && call.over != nullptr) {
    throw Error(sqlstate::kWrongObjectType,
                "OVER specified, but " + name + " is not a window function nor an aggregate function")
        .Position(position);
  }
  if (found != nullptr && found->kind == FunctionKind::kAggregate && (call.agg_star || !args.empty()))
    return BindAggregate(call, name, std::move(args), scope);
  const bool aggregates =
      call.agg_star || call.agg_distinct || call.agg_filter != nullptr || call.agg_order != nullptr;
  if (aggregates && !call.agg_within_group) {
    const std::string said = call.agg_star               ? name + "(*)"
                             : call.agg_distinct         ? "DISTINCT"
                             : call.agg_order != nullptr ? "ORDER BY"
                                                         : "FILTER";
    throw Error(sqlstate::kWrongObjectType,
                said + " specified, but " + name + " is not an aggregate function")
        .Position(position);
  }
  if (routine != nullptr && found->kind != FunctionKind::kSetReturning) {
    return BuildRoutineCall(call, *routine, std::move(args));
  }
  if (found != nullptr && found->kind == FunctionKind::kSetReturning) {
    ExprPtr series = routine != nullptr
                         ? BuildRoutineCall(call, *routine, std::move(args))
                         : BuildCall(name, FunctionKind::kSetReturning, std::move(args), position);
    if (clause_ == Clause::kFrom) return series;
    if (routine == nullptr && !series->function->columns.empty() && series->type.id == TypeId::kRecord) {
      series->shape = ShapeOfColumns(*series->function);
    }
    if (expanding_ == nullptr) {
      const std::string where = standalone_.empty() ? "this context" : standalone_ + "s";
      throw Error(sqlstate::kFeatureNotSupported, "set-returning functions are not allowed in " + where)
          .Position(position);
    }
    // The input width is known when all of FROM is bound, which it is before the select list.
    const int slot = expanding_->input_width + static_cast<int>(expanding_->series.size());
    ExprPtr column = MakeColumn(slot, series->type, position);
    column->shape = series->shape;
    expanding_->series.push_back(std::move(series));
    return column;
  }
  // f(row) may mean (row).f.
  if (found == nullptr && args.size() == 1 && args[0]->type.id == TypeId::kRecord) {
    const types::ShapePtr shape = ShapeOf(*args[0], environment_.context);
    const auto named = [&](const types::RecordField& field) { return field.name == name; };
    if (shape && std::any_of(shape->fields.begin(), shape->fields.end(), named)) {
      return SelectField(std::move(args[0]), name, position);
    }
  }
  ExprPtr result = BuildCall(name, FunctionKind::kScalar, std::move(args), position, use);
  // nextval('s') and kin take a regclass: the name is resolved once, when the statement is bound.
  for (ExprPtr& arg : result->args) arg = FoldConstant(std::move(arg));
  return result;
}

ExprPtr Binder::BindAggregate(const FuncCall& call, const std::string& name, std::vector<ExprPtr> args,
                              Scope& scope) {
  const int position = Position(call.location);
  for (const ExprPtr& arg : args) {
    Walk(*arg, [&](const Expression& node) {
      if (node.kind == ExprKind::kWindow) {
        throw Error(sqlstate::kGroupingError, "aggregate function calls cannot contain window function calls")
            .Position(node.position);
      }
    });
  }
  ExprPtr typed = BuildCall(name, FunctionKind::kAggregate, std::move(args), position);
  BoundAggregate aggregate;
  aggregate.function = typed->function;
  aggregate.args = std::move(typed->args);
  aggregate.use.distinct = call.agg_distinct;
  if (call.agg_within_group) {
    TakeOrderOfSet(call, aggregate);
  } else if (LengthOf(call.agg_order) > 0) {
    BindAggregateOrder(call, scope, aggregate);
  }
  for (const ExprPtr& arg : aggregate.args) aggregate.use.argument_types.push_back(arg->type.id);
  if (call.agg_filter != nullptr) aggregate.filter = BindFilter(call, scope);
  const int level = LevelOf(aggregate);
  std::string clause;
  BoundQuery* const owner = AggregatingAt(level, scope, clause);
  if (owner == nullptr) {
    throw Error(sqlstate::kGroupingError, "aggregate functions are not allowed in " + clause)
        .Position(position);
  }
  auto result = std::make_unique<Expression>();
  result->kind = ExprKind::kAggregate;
  result->type = typed->type;
  result->index = static_cast<int>(owner->aggregates.size());
  result->level = level;
  result->position = position;
  owner->aggregates.push_back(std::move(aggregate));
  owner->aggregated = true;
  return result;
}

ExprPtr Binder::BindFilter(const FuncCall& call, Scope& scope) {
  BoundQuery* const aggregating = std::exchange(aggregating_, nullptr);
  BoundQuery* const windowing = std::exchange(windowing_, nullptr);
  const Clause clause = std::exchange(clause_, Clause::kFilter);
  ExprPtr filter = BindBoolean(call.agg_filter, scope, "FILTER");
  aggregating_ = aggregating;
  windowing_ = windowing;
  clause_ = clause;
  return filter;
}

// The query whose rows the call aggregates, as counted from here: the innermost of those whose columns it
// reads. Moves its expressions there.
int Binder::LevelOf(BoundAggregate& aggregate) {
  const auto each = [&](const ReferenceWalk::Visit& visit) {
    ReferenceWalk walk(statement_, visit);
    for (ExprPtr& arg : aggregate.args) walk.In(*arg);
    if (aggregate.filter) walk.In(*aggregate.filter);
  };
  int innermost = -1;
  each([&](const int&, int from_here, const Expression*) {
    if (innermost < 0 || from_here < innermost) innermost = from_here;
  });
  each([&](const int&, int from_here, const Expression* expression) {
    if (from_here != innermost || expression == nullptr || expression->kind != ExprKind::kAggregate) return;
    throw Error(sqlstate::kGroupingError, "aggregate function calls cannot be nested")
        .Position(expression->position);
  });
  if (innermost <= 0) return 0;
  each([&](int& level, int, const Expression*) { level -= innermost; });
  return innermost;
}

BoundQuery* Binder::AggregatingAt(int level, const Scope& scope, std::string& clause) const {
  clause = ClauseName();
  if (level == 0) return aggregating_;
  const Scope* at = &scope;
  for (int i = 0; i < level; ++i) at = at->outer();
  clause = at->clause();
  return at->aggregating();
}

AggregateOrder Binder::OrderOf(const SortBy& sort, TypeId type) const {
  const SortDirection direction = ReadSortDirection(sort, tree_);
  AggregateOrder order;
  order.type = type;
  order.descending = direction.descending;
  order.nulls_first = direction.nulls_first;
  return order;
}

// The keys of ORDER BY inside a call: those that are arguments already, and further ones behind them.
void Binder::BindAggregateOrder(const FuncCall& call, Scope& scope, BoundAggregate& aggregate) {
  BoundQuery* const outer = std::exchange(aggregating_, nullptr);
  const std::size_t arguments = aggregate.args.size();
  for (int i = 0; i < LengthOf(call.agg_order); ++i) {
    const auto& sort = As<SortBy>(*NodeAt(call.agg_order, i));
    ExprPtr key = Bind(sort.node, scope);
    if (key->type.id == TypeId::kUnknown) {
      key = Coerce(std::move(key), {TypeId::kText, -1}, types::CastContext::kImplicit, 0);
    }
    AggregateOrder order = OrderOf(sort, key->type.id);
    while (order.argument < aggregate.args.size() &&
           !ExpressionsEqual(*aggregate.args[order.argument], *key)) {
      ++order.argument;
    }
    if (order.argument == aggregate.args.size()) aggregate.args.push_back(std::move(key));
    if (call.agg_distinct && order.argument >= arguments) {
      throw Error(sqlstate::kInvalidColumnReference,
                  "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list")
          .Position(aggregate.args.back()->position);
    }
    aggregate.use.order.push_back(order);
  }
  aggregating_ = outer;
}

ExprPtr Binder::BindValueFunction(const SQLValueFunction& function) {
  const int position = Position(function.location);
  const char* name = nullptr;
  switch (function.op) {
    case SVFOP_CURRENT_DATE:
      name = "current_date";
      break;
    case SVFOP_CURRENT_TIME:
    case SVFOP_CURRENT_TIME_N:
      name = "current_time";
      break;
    case SVFOP_CURRENT_TIMESTAMP:
    case SVFOP_CURRENT_TIMESTAMP_N:
      name = "current_timestamp";
      break;
    case SVFOP_LOCALTIME:
    case SVFOP_LOCALTIME_N:
      name = "localtime";
      break;
    case SVFOP_LOCALTIMESTAMP:
    case SVFOP_LOCALTIMESTAMP_N:
      name = "localtimestamp";
      break;
    case SVFOP_CURRENT_ROLE:
    case SVFOP_CURRENT_USER:
    case SVFOP_USER:
      name = "current_user";
      break;
    case SVFOP_SESSION_USER:
      name = "session_user";
      break;
    case SVFOP_CURRENT_CATALOG:
      name = "current_database";
      break;
    case SVFOP_CURRENT_SCHEMA:
      name = "current_schema";
      break;
  }
  std::vector<ExprPtr> args;
  if (function.typmod >= 0) args.push_back(MakeConstant(Value::Int(function.typmod), {TypeId::kInt4, -1}));
  return BuildCall(name, FunctionKind::kScalar, std::move(args), position);
}

std::unique_ptr<BoundQuery> Binder::BindInnerQuery(const SubLink& link, Scope& scope) {
  if (!standalone_.empty()) {
    throw Error(sqlstate::kFeatureNotSupported, "cannot use subquery in " + standalone_)
        .Position(Position(link.location));
  }
  BoundQuery* const aggregating = std::exchange(aggregating_, nullptr);
  BoundQuery* const expanding = std::exchange(expanding_, nullptr);
  BoundQuery* const windowing = std::exchange(windowing_, nullptr);
  scope.SetAggregating(aggregating, ClauseName());
  const Clause clause = std::exchange(clause_, Clause::kSelect);
  std::string before = Forbid("within a subquery");
  std::unique_ptr<BoundQuery> query = BindQuery(As<SelectStmt>(*link.subselect), &scope);
  Allow(std::move(before));
  aggregating_ = aggregating;
  expanding_ = expanding;
  windowing_ = windowing;
  clause_ = clause;
  return query;
}

ExprPtr Binder::BindSubLink(const SubLink& link, Scope& scope, int width) {
  const int position = Position(link.location);
  auto result = std::make_unique<Expression>();
  result->kind = ExprKind::kSubquery;
  result->position = position;
  std::unique_ptr<BoundQuery> query = BindInnerQuery(link, scope);
  if (width > 1 && static_cast<int>(query->outputs.size()) != width) {
    throw Error(sqlstate::kSyntaxError, "number of columns does not match number of values")
        .Position(position);
  }
  const bool is_value = link.subLinkType == EXPR_SUBLINK || link.subLinkType == ARRAY_SUBLINK;
  if (width == 1 && is_value && query->outputs.size() != 1) {
    throw Error(sqlstate::kSyntaxError, "subquery must return only one column").Position(position);
  }
  switch (link.subLinkType) {
    case EXISTS_SUBLINK:
      result->subquery = SubqueryKind::kExists;
      result->type = {TypeId::kBool, -1};
      break;
    case EXPR_SUBLINK:
      result->subquery = SubqueryKind::kScalar;
      result->type = query->outputs[0].type;
      result->shape = query->outputs[0].shape;
      break;
    case ARRAY_SUBLINK:
      result->subquery = SubqueryKind::kArray;
      result->type = {ArrayOfRows(query->outputs[0].type.id, position), -1};
      if (query->outputs[0].type.id == TypeId::kRecord) result->type.domain = query->outputs[0].type.domain;
      break;
    case ANY_SUBLINK:
    case ALL_SUBLINK:
      BindSubqueryTest(link, *result, *query, scope);
      break;
    default:
      base::ThrowUnsupported("this kind of subquery expression", position);
  }
  result->index = static_cast<int>(statement_.subqueries.size());
  statement_.subqueries.push_back(std::move(query));
  return result;
}

}  // namespace ordinal::sql
