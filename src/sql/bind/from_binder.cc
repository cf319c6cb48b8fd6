// Binds FROM: relations, subqueries, functions and joins.
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/depth_guard.h"
#include "sql/bind/node_access.h"
#include "sql/bind/routine.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

ScopeItem::Column MakeScopeColumn(std::string name, Type type, base::Oid table = 0,
                                  base::AttributeNumber attribute = 0) {
  ScopeItem::Column column;
  column.name = std::move(name);
  column.type = type;
  column.table = table;
  column.attribute = attribute;
  return column;
}

ScopeItem ItemOf(const std::vector<OutputColumn>& outputs) {
  ScopeItem item;
  for (const OutputColumn& output : outputs) {
    item.columns.push_back(MakeScopeColumn(output.name, output.type));
    item.columns.back().shape = output.shape;
  }
  return item;
}

ScopeItem ItemOf(const catalog::TableDescriptor& table) {
  ScopeItem item;
  for (const auto& column : table.columns) {
    item.columns.push_back(
        MakeScopeColumn(column.dropped ? "" : column.name, column.type, table.oid, column.number));
    item.columns.back().hidden = column.dropped;
  }
  return item;
}

// The name that a call in FROM gives to its table, and to its column unless the function names it.
std::string RangeCallName(const Node& call) {
  return nodeTag(&call) == T_FuncCall ? LastName(As<FuncCall>(call).funcname) : "function";
}

// A column definition list belongs to one function.
void CheckDefinitions(const RangeFunction& range, const parse::Tree& tree) {
  if (LengthOf(range.coldeflist) == 0) return;
  const bool several = LengthOf(range.functions) > 1;
  if (!several && !range.ordinality) return;
  throw Error(sqlstate::kSyntaxError,
              several ? "ROWS FROM() with multiple functions cannot have a column definition list"
                      : "WITH ORDINALITY cannot be used with a column definition list")
      .Hint(several ? "Put a separate column definition list for each function inside ROWS FROM()."
                    : "Put the column definition list inside ROWS FROM().")
      .Position(tree.Position(As<ColumnDef>(*NodeAt(range.coldeflist, 0)).location));
}

// Whether the item stands for the values of one function.
bool GivesScalar(const BoundSource& source) {
  if (source.ordinality || source.functions.size() != 1) return false;
  const Expression& call = *source.functions.front();
  return call.kind != ExprKind::kField && (call.kind != ExprKind::kCall || call.type.id != TypeId::kRecord);
}

}  // namespace

catalog::Catalog::Relation LookupRelation(const BindEnvironment& environment, std::string_view schema,
                                          std::string_view name) {
  if (!schema.empty()) {
    const auto found = schema == kTemporaryAlias
                           ? environment.catalog.SchemaByOid(environment.temporary_schema)
                           : environment.catalog.FindSchema(schema);
    if (!found) return {};
    CheckSchemaUse(environment.catalog, environment.context.CurrentRole(), *found);
    return environment.catalog.FindRelation(found->oid, name);
  }
  auto builtin = environment.catalog.FindRelation(catalog::kPgCatalogSchema, name);
  bool listed = false;
  for (const base::Oid oid : environment.search_path) listed |= oid == catalog::kPgCatalogSchema;
  if (!listed && builtin) return builtin;
  for (const base::Oid oid : environment.search_path) {
    auto found = environment.catalog.FindRelation(oid, name);
    if (found) return found;
  }
  return {};
}

std::unique_ptr<BoundSource> Binder::BindFrom(const List* items, Scope& scope) {
  std::unique_ptr<BoundSource> result;
  for (int i = 0; i < LengthOf(items); ++i) {
    std::unique_ptr<BoundSource> item = BindFromItem(*NodeAt(items, i), scope);
    if (!result) {
      result = std::move(item);
      continue;
    }
    auto join = std::make_unique<BoundSource>();
    join->kind = SourceKind::kJoin;
    join->offset = result->offset;
    join->width = result->width + item->width;
    join->left = std::move(result);
    join->right = std::move(item);
    result = std::move(join);
  }
  return result;
}

std::unique_ptr<BoundSource> Binder::BindFromItem(const Node& node, Scope& scope) {
  DepthGuard guard(depth_);
  switch (nodeTag(&node)) {
    case T_RangeVar:
      return BindRangeVar(As<RangeVar>(node), scope);
    case T_RangeSubselect:
      return BindSubselect(node, scope);
    case T_RangeFunction:
      return BindRangeFunction(As<RangeFunction>(node), scope);
    case T_JoinExpr:
      return BindJoin(node, scope);
    case T_RangeTableSample:
      environment_.profile.CheckAllowed(dialect::Feature::kTableSample);
      base::ThrowUnsupported("TABLESAMPLE");
    default:
      base::ThrowUnsupported("this item in FROM");
  }
}

// Places the source behind what the scope holds and names it.
void Binder::AddItem(Scope& scope, BoundSource& source, ScopeItem item, const Alias* alias) {
  const bool marked = AddMarker(source, item, alias);
  source.offset = scope.width();
  source.width = static_cast<int>(item.columns.size());
  scope.Widen(source.width);
  for (int i = 0; i < source.width; ++i) item.columns[static_cast<std::size_t>(i)].slot = source.offset + i;
  if (item.marker >= 0) item.marker += source.offset;
  if (marked || (may_lock_ && source.kind == SourceKind::kTable)) {
    ++source.width;
    scope.Widen(1);
  }
  if (alias != nullptr) {
    item.name = alias->aliasname;
    item.schema.clear();
    const std::vector<std::string> names = Names(alias->colnames);
    source.alias = item.name;
    source.column_aliases = names;
    std::size_t next = 0;
    for (auto& column : item.columns) {
      if (column.hidden || column.name.empty() || next == names.size()) continue;
      column.name = names[next++];
    }
    if (next < names.size()) {
      throw Error(sqlstate::kInvalidColumnReference, "table \"" + item.name + "\" has " +
                                                         std::to_string(next) + " columns available but " +
                                                         std::to_string(names.size()) + " columns specified");
    }
  }
  // Dropped columns keep their slot but no name.
  std::erase_if(item.columns, [](const ScopeItem::Column& column) { return column.name.empty(); });
  scope.Add(std::move(item));
}

std::unique_ptr<BoundSource> Binder::BindCteReference(const RangeVar& var, int cte, Scope& scope) {
  auto source = std::make_unique<BoundSource>();
  source->kind = SourceKind::kCte;
  source->cte = cte;
  CheckSelfReference(cte, Position(var.location));
  const BoundCte& bound = statement_.ctes[static_cast<std::size_t>(cte)];
  if (bound.correlated) {
    const Scope* const defined = correlated_ctes_.at(cte);
    const Scope* around = scope.outer();
    for (; around != nullptr && around != defined; around = around->outer()) ++source->cte_level;
    if (around == nullptr) throw DetachedReference(bound.name, Position(var.location));
  }
  source->is_work_table = bound.is_recursive;
  if (bound.modify && bound.outputs.empty()) {
    throw Error(sqlstate::kFeatureNotSupported,
                "WITH query \"" + bound.name + "\" does not have a RETURNING clause")
        .Position(Position(var.location));
  }
  ScopeItem item = ItemOf(bound.outputs);
  item.name = var.relname;
  AddItem(scope, *source, std::move(item), var.alias);
  return source;
}

RelationAccess& Binder::AccessTo(base::Oid relation) {
  for (RelationAccess& access : statement_.accesses) {
    if (access.relation == relation && access.as_role == as_role_) return access;
  }
  RelationAccess& access = statement_.accesses.emplace_back();
  access.relation = relation;
  access.as_role = as_role_;
  return access;
}

std::unique_ptr<BoundSource> Binder::BindRangeVar(const RangeVar& var, Scope& scope) {
  const std::string schema = Text(var.schemaname);
  CheckPendingCte(var);
  if (schema.empty()) {
    for (auto it = visible_ctes_.rbegin(); it != visible_ctes_.rend(); ++it) {
      if (statement_.ctes[static_cast<std::size_t>(*it)].name == var.relname)
        return BindCteReference(var, *it, scope);
    }
  }
  const auto relation = FindRelation(var);
  if (relation) AccessTo(relation.oid()).required |= catalog::kSelectPrivilege;
  const int position = Position(var.location);
  auto source = std::make_unique<BoundSource>();
  ScopeItem item;
  if (relation.table) {
    source->kind = SourceKind::kTable;
    source->table = relation.table;
    source->statistics = environment_.catalog.StatisticsOf(relation.table->oid);
    item = ItemOf(*relation.table);
    if (const auto* key = relation.table->primary_key()) item.primary_key = key->columns;
  } else if (relation.virtual_table != nullptr) {
    source->kind = SourceKind::kVirtual;
    source->virtual_table = relation.virtual_table;
    base::AttributeNumber number = 0;
    for (const auto& column : relation.virtual_table->columns()) {
      item.columns.push_back(
          MakeScopeColumn(column.name, column.type, relation.virtual_table->oid(), ++number));
    }
  } else if (relation.sequence) {
    source->kind = SourceKind::kSequence;
    source->sequence = relation.sequence;
    const base::Oid oid = relation.sequence->oid;
    item.columns = {MakeScopeColumn("last_value", {TypeId::kInt8, -1}, oid, 1),
                    MakeScopeColumn("log_cnt", {TypeId::kInt8, -1}, oid, 2),
                    MakeScopeColumn("is_called", {TypeId::kBool, -1}, oid, 3)};
  } else if (relation.index != nullptr) {
    throw Error(sqlstate::kWrongObjectType, "cannot open relation \"" + std::string(var.relname) + "\"")
        .Detail("This operation is not supported for indexes.")
        .Position(position);
  } else if (relation.view) {
    source = BindView(relation.view, item, position);
  } else {
    const std::string shown = (schema.empty() ? "" : schema + ".") + var.relname;
    throw Error(sqlstate::kUndefinedTable, "relation \"" + shown + "\" does not exist").Position(position);
  }
  RecordRelation(var, relation, item);
  KeepRecordedColumns(var, item);
  item.name = var.relname;
  item.relation = var.relname;
  if (!relation.sequence) item.row_type = relation.oid();
  item.schema = schema;
  AddItem(scope, *source, std::move(item), var.alias);
  return source;
}

std::unique_ptr<BoundSource> Binder::BindSubselect(const Node& node, Scope& scope) {
  const auto& range = As<RangeSubselect>(node);
  auto source = std::make_unique<BoundSource>();
  source->kind = SourceKind::kSubquery;
  const bool keep = std::exchange(keep_unknown_outputs_, false);
  source->lateral = range.lateral;
  BoundQuery* const aggregating = std::exchange(aggregating_, nullptr);
  scope.SetAggregating(nullptr, "FROM clause of their own query level");
  if (!range.lateral) unseen_.push_back(&scope);
  source->subquery = BindQuery(As<SelectStmt>(*range.subquery), range.lateral ? &scope : scope.outer());
  if (!range.lateral) unseen_.pop_back();
  aggregating_ = aggregating;
  keep_unknown_outputs_ = keep;
  AddItem(scope, *source, ItemOf(source->subquery->outputs), range.alias);
  return source;
}

std::unique_ptr<BoundSource> Binder::BindRangeFunction(const RangeFunction& range, Scope& scope) {
  CheckDefinitions(range, tree_);
  auto source = std::make_unique<BoundSource>();
  source->kind = SourceKind::kFunction;
  source->ordinality = range.ordinality;
  const Clause clause = std::exchange(clause_, Clause::kFrom);
  BoundQuery* const aggregating = std::exchange(aggregating_, nullptr);
  std::vector<std::string> names;
  for (int i = 0; i < LengthOf(range.functions); ++i) {
    const List* item = reinterpret_cast<const List*>(NodeAt(range.functions, i));
    const Node* call = NodeAt(item, 0);
    const auto* definitions = reinterpret_cast<const List*>(NodeAt(item, 1));
    BindRangeCall(*call, definitions != nullptr ? definitions : range.coldeflist, scope, source->functions);
    NameRangeColumns(*call, source->functions, names);
  }
  aggregating_ = aggregating;
  clause_ = clause;
  ScopeItem item;
  item.name = RangeCallName(*NodeAt(reinterpret_cast<const List*>(NodeAt(range.functions, 0)), 0));
  // A single function's column bears the alias of the item, when there is one and it has no name of its own.
  const bool is_named = names.front() != item.name;
  if (names.size() == 1 && range.alias != nullptr && !is_named) names.front() = range.alias->aliasname;
  for (std::size_t i = 0; i < names.size(); ++i) {
    source->lateral |= !IsRowIndependent(*source->functions[i]);
    item.columns.push_back(MakeScopeColumn(std::move(names[i]), source->functions[i]->type));
    item.columns.back().shape = source->functions[i]->shape;
  }
  item.is_scalar = GivesScalar(*source);
  const Expression& first = *source->functions.front();
  const bool of_one_call = LengthOf(range.functions) == 1 && !source->ordinality;
  if (of_one_call && first.kind == ExprKind::kField) item.row_type = first.args[0]->type.domain;
  if (source->ordinality) item.columns.push_back(MakeScopeColumn("ordinality", {TypeId::kInt8, -1}));
  AddItem(scope, *source, std::move(item), range.alias);
  return source;
}

// Names the columns of the call that has just been bound: as the function declares them, or all after it.
void Binder::NameRangeColumns(const Node& call, const std::vector<ExprPtr>& functions,
                              std::vector<std::string>& names) const {
  for (std::size_t i = names.size(); i < functions.size(); ++i) {
    const Expression& bound = *functions[i];
    if (bound.kind == ExprKind::kField) {
      names.push_back(bound.args[0]->shape->fields[static_cast<std::size_t>(bound.index)].name);
      continue;
    }
    const bool named = bound.kind == ExprKind::kCall && !bound.function->columns.empty();
    if (bound.routine != base::kInvalidOid) {
      const std::string name = OutputName(*environment_.catalog.FunctionByOid(bound.routine));
      names.push_back(name.empty() ? RangeCallName(call) : name);
      continue;
    }
    names.push_back(named ? std::string(bound.function->columns[static_cast<std::size_t>(bound.index)].name)
                          : RangeCallName(call));
  }
}

// A function of several columns stands for one expression for each, over the same arguments.
void Binder::AddRangeColumns(ExprPtr call, std::vector<ExprPtr>& functions) const {
  const bool expands = call->kind == ExprKind::kCall && call->function->columns.size() > 1;
  if (!expands) {
    functions.push_back(std::move(call));
    return;
  }
  for (const ExprPtr& arg : call->args) {
    if (VolatilityOf(*arg) != Volatility::kVolatile) continue;
    base::ThrowUnsupported("volatile arguments of functions of several columns", call->position);
  }
  for (std::size_t i = 0; i < call->function->columns.size(); ++i) {
    ExprPtr column = Clone(*call);
    column->index = static_cast<int>(i);
    column->type = {call->function->columns[i].type, -1};
    functions.push_back(std::move(column));
  }
}

// unnest() of several arrays stands for as many functions.
void Binder::BindRangeCall(const Node& call, const List* definitions, Scope& scope,
                           std::vector<ExprPtr>& functions) {
  const bool is_call = nodeTag(&call) == T_FuncCall;
  if (!is_call || LastName(As<FuncCall>(call).funcname) != "unnest" ||
      LengthOf(As<FuncCall>(call).args) < 2) {
    ExprPtr bound = Bind(&call, scope);
    if (!AddRowColumns(bound, definitions, functions)) AddRangeColumns(std::move(bound), functions);
    return;
  }
  const auto& unnest = As<FuncCall>(call);
  for (int i = 0; i < LengthOf(unnest.args); ++i) {
    std::vector<ExprPtr> args;
    args.push_back(Bind(NodeAt(unnest.args, i), scope));
    functions.push_back(
        BuildCall("unnest", FunctionKind::kSetReturning, std::move(args), Position(unnest.location)));
  }
}

}  // namespace ordinal::sql
