// Binds CREATE, ALTER and DROP STATISTICS.
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr std::size_t kDimensionsMax = 8;

std::string Shown(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ".") + part;
  return text;
}

const char* PluralOf(const catalog::Catalog::Relation& relation) {
  if (relation.view || relation.virtual_table) return "views";
  return relation.sequence ? "sequences" : "indexes";
}

bool HasOrder(TypeId type) {
  return type != TypeId::kJson && type != TypeId::kXid && type != TypeId::kPgSnapshot &&
         type != TypeId::kTxidSnapshot;
}

// Expressions that need other objects would have to go with them.
void CheckExpression(const Expression& expression, bool calls_users) {
  if (calls_users) base::ThrowUnsupported("functions of users in extended statistics");
  if (VolatilityOf(expression) == Volatility::kVolatile) {
    base::ThrowUnsupported("volatile functions in extended statistics");
  }
  Walk(expression, [](const Expression& part) {
    if (part.kind == ExprKind::kDomain) base::ThrowUnsupported("domains in extended statistics");
  });
}

}  // namespace

catalog::Catalog::ExtendedStatisticsPtr DdlBinder::StatisticsNamed(const List* name, bool missing_ok) {
  const std::vector<std::string> parts = Names(name);
  const std::string text = "statistics object \"" + Shown(parts) + "\" does not exist";
  const catalog::Catalog& catalog = environment_.catalog;
  if (parts.size() > 1) {
    const std::string& schema_name = parts[parts.size() - 2];
    const auto schema = catalog.FindSchema(schema_name);
    if (!schema) {
      const std::string no_schema = "schema \"" + schema_name + "\" does not exist";
      if (!missing_ok) throw Error(sqlstate::kInvalidSchemaName, no_schema);
      Skip(no_schema + ", skipping");
      return nullptr;
    }
    if (auto found = catalog.FindExtendedStatistics(schema->oid, parts.back())) return found;
  } else {
    for (const base::Oid schema : environment_.search_path) {
      if (auto found = catalog.FindExtendedStatistics(schema, parts.back())) return found;
    }
  }
  if (!missing_ok) throw Error(sqlstate::kUndefinedObject, text);
  Skip(text + ", skipping");
  return nullptr;
}

void DdlBinder::BindStatisticsItem(const StatsElem& element, const catalog::TableDescriptor& table,
                                   bool alone, catalog::ExtendedStatisticsDescriptor& statistics) {
  ExprPtr value;
  if (element.name != nullptr) {
    const auto* column = table.FindColumn(element.name);
    if (column == nullptr) {
      const bool is_system = std::string(element.name) == "ctid" || std::string(element.name) == "tableoid" ||
                             std::string(element.name) == "xmin";
      if (is_system) Refuse("statistics creation on system columns is not supported");
      throw Error(sqlstate::kUndefinedColumn, "column \"" + std::string(element.name) + "\" does not exist");
    }
    value = MakeColumn(static_cast<int>(column - table.columns.data()), column->type);
  } else {
    const std::size_t called = ddl_.called.size();
    value = Binder(environment_, tree_, {}).BindStandalone(*element.expr, &table, "statistics expression");
    if (value->type.id == TypeId::kUnknown) {
      value = Coerce(std::move(value), {TypeId::kText, -1}, types::CastContext::kImplicit, 0);
    }
    CheckExpression(*value, ddl_.called.size() != called);
  }
  const bool is_column = value->kind == ExprKind::kColumn;
  if (!HasOrder(value->type.id) && (is_column || !alone)) {
    const std::string what =
        is_column ? "column \"" + table.columns[static_cast<std::size_t>(value->index)].name + "\""
                  : std::string("expression");
    Refuse(what + " cannot be used in " + (is_column ? "" : "multivariate ") +
           "statistics because its type " + types::FormatType({value->type.id, -1}) +
           " has no default btree operator class");
  }
  if (is_column) {
    statistics.columns.push_back(table.columns[static_cast<std::size_t>(value->index)].number);
  } else {
    statistics.expressions.push_back(
        SerializeExpression(*FoldConstants(std::move(value), environment_.context)));
  }
}

void DdlBinder::BindStatisticsKinds(const List* said, catalog::ExtendedStatisticsDescriptor& statistics) {
  std::string wanted;
  const bool one_expression = statistics.columns.empty() && statistics.expressions.size() == 1;
  if (one_expression && LengthOf(said) > 0) {
    Refuse("when building statistics on a single expression, statistics kinds may not be specified");
  }
  for (const std::string& kind : Names(said)) {
    if (kind != "ndistinct" && kind != "dependencies" && kind != "mcv") {
      throw Error(sqlstate::kSyntaxError, "unrecognized statistics kind \"" + kind + "\"");
    }
    wanted += kind == "ndistinct" ? 'd' : kind == "mcv" ? 'm' : 'f';
  }
  if (wanted.empty() && !one_expression) wanted = "dfm";
  for (const char letter : std::string("dfm")) {
    if (wanted.find(letter) != std::string::npos) statistics.kinds += letter;
  }
  if (!statistics.expressions.empty()) statistics.kinds += 'e';
  if (!one_expression && statistics.columns.size() + statistics.expressions.size() < 2) {
    throw Error(sqlstate::kInvalidObjectDefinition, "extended statistics require at least 2 columns");
  }
}

void DdlBinder::BindCreateStatistics(const CreateStatsStmt& create) {
  ddl_.tag = "CREATE STATISTICS";
  if (LengthOf(create.relations) != 1) Refuse("only a single relation is allowed in CREATE STATISTICS");
  const Node& from = *NodeAt(create.relations, 0);
  if (nodeTag(&from) != T_RangeVar) {
    Refuse("CREATE STATISTICS only supports relation names in the FROM clause");
  }
  const auto& named = As<RangeVar>(from);
  const auto relation = Find(named, false);
  if (relation.virtual_table) {
    throw Error(sqlstate::kInsufficientPrivilege,
                "permission denied: \"" + std::string(named.relname) + "\" is a system catalog");
  }
  if (!relation.table) {
    throw Error(sqlstate::kWrongObjectType,
                "cannot define statistics for relation \"" + std::string(named.relname) + "\"")
        .Detail(std::string("This operation is not supported for ") + PluralOf(relation) + ".");
  }
  const catalog::TableDescriptor& table = *relation.table;
  CreateStatistics bound;
  auto& statistics = bound.statistics;
  bound.if_not_exists = create.if_not_exists;
  statistics.table = table.oid;
  const std::vector<std::string> name = Names(create.defnames);
  statistics.name = name.back();
  statistics.schema = CreationSchema(environment_, name.size() > 1 ? name[name.size() - 2] : "");
  const bool taken =
      environment_.catalog.FindExtendedStatistics(statistics.schema, statistics.name) != nullptr;
  if (!taken || !create.if_not_exists) {
    const auto count = static_cast<std::size_t>(LengthOf(create.exprs));
    if (count > kDimensionsMax) {
      throw Error(sqlstate::kTooManyColumns, "cannot have more than 8 columns in statistics");
    }
    for (int i = 0; i < LengthOf(create.exprs); ++i) {
      BindStatisticsItem(As<StatsElem>(*NodeAt(create.exprs, i)), table, count == 1, statistics);
    }
    BindStatisticsKinds(create.stat_types, statistics);
    std::sort(statistics.columns.begin(), statistics.columns.end());
    if (std::adjacent_find(statistics.columns.begin(), statistics.columns.end()) !=
        statistics.columns.end()) {
      throw Error(sqlstate::kDuplicateColumn, "duplicate column name in statistics definition");
    }
    std::vector<std::string> expressions = statistics.expressions;
    std::sort(expressions.begin(), expressions.end());
    if (std::adjacent_find(expressions.begin(), expressions.end()) != expressions.end()) {
      throw Error(sqlstate::kDuplicateColumn, "duplicate expression in statistics definition");
    }
  }
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindAlterStatistics(const AlterStatsStmt& alter) {
  ddl_.tag = "ALTER STATISTICS";
  std::int32_t target = alter.stxstattarget;
  if (target < -1) {
    throw Error(sqlstate::kInvalidParameterValue,
                "statistics target " + std::to_string(target) + " is too low");
  }
  AlterStatistics bound;
  bound.target = target;
  const auto found = StatisticsNamed(alter.defnames, alter.missing_ok);
  if (!found) return;
  bound.statistics = found->oid;
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindStatisticsChange(const Node& name, AlterStatistics change) {
  ddl_.tag = "ALTER STATISTICS";
  change.statistics = StatisticsNamed(reinterpret_cast<const List*>(&name), false)->oid;
  ddl_.statement = std::move(change);
}

void DdlBinder::BindDropStatistics(const DropStmt& drop) {
  ddl_.tag = "DROP STATISTICS";
  DropStatistics bound;
  for (int i = 0; i < LengthOf(drop.objects); ++i) {
    const auto* name = reinterpret_cast<const List*>(NodeAt(drop.objects, i));
    if (const auto found = StatisticsNamed(name, drop.missing_ok)) bound.statistics.push_back(found->oid);
  }
  if (!bound.statistics.empty()) ddl_.statement = std::move(bound);
}

}  // namespace ordinal::sql
