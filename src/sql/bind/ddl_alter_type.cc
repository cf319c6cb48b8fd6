// Binds ALTER COLUMN ... SET DATA TYPE, and anew what reads the column.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/expr/domain.h"
#include "sql/expr/identifier.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// What was said, before it was made to fit the type of before.
ExprPtr WithoutImplicitCasts(ExprPtr value) {
  while ((value->kind == ExprKind::kCast || value->kind == ExprKind::kDomain) &&
         value->cast_context != types::CastContext::kExplicit) {
    ExprPtr operand = std::move(value->args[0]);
    value = std::move(operand);
  }
  return value;
}

}  // namespace

// What a stored expression means where a column has become another: as if its text were said anew.
void DdlBinder::BindAnew(const std::string& stored, const catalog::TableDescriptor& after,
                         const BindText& bind) {
  std::vector<std::string> names;
  for (const auto& column : after.columns) names.push_back(QuoteIdentifier(column.name));
  const std::string text = DeparseExpression(*DeserializeExpression(stored), names, environment_.context);
  const parse::Tree tree("SELECT (" + text + ")");
  const auto& select = As<SelectStmt>(*static_cast<const Node*>(tree.statements().front().node));
  DdlBinder binder(environment_, tree, ddl_);
  try {
    bind(binder, *As<ResTarget>(*NodeAt(select.targetList, 0)).val);
  } catch (Error& error) {
    throw error.Position(0);  // nobody has written that text
  }
}

void DdlBinder::RebindChecks(const catalog::TableDescriptor& table, const catalog::TableDescriptor& after,
                             const Reads& reads, AlterTableAction& action) {
  for (const auto& check : table.checks) {
    if (!reads(check.expression)) continue;
    BindAnew(check.expression, after, [&](DdlBinder& binder, Node& node) {
      Constraint said{};
      said.type = T_Constraint;
      said.contype = CONSTR_CHECK;
      said.raw_expr = &node;
      action.rebound_checks.emplace_back(check.oid, binder.BindCheck(said, after).expression);
    });
  }
}

void DdlBinder::RebindIndexes(const catalog::TableDescriptor& table, const catalog::TableDescriptor& after,
                              const Reads& reads, AlterTableAction& action) {
  for (const auto& index : table.indexes) {
    const bool reads_it = (index.predicate && reads(*index.predicate)) ||
                          std::any_of(index.expressions.begin(), index.expressions.end(),
                                      [&](const auto& part) { return reads(part.expression); });
    if (!reads_it) continue;
    IndexSpec spec;
    for (std::size_t i = 0; i < index.columns.size(); ++i) {
      const auto* computed = index.ExpressionAt(i);
      if (computed == nullptr) {
        spec.columns.push_back(index.columns[i]);
        continue;
      }
      BindAnew(computed->expression, after, [&](DdlBinder& binder, Node& node) {
        IndexElem element{};
        element.type = T_IndexElem;
        element.expr = &node;
        binder.BindIndexColumn(element, after, spec);
      });
      if (spec.columns.back() == 0) spec.expressions.back().name = computed->name;
    }
    if (index.predicate) {
      BindAnew(*index.predicate, after,
               [&](DdlBinder& binder, Node& node) { spec.predicate = binder.BindPredicate(node, after); });
    }
    action.rebound_indexes.emplace_back(index.oid, std::move(spec));
  }
}

void DdlBinder::RebindStatistics(const catalog::TableDescriptor& table, const catalog::TableDescriptor& after,
                                 const Reads& reads, AlterTableAction& action) {
  for (const auto& made : environment_.catalog.AllExtendedStatistics()) {
    if (made->table != table.oid || std::none_of(made->expressions.begin(), made->expressions.end(), reads)) {
      continue;
    }
    catalog::ExtendedStatisticsDescriptor rebound;
    for (const std::string& expression : made->expressions) {
      BindAnew(expression, after, [&](DdlBinder& binder, Node& node) {
        StatsElem element{};
        element.type = T_StatsElem;
        element.expr = &node;
        binder.BindStatisticsItem(element, after, made->expressions.size() == 1, rebound);
      });
    }
    action.rebound_statistics.emplace_back(made->oid, std::move(rebound.expressions));
  }
}

void DdlBinder::BindAlterType(const AlterTableCmd& command, const catalog::TableDescriptor& table,
                              const catalog::TableDescriptor& original, AlterTableAction& action) {
  action.kind = AlterTableKind::kAlterType;
  const auto* column = table.FindColumn(command.name);
  if (column == nullptr) ThrowNoColumn(command.name, table.name);
  const auto& definition = As<ColumnDef>(*command.def);
  if (definition.collClause != nullptr) Refuse("COLLATE clause not supported");
  const auto reads = [&](const std::string& serialized) {
    bool found = false;
    Walk(*DeserializeExpression(serialized), [&](const Expression& part) {
      if (part.kind != ExprKind::kColumn) return;
      found |= table.columns[static_cast<std::size_t>(part.index)].number == column->number;
    });
    return found;
  };
  if (column->generated && definition.raw_default != nullptr) {
    throw Error(sqlstate::kInvalidColumnDefinition,
                "cannot specify USING when altering type of generated column")
        .Detail("Column \"" + column->name + "\" is a generated column.");
  }
  for (const auto& other : table.columns) {
    if (!other.generated || other.number == column->number || !reads(*other.default_expression)) continue;
    throw Error(sqlstate::kFeatureNotSupported, "cannot alter type of a column used by a generated column")
        .Detail("Column \"" + column->name + "\" is used by generated column \"" + other.name + "\".");
  }
  catalog::ColumnDescriptor& changed = action.added.column;
  changed.type = BindColumnType(*definition.typeName);
  if (column->identity && (changed.type.domain != 0 || !types::IsInteger(changed.type.id))) {
    throw Error(sqlstate::kInvalidParameterValue,
                "identity column type must be smallint, integer, or bigint");
  }
  catalog::TableDescriptor after = table;
  after.columns[static_cast<std::size_t>(column - table.columns.data())].type = changed.type;
  const std::string shown = ShowType({changed.type.id, -1, changed.type.domain}, environment_.context);
  ExprPtr value;
  if (definition.raw_default != nullptr) {
    value = Binder(environment_, tree_, {})
                .BindStandalone(*definition.raw_default, &original, "transform expression");
  } else {
    const auto slot = static_cast<int>(column - table.columns.data());
    value = MakeColumn(slot, column->type);
  }
  const auto fits = [&](const Expression& from) {
    return from.type.id == TypeId::kUnknown || from.type.id == changed.type.id ||
           types::CanCast(from.type.id, changed.type.id, types::CastContext::kAssignment);
  };
  if (!fits(*value)) {
    Error error(sqlstate::kDatatypeMismatch,
                definition.raw_default != nullptr
                    ? "result of USING clause for column \"" + column->name +
                          "\" cannot be cast automatically to type " + shown
                    : "column \"" + column->name + "\" cannot be cast automatically to type " + shown);
    error.Hint(definition.raw_default != nullptr
                   ? "You might need to add an explicit cast."
                   : "You might need to specify \"USING " + column->name +
                         "::" + ShowType(changed.type, environment_.context) + "\".");
    throw error;
  }
  value = Coerce(std::move(value), changed.type, types::CastContext::kAssignment, 0);
  action.expression = SerializeExpression(*value);
  RebindChecks(table, after, reads, action);
  RebindIndexes(table, after, reads, action);
  RebindStatistics(table, after, reads, action);
  if (!column->default_expression) return;
  ExprPtr otherwise = WithoutImplicitCasts(DeserializeExpression(*column->default_expression));
  if (!fits(*otherwise)) {
    throw Error(sqlstate::kDatatypeMismatch,
                std::string(column->generated ? "generation expression" : "default") + " for column \"" +
                    column->name + "\" cannot be cast automatically to type " + shown);
  }
  otherwise = Coerce(std::move(otherwise), changed.type, types::CastContext::kAssignment, 0);
  changed.default_expression =
      SerializeExpression(*FoldConstants(std::move(otherwise), environment_.context));
}

}  // namespace ordinal::sql
