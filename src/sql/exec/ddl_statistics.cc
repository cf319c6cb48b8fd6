// Executes CREATE, ALTER and DROP STATISTICS, and finds the statistics that go with other objects.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/roles.h"
#include "sql/exec/ddl_executor.h"
#include "sql/expr/function.h"
#include "sql/expr/identifier.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr std::int32_t kTargetMax = 10000;

bool Reads(const std::string& stored, const catalog::TableDescriptor& table, base::AttributeNumber number) {
  bool found = false;
  Walk(*DeserializeExpression(stored), [&](const Expression& part) {
    if (part.kind != ExprKind::kColumn) return;
    found |= table.columns[static_cast<std::size_t>(part.index)].number == number;
  });
  return found;
}

}  // namespace

catalog::ExtendedStatisticsDescriptor DdlExecutor::StatisticsToChange(base::Oid oid) const {
  const auto found = catalog().ExtendedStatisticsByOid(oid);
  CheckOwner(found->owner, "statistics object", found->name);
  return *found;
}

void DdlExecutor::ClaimStatisticsName(base::Oid schema, const std::string& name) const {
  if (!catalog().FindExtendedStatistics(schema, name)) return;
  throw Error(sqlstate::kDuplicateObject, "statistics object \"" + name + "\" already exists in schema \"" +
                                              catalog().SchemaByOid(schema)->name + "\"");
}

std::vector<catalog::Catalog::ExtendedStatisticsPtr> DdlExecutor::StatisticsOn(
    const Table& table, base::AttributeNumber column) const {
  auto found = catalog().AllExtendedStatistics();
  std::erase_if(found, [&](const auto& made) {
    if (made->table != table.oid) return true;
    if (column == 0) return false;
    return std::find(made->columns.begin(), made->columns.end(), column) == made->columns.end() &&
           std::none_of(made->expressions.begin(), made->expressions.end(),
                        [&](const auto& expression) { return Reads(expression, table, column); });
  });
  return found;
}

std::string DdlExecutor::ChooseStatisticsName(const Table& table,
                                              const catalog::ExtendedStatisticsDescriptor& made) const {
  std::string items;
  for (const auto number : made.columns) {
    items += (items.empty() ? "" : "_") + table.ColumnByNumber(number)->name;
  }
  for (std::size_t i = 0; i < made.expressions.size(); ++i) items += items.empty() ? "expr" : "_expr";
  std::string name = GeneratedName(table.name, items, "stat");
  for (int i = 1; catalog().FindExtendedStatistics(made.schema, name); ++i) {
    name = GeneratedName(table.name, items, "stat" + std::to_string(i));
  }
  return name;
}

void DdlExecutor::MakeStatistics(const Table& table, catalog::ExtendedStatisticsDescriptor made) {
  const std::uint32_t most = limits_.statistics_max;
  if (most != 0 && StatisticsOn(table, 0).size() >= most) {
    throw Error(sqlstate::kProgramLimitExceeded,
                "more than " + std::to_string(most) + " extended statistics per table are not allowed");
  }
  made.table = table.oid;
  made.oid = context_.oids.Next();
  made.owner = context_.role;
  context_.editor.DependOn(table.oid);
  context_.editor.Create(std::move(made));
}

void DdlExecutor::Run(const CreateStatistics& create) {
  const auto& made = create.statistics;
  const Table table = TableToChange(made.table);
  if (catalog().FindExtendedStatistics(made.schema, made.name)) {
    const std::string text = "statistics object \"" + made.name + "\" already exists";
    if (!create.if_not_exists) throw Error(sqlstate::kDuplicateObject, text);
    return Notice(sqlstate::kDuplicateObject, text + ", skipping");
  }
  CheckMayCreateIn(made.schema, context_.role);
  MakeStatistics(table, made);
}

void DdlExecutor::Run(const AlterStatistics& alter) {
  auto made = StatisticsToChange(alter.statistics);
  if (alter.name) {
    CheckMayCreateIn(made.schema, context_.role);
    ClaimStatisticsName(made.schema, *alter.name);
    made.name = *alter.name;
  }
  if (alter.schema) {
    if (made.schema == *alter.schema) return;
    CheckMayCreateIn(*alter.schema, context_.role);
    ClaimStatisticsName(*alter.schema, made.name);
    made.schema = *alter.schema;
  }
  if (alter.owner) {
    CheckNewOwner(made.owner, *alter.owner, made.schema);
    made.owner = *alter.owner;
  }
  if (alter.target) {
    if (*alter.target > kTargetMax) {
      Warn("lowering statistics target to " + std::to_string(kTargetMax), sqlstate::kInvalidParameterValue);
    }
    made.target = std::min(*alter.target, kTargetMax);
  }
  context_.editor.Update(std::move(made));
}

void DdlExecutor::Run(const DropStatistics& drop) {
  for (const base::Oid oid : drop.statistics) {
    const auto made = catalog().ExtendedStatisticsByOid(oid);
    if (!made) continue;  // named twice
    const base::Oid of_schema = catalog().SchemaByOid(made->schema)->owner;
    if (!catalog::HasPrivilegesOf(catalog(), context_.role, of_schema)) StatisticsToChange(oid);
    RemoveStatistics(*made);
  }
}

// Takes away what ANALYZE found out.
void DdlExecutor::ForgetGroup(const catalog::ExtendedStatisticsDescriptor& made) {
  const auto known = catalog().StatisticsOf(made.table);
  if (!known) return;
  catalog::TableStatistics rest = *known;
  if (std::erase_if(rest.groups, [&](const auto& group) { return group.statistics == made.oid; }) == 0)
    return;
  context_.editor.Update(std::move(rest));
}

void DdlExecutor::RemoveStatistics(const catalog::ExtendedStatisticsDescriptor& made) {
  ForgetGroup(made);
  context_.editor.Drop(made.oid);
}

void DdlExecutor::RemoveStatisticsOn(const Table& table, base::AttributeNumber column) {
  for (const auto& made : StatisticsOn(table, column)) RemoveStatistics(*made);
}

// What is known of the values is not known of those of another type.
void DdlExecutor::RebindStatistics(const Table& table, base::AttributeNumber column,
                                   const AlterTableAction& action) {
  for (const auto& found : StatisticsOn(table, column)) {
    auto made = *found;
    ForgetGroup(made);
    for (const auto& [oid, expressions] : action.rebound_statistics) {
      if (oid == made.oid) made.expressions = expressions;
    }
    context_.editor.Update(std::move(made));
  }
}

}  // namespace ordinal::sql
