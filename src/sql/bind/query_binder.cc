// Binds SELECT and VALUES.
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/depth_guard.h"
#include "sql/bind/expression_equality.h"
#include "sql/bind/node_access.h"
#include "sql/bind/output_name.h"
#include "sql/bind/sort_direction.h"
#include "sql/bind/type_order.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr std::size_t kTargetsMax = 1664;  // PostgreSQL's MaxTupleAttributeNumber

bool ReadsWorkTable(const BoundSource& source) {
  if (source.kind == SourceKind::kJoin) return ReadsWorkTable(*source.left) || ReadsWorkTable(*source.right);
  return source.is_work_table;
}

}  // namespace

std::unique_ptr<BoundQuery> Binder::BindQuery(const SelectStmt& select, Scope* outer) {
  DepthGuard guard(depth_);
  if (select.intoClause != nullptr) {
    throw Error(sqlstate::kSyntaxError, "SELECT ... INTO is not allowed here")
        .Position(Position(select.intoClause->rel->location));
  }
  CheckLocking(select);
  const bool inherited = std::exchange(may_lock_, false);
  const std::size_t ctes = BindWith(select.withClause, outer);
  may_lock_ = inherited || LengthOf(select.lockingClause) > 0;
  std::unique_ptr<BoundQuery> query;
  if (select.op != SETOP_NONE) {
    query = BindSetOperation(select, outer);
  } else if (select.valuesLists != nullptr) {
    query = BindValues(select, outer);
  } else {
    query = BindPlainSelect(select, outer);
  }
  may_lock_ = inherited;
  HideCtes(ctes, *query);
  return query;
}

std::unique_ptr<BoundQuery> Binder::BindPlainSelect(const SelectStmt& select, Scope* outer) {
  auto query = std::make_unique<BoundQuery>();
  Scope scope(outer);
  BoundQuery* const aggregating = std::exchange(aggregating_, nullptr);
  BoundQuery* const expanding = std::exchange(expanding_, nullptr);
  BoundQuery* const windowing = std::exchange(windowing_, nullptr);
  const List* const window_clause = std::exchange(window_clause_, select.windowClause);
  const Clause clause = std::exchange(clause_, Clause::kFrom);
  const int nullable = std::exchange(nullable_, 0);
  query->from = BindFrom(select.fromClause, scope);
  nullable_ = nullable;
  may_lock_ = false;
  query->input_width = scope.width();
  if (select.whereClause != nullptr) {
    clause_ = Clause::kWhere;
    query->where = BindBoolean(select.whereClause, scope, "WHERE");
  }
  clause_ = Clause::kSelect;
  aggregating_ = query.get();
  expanding_ = query.get();
  windowing_ = query.get();
  BindTargets(select.targetList, scope, *query);
  expanding_ = nullptr;
  BindGrouping(select, scope, *query);
  if (select.distinctClause != nullptr) {
    query->distinct = NodeAt(select.distinctClause, 0) == nullptr;
    for (const ExprPtr& target : query->targets) {
      if (query->distinct) RequireEquality(target->type.id, target->position);
    }
  }
  ResolveUnknownOutputs(*query);
  BindOrderAndLimit(select, scope, *query);
  if (select.distinctClause != nullptr && !query->distinct) BindDistinctOn(select, scope, *query);
  CheckWindowClause(select, scope);
  aggregating_ = aggregating;
  expanding_ = expanding;
  windowing_ = windowing;
  window_clause_ = window_clause;
  clause_ = clause;
  if (query->aggregated && query->from && ReadsWorkTable(*query->from)) {
    throw Error(sqlstate::kInvalidRecursion,
                "aggregate functions are not allowed in a recursive query's recursive term");
  }
  if (query->aggregated) RewriteOverGroups(*query, scope);
  PlaceWindows(*query);
  BindLocks(select, scope, *query);
  return query;
}

void Binder::BindTargets(const List* targets, Scope& scope, BoundQuery& query) {
  for (int i = 0; i < LengthOf(targets); ++i) {
    const auto& target = As<ResTarget>(*NodeAt(targets, i));
    if (nodeTag(target.val) == T_ColumnRef && IsStar(As<ColumnRef>(*target.val))) {
      ExpandStar(As<ColumnRef>(*target.val), scope, query.targets, query.outputs);
      continue;
    }
    if (EndsInStar(*target.val)) {
      std::vector<std::string> names;
      std::vector<ExprPtr> fields = BindFields(As<A_Indirection>(*target.val), scope, names);
      for (std::size_t j = 0; j < fields.size(); ++j) {
        query.outputs.push_back({names[j], fields[j]->type, 0, 0, fields[j]->shape});
        query.targets.push_back(std::move(fields[j]));
      }
      continue;
    }
    ExprPtr expression = Bind(target.val, scope);
    OutputColumn output;
    output.shape = expression->shape;
    output.name = target.name != nullptr ? target.name : FigureName(*target.val);
    output.type = expression->type;
    if (nodeTag(target.val) == T_ColumnRef) {
      const std::vector<std::string> names = Names(As<ColumnRef>(*target.val).fields);
      const auto match = scope.Find(names.size() > 1 ? names[names.size() - 2] : "", names.back(), 0);
      if (match) {
        output.table = match.column->table;
        output.attribute = match.column->attribute;
      }
    }
    query.targets.push_back(std::move(expression));
    query.outputs.push_back(std::move(output));
  }
  if (query.targets.size() > kTargetsMax) {
    throw Error(sqlstate::kTooManyColumns, "target lists can have at most 1664 entries");
  }
}

void Binder::ExpandStar(const ColumnRef& ref, Scope& scope, std::vector<ExprPtr>& targets,
                        std::vector<OutputColumn>& outputs) {
  const std::vector<std::string> names = Names(ref.fields);
  const std::string qualifier = names.size() > 1 ? names[names.size() - 2] : "";
  bool found = false;
  for (const ScopeItem& item : scope.items()) {
    if (qualifier.empty() ? !item.columns_visible : !item.name_visible || item.name != qualifier) continue;
    found = true;
    for (const ScopeItem::Column& column : item.columns) {
      if (column.hidden && qualifier.empty()) continue;
      RecordColumn(column);
      targets.push_back(Scope::Reference(column, 0, Position(ref.location)));
      outputs.push_back({column.name, column.type, column.table, column.attribute, column.shape});
    }
  }
  if (found) return;
  if (qualifier.empty()) {
    throw Error(sqlstate::kSyntaxError, "SELECT * with no tables specified is not valid")
        .Position(Position(ref.location));
  }
  throw Error(sqlstate::kUndefinedTable, "missing FROM-clause entry for table \"" + qualifier + "\"")
      .Position(Position(ref.location));
}

void Binder::CoerceOutput(BoundQuery& query, std::size_t output, Type type, int position) {
  if (query.set_operation != SetOperation::kNone) {
    CoerceOutput(*query.left, output, type, position);
    CoerceOutput(*query.right, output, type, position);
    query.targets[output]->type = type;
  } else if (query.is_values) {
    for (auto& row : query.values) {
      const int place = row[output]->position;
      row[output] = Coerce(std::move(row[output]), type, types::CastContext::kImplicit, place);
    }
    query.targets[output]->type = type;
  } else {
    query.targets[output] =
        Coerce(std::move(query.targets[output]), type, types::CastContext::kImplicit, position);
  }
  query.outputs[output].type = type;
}

// Literals and parameters of unknown type become text in the result of a query, as in PostgreSQL.
void Binder::ResolveUnknownOutputs(BoundQuery& query) {
  for (std::size_t i = 0; i < query.outputs.size(); ++i) {
    if (query.outputs[i].type.id == TypeId::kUnknown && !keep_unknown_outputs_) {
      CoerceOutput(query, i, {TypeId::kText, -1}, query.targets[i]->position);
    }
  }
}

std::unique_ptr<BoundQuery> Binder::BindValues(const SelectStmt& select, Scope* outer) {
  auto query = std::make_unique<BoundQuery>();
  query->is_values = true;
  Scope scope(outer);
  const Clause clause = std::exchange(clause_, Clause::kValues);
  BoundQuery* const aggregating = std::exchange(aggregating_, nullptr);
  BoundQuery* const expanding = std::exchange(expanding_, nullptr);
  for (int i = 0; i < LengthOf(select.valuesLists); ++i) {
    const List* list = reinterpret_cast<const List*>(NodeAt(select.valuesLists, i));
    std::vector<ExprPtr> row;
    for (int j = 0; j < list->length; ++j) BindListItem(*NodeAt(list, j), scope, row);
    if (!query->values.empty() && row.size() != query->values[0].size()) {
      throw Error(sqlstate::kSyntaxError, "VALUES lists must all be the same length")
          .Position(row[0]->position);
    }
    query->values.push_back(std::move(row));
  }
  const std::size_t width = query->values[0].size();
  query->input_width = static_cast<int>(width);
  for (std::size_t column = 0; column < width; ++column) {
    std::vector<ExprPtr> branches;
    for (auto& row : query->values) branches.push_back(std::move(row[column]));
    const Type type = CommonType(branches, "VALUES");
    const bool unknown = type.id == TypeId::kUnknown;
    for (std::size_t i = 0; i < branches.size(); ++i) {
      const int position = branches[i]->position;
      query->values[i][column] =
          unknown ? std::move(branches[i])
                  : Coerce(std::move(branches[i]), type, types::CastContext::kImplicit, position);
    }
    query->targets.push_back(MakeColumn(static_cast<int>(column), type));
    query->outputs.push_back({"column" + std::to_string(column + 1), type, 0, 0});
  }
  ResolveUnknownOutputs(*query);
  BindOrderAndLimit(select, scope, *query);
  clause_ = clause;
  aggregating_ = aggregating;
  expanding_ = expanding;
  return query;
}

std::unique_ptr<BoundQuery> Binder::BindSetOperation(const SelectStmt& select, Scope* outer) {
  auto query = std::make_unique<BoundQuery>();
  const char* name = select.op == SETOP_UNION       ? "UNION"
                     : select.op == SETOP_INTERSECT ? "INTERSECT"
                                                    : "EXCEPT";
  query->set_operation = select.op == SETOP_UNION       ? SetOperation::kUnion
                         : select.op == SETOP_INTERSECT ? SetOperation::kIntersect
                                                        : SetOperation::kExcept;
  query->set_all = select.all;
  const bool keep = std::exchange(keep_unknown_outputs_, true);
  std::string before = Forbid(query->set_operation == SetOperation::kIntersect ? "within INTERSECT" : "");
  query->left = BindQuery(*select.larg, outer);
  Allow(std::move(before));
  before = Forbid(query->set_operation == SetOperation::kUnion ? "" : "within " + std::string(name));
  query->right = BindQuery(*select.rarg, outer);
  Allow(std::move(before));
  keep_unknown_outputs_ = keep;
  if (query->left->outputs.size() != query->right->outputs.size()) {
    throw Error(sqlstate::kSyntaxError,
                "each " + std::string(name) + " query must have the same number of columns");
  }
  for (std::size_t i = 0; i < query->left->outputs.size(); ++i) {
    std::vector<ExprPtr> pair;
    pair.push_back(Clone(*query->left->targets[i]));
    pair.push_back(Clone(*query->right->targets[i]));
    Type type = CommonType(pair, name);
    if (type.id == TypeId::kUnknown) type = {TypeId::kText, -1};
    CoerceOutput(*query->left, i, type, 0);
    CoerceOutput(*query->right, i, type, 0);
    query->targets.push_back(MakeColumn(static_cast<int>(i), type));
    query->outputs.push_back({query->left->outputs[i].name, type, 0, 0, query->left->outputs[i].shape});
  }
  query->input_width = static_cast<int>(query->outputs.size());
  Scope scope(outer);
  BindOrderAndLimit(select, scope, *query);
  return query;
}

int Binder::OutputNamed(const Node& node, const BoundQuery& query, std::string_view clause) {
  if (nodeTag(&node) == T_A_Const && !As<A_Const>(node).isnull &&
      nodeTag(&As<A_Const>(node).val) == T_Integer) {
    const int number = As<A_Const>(node).val.ival.ival;
    if (number < 1 || number > static_cast<int>(query.outputs.size())) {
      throw Error(sqlstate::kInvalidColumnReference,
                  std::string(clause) + " position " + std::to_string(number) + " is not in select list")
          .Position(Position(As<A_Const>(node).location));
    }
    return number - 1;
  }
  if (nodeTag(&node) != T_ColumnRef || LengthOf(As<ColumnRef>(node).fields) != 1 ||
      IsStar(As<ColumnRef>(node))) {
    return -1;
  }
  const std::string name = LastName(As<ColumnRef>(node).fields);
  int found = -1;
  for (std::size_t i = 0; i < query.outputs.size(); ++i) {
    if (query.outputs[i].name != name) continue;
    if (found >= 0 && !ExpressionsEqual(*query.targets[static_cast<std::size_t>(found)], *query.targets[i])) {
      throw Error(sqlstate::kAmbiguousColumn, std::string(clause) + " \"" + name + "\" is ambiguous")
          .Position(Position(As<ColumnRef>(node).location));
    }
    if (found < 0) found = static_cast<int>(i);
  }
  return found;
}

SortKey Binder::BindSortKey(const Node& node, Scope& scope, BoundQuery& query) {
  const auto& sort = As<SortBy>(node);
  const SortDirection direction = ReadSortDirection(sort, tree_);
  SortKey key;
  key.descending = direction.descending;
  key.nulls_first = direction.nulls_first;
  key.output = OutputNamed(*sort.node, query, "ORDER BY");
  if (key.output >= 0) return key;
  if (query.set_operation != SetOperation::kNone) {
    throw Error(sqlstate::kFeatureNotSupported, "invalid UNION/INTERSECT/EXCEPT ORDER BY clause")
        .Detail("Only result column names can be used, not expressions or functions.")
        .Hint("Add the expression/function to every SELECT, or move the UNION into a FROM clause.");
  }
  key.expression = Bind(sort.node, scope);
  for (std::size_t i = 0; i < query.targets.size(); ++i) {
    if (ExpressionsEqual(*key.expression, *query.targets[i])) {
      key.output = static_cast<int>(i);
      key.expression = nullptr;
      return key;
    }
  }
  if (query.distinct) {
    throw Error(sqlstate::kInvalidColumnReference,
                "for SELECT DISTINCT, ORDER BY expressions must appear in select list")
        .Position(key.expression->position);
  }
  if (key.expression->type.id == TypeId::kUnknown) {
    key.expression = Coerce(std::move(key.expression), {TypeId::kText, -1}, types::CastContext::kImplicit, 0);
  }
  return key;
}

void Binder::BindOrderAndLimit(const SelectStmt& select, Scope& scope, BoundQuery& query) {
  const Clause clause = std::exchange(clause_, Clause::kOrderBy);
  for (int i = 0; i < LengthOf(select.sortClause); ++i) {
    query.order.push_back(BindSortKey(*NodeAt(select.sortClause, i), scope, query));
    const SortKey& key = query.order.back();
    const bool is_output = key.output >= 0;
    const std::size_t output = static_cast<std::size_t>(is_output ? key.output : 0);
    RequireOrder(is_output ? query.outputs[output].type.id : key.expression->type.id,
                 is_output ? 0 : key.expression->position);
  }
  // libpg_query numbers LimitOption one higher than the server's headers do.
  query.with_ties = select.limitOption == static_cast<LimitOption>(2);
  if (query.with_ties && query.order.empty()) {
    throw Error(sqlstate::kSyntaxError, "WITH TIES cannot be specified without ORDER BY clause");
  }
  clause_ = Clause::kLimit;
  query.limit = BindRowCount(select.limitCount, "LIMIT");
  query.offset = BindRowCount(select.limitOffset, "OFFSET");
  clause_ = clause;
}

ExprPtr Binder::BindRowCount(const Node* node, std::string_view what) {
  if (node == nullptr) return nullptr;
  BoundQuery* const aggregating = std::exchange(aggregating_, nullptr);
  Scope empty(nullptr);
  ExprPtr count = Bind(node, empty);
  aggregating_ = aggregating;
  const TypeId from = count->type.id;
  const int position = count->position;
  if (from != TypeId::kUnknown && !types::CanCast(from, TypeId::kInt8, types::CastContext::kAssignment)) {
    throw Error(sqlstate::kDatatypeMismatch, "argument of " + std::string(what) +
                                                 " must be type bigint, not type " +
                                                 types::FormatType({from, -1}))
        .Position(position);
  }
  return Coerce(std::move(count), {TypeId::kInt8, -1}, types::CastContext::kAssignment, position);
}

}  // namespace ordinal::sql
