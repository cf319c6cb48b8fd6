// Binds INSERT.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
using types::IdentityRule;
namespace sqlstate = base::sqlstate;

bool IsDefault(const Node& node) { return nodeTag(&node) == T_SetToDefault; }

const List* RowAt(const SelectStmt& select, int row) {
  return reinterpret_cast<const List*>(NodeAt(select.valuesLists, row));
}

// A VALUES list that is the whole source, without anything that needs a query of its own.
// Whether an item of the VALUES lists stands for several, as (row).* does.
bool TakesRowsApart(const SelectStmt& select) {
  for (int i = 0; i < LengthOf(select.valuesLists); ++i) {
    const auto* list = reinterpret_cast<const List*>(NodeAt(select.valuesLists, i));
    for (int j = 0; j < LengthOf(list); ++j) {
      const Node& item = *NodeAt(list, j);
      if (nodeTag(&item) != T_A_Indirection) continue;
      const List* steps = As<A_Indirection>(item).indirection;
      if (nodeTag(NodeAt(steps, LengthOf(steps) - 1)) == T_A_Star) return true;
    }
  }
  return false;
}

bool IsPlainValues(const SelectStmt& select) {
  return select.valuesLists != nullptr && !TakesRowsApart(select) && LengthOf(select.sortClause) == 0 &&
         select.limitCount == nullptr && select.limitOffset == nullptr && select.withClause == nullptr;
}

void CheckWidth(std::size_t columns, std::size_t expressions, bool listed, int position) {
  if (expressions > columns) {
    throw Error(sqlstate::kSyntaxError, "INSERT has more expressions than target columns").Position(position);
  }
  if (listed && expressions < columns) {
    throw Error(sqlstate::kSyntaxError, "INSERT has more target columns than expressions").Position(position);
  }
}

}  // namespace

std::vector<int> Binder::InsertColumns(const InsertStmt& insert, const WriteTarget& into) {
  std::vector<int> columns;
  for (int i = 0; i < LengthOf(insert.cols); ++i) {
    const auto& target = As<ResTarget>(*NodeAt(insert.cols, i));
    const int position = Position(target.location);
    const int index = into.Position(target.name);
    if (index < 0) {
      throw Error(sqlstate::kUndefinedColumn, "column \"" + std::string(target.name) + "\" of relation \"" +
                                                  into.name + "\" does not exist")
          .Position(position);
    }
    if (target.indirection != nullptr) base::ThrowUnsupported("assignment to parts of a column", position);
    if (std::find(columns.begin(), columns.end(), index) != columns.end()) {
      throw Error(sqlstate::kDuplicateColumn,
                  "column \"" + std::string(target.name) + "\" specified more than once")
          .Position(position);
    }
    columns.push_back(index);
  }
  if (!columns.empty()) return columns;
  for (std::size_t i = 0; i < into.columns.size(); ++i) {
    if (!into.columns[i].name.empty()) columns.push_back(static_cast<int>(i));
  }
  return columns;
}

// Whether a column of several VALUES rows takes its default behind them, once each row is computed: its
// values are ignored, or may be nothing but DEFAULT.
bool Binder::DrawsBehindValues(const InsertStmt& insert, const catalog::ColumnDescriptor& column) const {
  if (IgnoresExplicitValue(insert, column) || column.generated) return true;
  return column.identity && column.identity->rule.explicit_value != IdentityRule::Explicit::kAllowed &&
         insert.override != OVERRIDING_SYSTEM_VALUE;
}

bool Binder::IgnoresExplicitValue(const InsertStmt& insert, const catalog::ColumnDescriptor& column) const {
  return column.identity.has_value() && insert.override == OVERRIDING_USER_VALUE;
}

void Binder::CheckExplicitIdentity(const InsertStmt& insert, const catalog::ColumnDescriptor& column,
                                   bool is_default) {
  if (column.generated && !is_default) {
    throw Error(sqlstate::kGeneratedAlways,
                "cannot insert a non-DEFAULT value into column \"" + column.name + "\"")
        .Detail("Column \"" + column.name + "\" is a generated column.");
  }
  if (!column.identity || is_default || insert.override == OVERRIDING_USER_VALUE) return;
  const IdentityRule::Explicit rule = column.identity->rule.explicit_value;
  if (rule == IdentityRule::Explicit::kAllowed) return;
  if (rule == IdentityRule::Explicit::kAllowedWithOverriding && insert.override == OVERRIDING_SYSTEM_VALUE)
    return;
  throw Error(sqlstate::kGeneratedAlways,
              "cannot insert a non-DEFAULT value into column \"" + column.name + "\"")
      .Detail("Column \"" + column.name + "\" is an identity column defined as GENERATED ALWAYS.")
      .Hint("Use OVERRIDING SYSTEM VALUE to override.");
}

std::vector<int> Binder::NoteInserted(const WriteTarget& target, const std::vector<int>& positions,
                                      std::size_t width) {
  std::vector<int> columns;
  RelationAccess& access = AccessTo(target.relation);
  for (std::size_t i = 0; i < width; ++i) {
    access.inserted.insert(target.columns[static_cast<std::size_t>(positions[i])].number);
  }
  for (std::size_t i = 0; i < width; ++i) {
    const auto position = static_cast<std::size_t>(positions[i]);
    RequireAssignable(target, position, ModifyKind::kInsert);
    const int column = target.columns[position].index;
    if (std::find(columns.begin(), columns.end(), column) != columns.end()) {
      const auto& name = target.table->columns[static_cast<std::size_t>(column)].name;
      throw Error(sqlstate::kSyntaxError, "multiple assignments to same column \"" + name + "\"");
    }
    columns.push_back(column);
  }
  return columns;
}

// What ON CONFLICT looks at to find the row that is there.
void Binder::NoteArbiter(const WriteTarget& target, base::Oid index) {
  RelationAccess& access = AccessTo(target.relation);
  access.required |= catalog::kSelectPrivilege;
  for (const auto& candidate : target.table->indexes) {
    if (candidate.oid != index) continue;
    for (const auto& column : target.columns) {
      if (column.index < 0) continue;
      const auto number = static_cast<base::AttributeNumber>(column.index + 1);
      const auto& keys = candidate.columns;
      if (std::find(keys.begin(), keys.end(), number) != keys.end()) access.selected.insert(column.number);
    }
  }
}

ExprPtr Binder::DefaultOf(const WriteTarget& target, const catalog::ColumnDescriptor& column, int position) {
  const auto of_view = target.defaults.find(static_cast<int>(column.number) - 1);
  if (of_view == target.defaults.end()) return DefaultOf(column, position);
  return CoerceToColumn(DeserializeExpression(of_view->second), column);
}

void Binder::AddDefaults(const InsertStmt& insert, const WriteTarget& target, std::vector<bool>& assigned,
                         BoundModify& modify) {
  const auto& columns = modify.table->columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (assigned[i] || columns[i].dropped) continue;
    const bool of_view = target.defaults.contains(static_cast<int>(i));
    if (of_view) CheckExplicitIdentity(insert, columns[i], false);
    const bool ignored = of_view && IgnoresExplicitValue(insert, columns[i]);
    ExprPtr value = ignored ? DefaultOf(columns[i], 0) : DefaultOf(target, columns[i], 0);
    if (value) modify.assignments.push_back({static_cast<int>(i), std::move(value)});
  }
}

void Binder::BindInsertValues(const InsertStmt& insert, const std::vector<int>& positions,
                              const WriteTarget& target, BoundModify& modify) {
  const auto& select = As<SelectStmt>(*insert.selectStmt);
  const auto& table = *modify.table;
  const int rows = LengthOf(select.valuesLists);
  const auto width = static_cast<std::size_t>(RowAt(select, 0)->length);
  CheckWidth(positions.size(), width, LengthOf(insert.cols) > 0, 0);
  const std::vector<int> columns = NoteInserted(target, positions, width);
  auto source = std::make_unique<BoundQuery>();
  source->is_values = true;
  source->input_width = static_cast<int>(width);
  const Clause clause = std::exchange(clause_, Clause::kValues);
  Scope scope(nullptr);
  for (int r = 0; r < rows; ++r) {
    const List* list = RowAt(select, r);
    if (static_cast<std::size_t>(list->length) != width) {
      throw Error(sqlstate::kSyntaxError, "VALUES lists must all be the same length");
    }
    std::vector<ExprPtr> row;
    for (std::size_t i = 0; i < width; ++i) {
      const auto& column = table.columns[static_cast<std::size_t>(columns[i])];
      const Node& node = *NodeAt(list, static_cast<int>(i));
      // As in PostgreSQL, an ignored value is not computed if it is in the only row; else its row is computed
      // whole.
      const bool ignored =
          rows == 1 ? IgnoresExplicitValue(insert, column) : DrawsBehindValues(insert, column);
      CheckExplicitIdentity(insert, column, IsDefault(node) && !target.defaults.contains(columns[i]));
      ExprPtr value;
      if (!IsDefault(node)) {
        const std::string& shown = target.columns[static_cast<std::size_t>(positions[i])].name;
        value = CoerceToColumn(Bind(&node, scope), column, shown);
      }
      if (ignored && rows == 1) {
        if (value) ignored_.push_back(std::move(value));
        value = DefaultOf(column, 0);
      } else if (IsDefault(node) && !ignored) {
        value = DefaultOf(target, column, 0);
      }
      if (!value) value = MakeConstant(Value::Null(), column.type);
      row.push_back(std::move(value));
    }
    source->values.push_back(std::move(row));
  }
  clause_ = clause;
  std::vector<bool> assigned(table.columns.size(), false);
  for (std::size_t i = 0; i < width; ++i) {
    const auto& column = table.columns[static_cast<std::size_t>(columns[i])];
    assigned[static_cast<std::size_t>(columns[i])] = rows == 1 || !DrawsBehindValues(insert, column);
  }
  if (rows == 1) {
    for (std::size_t i = 0; i < width; ++i) {
      modify.assignments.push_back({columns[i], std::move(source->values[0][i])});
    }
    AddDefaults(insert, target, assigned, modify);
    return;
  }
  for (std::size_t i = 0; i < width; ++i) {
    const Type type = table.columns[static_cast<std::size_t>(columns[i])].type;
    source->targets.push_back(MakeColumn(static_cast<int>(i), type));
    source->outputs.push_back({"column" + std::to_string(i + 1), type, 0, 0});
    if (!assigned[static_cast<std::size_t>(columns[i])]) continue;
    modify.assignments.push_back({columns[i], MakeColumn(static_cast<int>(i), type)});
  }
  AddDefaults(insert, target, assigned, modify);
  modify.source = std::move(source);
}

void Binder::BindInsertQuery(const InsertStmt& insert, const std::vector<int>& positions,
                             const WriteTarget& target, BoundModify& modify) {
  const auto& table = *modify.table;
  keep_unknown_outputs_ = true;
  modify.source = BindQuery(As<SelectStmt>(*insert.selectStmt), nullptr);
  keep_unknown_outputs_ = false;
  BoundQuery& source = *modify.source;
  const std::size_t width = source.outputs.size();
  CheckWidth(positions.size(), width, LengthOf(insert.cols) > 0, 0);
  const std::vector<int> columns = NoteInserted(target, positions, width);
  std::vector<bool> assigned(table.columns.size(), false);
  for (std::size_t i = 0; i < width; ++i) {
    const auto& column = table.columns[static_cast<std::size_t>(columns[i])];
    if (IgnoresExplicitValue(insert, column)) continue;
    CheckExplicitIdentity(insert, column, false);
    if (source.outputs[i].type.id == TypeId::kUnknown) CoerceOutput(source, i, column.type, 0);
    ExprPtr value = MakeColumn(static_cast<int>(i), source.outputs[i].type, source.targets[i]->position);
    const std::string& shown = target.columns[static_cast<std::size_t>(positions[i])].name;
    modify.assignments.push_back({columns[i], CoerceToColumn(std::move(value), column, shown)});
    assigned[static_cast<std::size_t>(columns[i])] = true;
  }
  AddDefaults(insert, target, assigned, modify);
}

std::unique_ptr<BoundModify> Binder::BindInsert(const InsertStmt& insert) {
  const std::size_t ctes = BindWith(insert.withClause, nullptr);
  const bool keep = std::exchange(keep_unknown_outputs_, false);
  auto modify = std::make_unique<BoundModify>();
  modify->kind = ModifyKind::kInsert;
  const WriteTarget target = BindWriteTarget(*insert.relation, modify->kind);
  modify->table = target.table;
  const std::vector<int> positions = InsertColumns(insert, target);
  if (insert.selectStmt == nullptr) {
    std::vector<bool> assigned(modify->table->columns.size(), false);
    AddDefaults(insert, target, assigned, *modify);
  } else if (IsPlainValues(As<SelectStmt>(*insert.selectStmt))) {
    BindInsertValues(insert, positions, target, *modify);
  } else {
    BindInsertQuery(insert, positions, target, *modify);
  }
  std::sort(modify->assignments.begin(), modify->assignments.end(),
            [](const Assignment& a, const Assignment& b) { return a.column < b.column; });
  const std::string name =
      insert.relation->alias != nullptr ? insert.relation->alias->aliasname : insert.relation->relname;
  if (insert.onConflictClause != nullptr) BindOnConflict(*insert.onConflictClause, name, target, *modify);
  Scope scope(nullptr);
  scope.Add(BindTargetItem(target, name));
  BindReturning(insert.returningList, scope, *modify);
  BindChecks(target, *modify);
  PassAccessOn(target);
  keep_unknown_outputs_ = keep;
  HideCtes(ctes);
  return modify;
}

void Binder::BindOnConflict(const OnConflictClause& clause, const std::string& name,
                            const WriteTarget& target, BoundModify& modify) {
  modify.on_conflict =
      clause.action == ONCONFLICT_NOTHING ? ConflictAction::kNothing : ConflictAction::kUpdate;
  if (clause.infer != nullptr) {
    modify.conflict_index = InferConflictIndex(clause, target);
    NoteArbiter(target, modify.conflict_index);
  } else if (modify.on_conflict == ConflictAction::kUpdate) {
    throw Error(sqlstate::kSyntaxError,
                "ON CONFLICT DO UPDATE requires inference specification or constraint name")
        .Hint("For example, ON CONFLICT (column_name).")
        .Position(Position(clause.location));
  }
  if (modify.on_conflict == ConflictAction::kNothing) return;
  AccessTo(target.relation).required |= catalog::kUpdatePrivilege;
  const int width = static_cast<int>(modify.table->columns.size());
  Scope scope(nullptr);
  scope.Add(
      BindTargetItem(target, name, 0, std::vector<bool>(target.views.size(), true), modify.conflict_checks));
  ScopeItem excluded = BindTargetItem(target, "excluded", width);
  // Unqualified names mean the existing row.
  excluded.columns_visible = false;
  for (ScopeItem::Column& column : excluded.columns) column.hidden = true;
  scope.Add(std::move(excluded));
  scope.Widen(2 * width);
  modify.conflict_set = BindSetList(clause.targetList, scope, target, modify);
  if (clause.whereClause != nullptr) {
    const Clause outer = std::exchange(clause_, Clause::kWhere);
    modify.conflict_where = BindBoolean(clause.whereClause, scope, "WHERE");
    clause_ = outer;
  }
}

}  // namespace ordinal::sql
