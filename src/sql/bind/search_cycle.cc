// Binds SEARCH and CYCLE of WITH RECURSIVE: columns that say the order in which rows were found, and where
// they repeat (PostgreSQL's manual, section 7.8.2). Each term becomes a subquery, behind whose columns they
// stand.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/recursive_columns.h"
#include "sql/bind/type_order.h"
#include "sql/expr/record.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr Type kRows{TypeId::kRecordArray, -1};
constexpr Type kRow{TypeId::kRecord, -1};

[[noreturn]] void ThrowAt(std::string text, int position) {
  throw Error(sqlstate::kSyntaxError, std::move(text)).Position(position);
}

// The places of the columns that SEARCH or CYCLE names.
std::vector<int> PlacesOf(const List* columns, const std::vector<OutputColumn>& outputs, const char* clause,
                          int position) {
  std::vector<int> places;
  std::set<std::string> seen;
  for (const std::string& name : Names(columns)) {
    const auto found = std::find_if(outputs.begin(), outputs.end(),
                                    [&](const OutputColumn& output) { return output.name == name; });
    if (found == outputs.end()) {
      ThrowAt(std::string(clause) + " column \"" + name + "\" not in WITH query column list", position);
    }
    if (!seen.insert(name).second) {
      throw Error(sqlstate::kDuplicateColumn,
                  std::string(clause) + " column \"" + name + "\" specified more than once")
          .Position(position);
    }
    places.push_back(static_cast<int>(found - outputs.begin()));
  }
  return places;
}

void CheckUnused(const std::string& name, const std::vector<OutputColumn>& outputs, const char* what,
                 int position) {
  for (const OutputColumn& output : outputs) {
    if (output.name != name) continue;
    ThrowAt(std::string(what) + " column name \"" + name + "\" already used in WITH query column list",
            position);
  }
}

// The row of these columns of the subquery.
ExprPtr RowOf(const std::vector<int>& places, const std::vector<OutputColumn>& outputs, ExprPtr first) {
  std::vector<ExprPtr> fields;
  if (first) fields.push_back(std::move(first));
  for (const int place : places) {
    fields.push_back(MakeColumn(place, outputs[static_cast<std::size_t>(place)].type));
  }
  return MakeRow(std::move(fields), nullptr, 0);
}

ExprPtr ArrayOf(ExprPtr row) {
  auto array = std::make_unique<Expression>();
  array->kind = ExprKind::kArray;
  array->type = kRows;
  array->args.push_back(std::move(row));
  return array;
}

ExprPtr CallOf(const char* name, FunctionKind kind, ExprPtr left, ExprPtr right) {
  std::vector<ExprPtr> args;
  args.push_back(std::move(left));
  args.push_back(std::move(right));
  return BuildCall(name, kind, std::move(args), 0);
}

// The source of the work table when it stands at the top level of FROM; else null.
const BoundSource* FindWorkTable(const BoundSource* source, int cte) {
  if (source == nullptr) return nullptr;
  if (source->kind == SourceKind::kCte && source->cte == cte) return source;
  const BoundSource* left = FindWorkTable(source->left.get(), cte);
  return left != nullptr ? left : FindWorkTable(source->right.get(), cte);
}

// SELECT of all columns of the query; what is added stands behind them.
std::unique_ptr<BoundQuery> Wrap(std::unique_ptr<BoundQuery> query, std::size_t columns) {
  auto outer = std::make_unique<BoundQuery>();
  outer->input_width = static_cast<int>(query->outputs.size());
  for (std::size_t i = 0; i < columns; ++i) {
    outer->outputs.push_back(query->outputs[i]);
    outer->targets.push_back(MakeColumn(static_cast<int>(i), query->outputs[i].type));
  }
  outer->from = std::make_unique<BoundSource>();
  outer->from->kind = SourceKind::kSubquery;
  outer->from->width = outer->input_width;
  outer->from->subquery = std::move(query);
  return outer;
}

void CheckIsSelect(const BoundQuery& query, base::SqlState state, const char* side) {
  if (query.set_operation == SetOperation::kNone && !query.is_values) return;
  throw Error(state, std::string("with a SEARCH or CYCLE clause, the ") + side +
                         " side of the UNION must be a SELECT");
}

}  // namespace

std::vector<OutputColumn> RecursiveColumns::outputs() const {
  std::vector<OutputColumn> columns;
  const auto add = [&](const std::string& name, Type type) {
    OutputColumn& column = columns.emplace_back();
    column.name = name;
    column.type = type;
  };
  if (!search.empty()) add(sequence, breadth_first ? kRow : kRows);
  if (!cycle.empty()) add(mark, found->type);
  if (!cycle.empty()) add(path, kRows);
  return columns;
}

std::unique_ptr<BoundQuery> RecursiveColumns::AddToFirst(std::unique_ptr<BoundQuery> query) const {
  CheckIsSelect(*query, sqlstate::kFeatureNotSupported, "left");
  const std::vector<OutputColumn> columns = query->outputs;
  std::unique_ptr<BoundQuery> outer = Wrap(std::move(query), columns.size());
  if (!search.empty()) {
    ExprPtr depth = breadth_first ? MakeConstant(Value::Int(0), {TypeId::kInt8, -1}) : nullptr;
    ExprPtr row = RowOf(search, columns, std::move(depth));
    outer->targets.push_back(breadth_first ? std::move(row) : ArrayOf(std::move(row)));
  }
  if (!cycle.empty()) {
    outer->targets.push_back(Clone(*otherwise));
    outer->targets.push_back(ArrayOf(RowOf(cycle, columns, nullptr)));
  }
  for (OutputColumn& column : outputs()) outer->outputs.push_back(std::move(column));
  return outer;
}

std::unique_ptr<BoundQuery> RecursiveColumns::AddToStep(std::unique_ptr<BoundQuery> query, int cte,
                                                        const std::string& name) const {
  CheckIsSelect(*query, sqlstate::kSyntaxError, "right");
  const BoundSource* work = FindWorkTable(query->from.get(), cte);
  if (work == nullptr) {
    throw Error(sqlstate::kFeatureNotSupported,
                "with a SEARCH or CYCLE clause, the recursive reference to WITH query \"" + name +
                    "\" must be at the top level of its right-hand SELECT");
  }
  if (query->distinct || query->aggregated || !query->distinct_on.empty()) {
    base::ThrowUnsupported("DISTINCT and GROUP BY in recursive terms with SEARCH or CYCLE");
  }
  const std::vector<OutputColumn> columns = query->outputs;
  // The last step's columns of their own go through the subquery.
  int slot = work->offset + static_cast<int>(columns.size());
  for (OutputColumn& column : outputs()) {
    query->targets.push_back(MakeColumn(slot++, column.type));
    query->outputs.push_back(std::move(column));
  }
  int before = static_cast<int>(columns.size());
  std::unique_ptr<BoundQuery> outer = Wrap(std::move(query), columns.size());
  if (!search.empty()) outer->targets.push_back(NextSequence(columns, before++));
  if (!cycle.empty()) {
    const int path_before = before + 1;
    ExprPtr row = RowOf(cycle, columns, nullptr);
    outer->where = CallOf("<>", FunctionKind::kOperator, MakeColumn(before, found->type), Clone(*found));
    outer->targets.push_back(MarkOf(Clone(*row), path_before));
    outer->targets.push_back(
        CallOf("array_cat", FunctionKind::kScalar, MakeColumn(path_before, kRows), ArrayOf(std::move(row))));
  }
  for (OutputColumn& column : outputs()) outer->outputs.push_back(std::move(column));
  return outer;
}

ExprPtr RecursiveColumns::NextSequence(const std::vector<OutputColumn>& columns, int before) const {
  if (!breadth_first) {
    return CallOf("array_cat", FunctionKind::kScalar, MakeColumn(before, kRows),
                  ArrayOf(RowOf(search, columns, nullptr)));
  }
  const Type number{TypeId::kInt8, -1};
  ExprPtr depth = MakeField(MakeColumn(before, kRow), 0, number, 0);
  return RowOf(search, columns,
               CallOf("+", FunctionKind::kOperator, std::move(depth), MakeConstant(Value::Int(1), number)));
}

// CASE WHEN the row is in the path THEN the mark ELSE the default END.
ExprPtr RecursiveColumns::MarkOf(ExprPtr row, int path_before) const {
  auto absent = std::make_unique<Expression>();
  absent->kind = ExprKind::kIsNull;
  absent->type = {TypeId::kBool, -1};
  absent->args.push_back(
      CallOf("array_position", FunctionKind::kScalar, MakeColumn(path_before, kRows), std::move(row)));
  auto result = std::make_unique<Expression>();
  result->kind = ExprKind::kCase;
  result->type = found->type;
  result->args.push_back(std::move(absent));
  result->args.push_back(Clone(*otherwise));
  result->args.push_back(Clone(*found));
  return result;
}

RecursiveColumns Binder::BindRecursiveColumns(const CommonTableExpr& node,
                                              const std::vector<OutputColumn>& outputs) {
  RecursiveColumns columns;
  if (const CTESearchClause* search = node.search_clause) {
    const int position = Position(search->location);
    columns.search = PlacesOf(search->search_col_list, outputs, "search", position);
    columns.breadth_first = search->search_breadth_first;
    columns.sequence = search->search_seq_column;
    CheckUnused(columns.sequence, outputs, "search sequence", position);
  }
  const CTECycleClause* cycle = node.cycle_clause;
  if (cycle == nullptr) return columns;
  const int position = Position(cycle->location);
  columns.cycle = PlacesOf(cycle->cycle_col_list, outputs, "cycle", position);
  columns.mark = cycle->cycle_mark_column;
  columns.path = cycle->cycle_path_column;
  CheckUnused(columns.mark, outputs, "cycle mark", position);
  CheckUnused(columns.path, outputs, "cycle path", position);
  if (columns.mark == columns.path) {
    ThrowAt("cycle mark column name and cycle path column name are the same", position);
  }
  for (const auto& [name, what] : {std::pair(columns.mark, "mark"), std::pair(columns.path, "path")}) {
    if (columns.search.empty() || columns.sequence != name) continue;
    ThrowAt(std::string("search sequence column name and cycle ") + what + " column name are the same",
            position);
  }
  Scope scope(nullptr);
  std::vector<ExprPtr> marks;
  marks.push_back(Bind(cycle->cycle_mark_value, scope));
  marks.push_back(Bind(cycle->cycle_mark_default, scope));
  const Type type = CommonType(marks, "CYCLE");
  for (ExprPtr& mark : marks) mark = Coerce(std::move(mark), type, types::CastContext::kImplicit, position);
  columns.found = std::move(marks[0]);
  columns.otherwise = std::move(marks[1]);
  RequireEquality(type.id, 0);
  return columns;
}

}  // namespace ordinal::sql
