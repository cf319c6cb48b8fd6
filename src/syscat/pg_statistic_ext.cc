// Extended statistics: what CREATE STATISTICS made, and what ANALYZE found out for it.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "catalog/privileges.h"
#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "types/array.h"

namespace ordinal::syscat {
namespace {

using catalog::ExtendedStatisticsDescriptor;
using catalog::GroupStatistics;

types::Value KindsOf(const ExtendedStatisticsDescriptor& statistics) {
  std::vector<types::Value> letters;
  for (const char letter : statistics.kinds) {
    letters.push_back(types::Value::String(std::string_view(&letter, 1)));
  }
  return types::MakeArray(types::TypeId::kChar, std::move(letters));
}

types::Value KeysOf(const ExtendedStatisticsDescriptor& statistics) {
  types::Array keys{types::TypeId::kInt2, {}, {}};
  for (const auto number : statistics.columns) keys.values.push_back(types::Value::Int(number));
  return types::MakeVector(std::move(keys));
}

std::string Joined(const std::vector<GroupStatistics::Item>& items) {
  std::string text;
  for (const auto item : items) text += (text.empty() ? "" : ", ") + std::to_string(item);
  return text;
}

std::string ShowDistinct(const GroupStatistics& group) {
  std::string text;
  for (const auto& distinct : group.distinct) {
    text += (text.empty() ? "\"" : ", \"") + Joined(distinct.items) +
            "\": " + std::to_string(std::llround(distinct.count));
  }
  return "{" + text + "}";
}

std::string ShowDependencies(const GroupStatistics& group) {
  std::string text;
  for (const auto& dependency : group.dependencies) {
    text += (text.empty() ? "\"" : ", \"") + Joined(dependency.from) + " => " +
            std::to_string(dependency.to) + "\": " + std::to_string(dependency.degree);
  }
  return "{" + text + "}";
}

// Null while ANALYZE has not looked at the statistics.
const GroupStatistics* GroupOf(const catalog::TableStatistics* known,
                               const ExtendedStatisticsDescriptor& statistics) {
  if (known == nullptr) return nullptr;
  for (const GroupStatistics& group : known->groups) {
    if (group.statistics == statistics.oid) return &group;
  }
  return nullptr;
}

void SetGroup(const GroupStatistics& group, const char* distinct, const char* dependencies, RowBuilder& row) {
  if (!group.distinct.empty()) row.Set(distinct, ShowDistinct(group));
  if (!group.dependencies.empty()) row.Set(dependencies, ShowDependencies(group));
}

void FillObjects(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& made : session.catalog().AllExtendedStatistics()) {
    row.Set("oid", made->oid)
        .Set("stxrelid", made->table)
        .Set("stxname", made->name)
        .Set("stxnamespace", made->schema)
        .Set("stxowner", made->owner)
        .Set("stxstattarget", made->target)
        .Set("stxkeys", KeysOf(*made))
        .Set("stxkind", KindsOf(*made));
    if (!made->expressions.empty()) {
      std::string expressions;
      for (const auto& expression : made->expressions) {
        expressions += (expressions.empty() ? "" : "\n") + expression;
      }
      row.Set("stxexprs", expressions);
    }
    row.Emit();
  }
}

void FillData(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& made : session.catalog().AllExtendedStatistics()) {
    const auto known = session.catalog().StatisticsOf(made->table);
    const GroupStatistics* group = GroupOf(known.get(), *made);
    if (group == nullptr) continue;
    row.Set("stxoid", made->oid).Set("stxdinherit", false);
    SetGroup(*group, "stxdndistinct", "stxddependencies", row);
    row.Emit();
  }
}

bool MayRead(const catalog::SessionView& session, const catalog::TableDescriptor& table,
             const ExtendedStatisticsDescriptor& statistics) {
  const auto relation = session.catalog().RelationByOid(table.oid);
  const auto may_read = [&](catalog::AttributeNumber number) {
    return (catalog::ColumnPrivileges(session.catalog(), session.current_role(), relation, number) &
            catalog::kSelectPrivilege) != 0;
  };
  // What expressions read is not looked at one by one.
  for (const auto& column : table.columns) {
    if (!statistics.expressions.empty() && !column.dropped && !may_read(column.number)) return false;
  }
  return std::all_of(statistics.columns.begin(), statistics.columns.end(), may_read);
}

void FillView(const catalog::SessionView& session, RowBuilder& row) {
  const catalog::Catalog& catalog = session.catalog();
  for (const auto& made : catalog.AllExtendedStatistics()) {
    const auto known = catalog.StatisticsOf(made->table);
    const GroupStatistics* group = GroupOf(known.get(), *made);
    const auto table = catalog.TableByOid(made->table);
    if (group == nullptr || !MayRead(session, *table, *made)) continue;
    row.Set("schemaname", SchemaName(catalog, table->schema))
        .Set("tablename", table->name)
        .Set("statistics_schemaname", SchemaName(catalog, made->schema))
        .Set("statistics_name", made->name)
        .Set("statistics_owner", RoleName(session, made->owner));
    std::vector<types::Value> names;
    for (const auto number : made->columns) {
      names.push_back(types::Value::String(table->ColumnByNumber(number)->name));
    }
    if (!names.empty()) row.Set("attnames", types::MakeArray(types::TypeId::kName, std::move(names)));
    if (!made->expressions.empty()) {
      std::vector<types::Value> texts;
      for (const auto& expression : made->expressions) {
        texts.push_back(types::Value::String(session.DeparseExpression(expression, table.get())));
      }
      row.Set("exprs", types::MakeArray(types::TypeId::kText, std::move(texts)));
    }
    row.Set("kinds", KindsOf(*made)).Set("inherited", false);
    SetGroup(*group, "n_distinct", "dependencies", row);
    row.Emit();
  }
}

}  // namespace

const Relation& PgStatisticExt() {
  static const Relation relation(3381, catalog::kPgCatalogSchema, "pg_statistic_ext",
                                 "oid oid!, stxrelid oid!, stxname name!, stxnamespace oid!, stxowner oid!, "
                                 "stxstattarget int4!, stxkeys int2vector!, stxkind _char!, stxexprs text",
                                 &FillObjects);
  return relation;
}

// What PostgreSQL keeps in types of its own is text, as they print it.
const Relation& PgStatisticExtData() {
  static const Relation relation(3429, catalog::kPgCatalogSchema, "pg_statistic_ext_data",
                                 "stxoid oid!, stxdinherit bool!, stxdndistinct text, stxddependencies text, "
                                 "stxdmcv text, stxdexpr _text",
                                 &FillData);
  return relation;
}

const Relation& PgStatsExt() {
  static const Relation relation(
      12058, catalog::kPgCatalogSchema, "pg_stats_ext",
      "schemaname name, tablename name, statistics_schemaname name, statistics_name name, "
      "statistics_owner name, attnames _name, exprs _text, kinds _char, inherited bool, n_distinct text, "
      "dependencies text, most_common_vals _text, most_common_val_nulls _bool, most_common_freqs _float8, "
      "most_common_base_freqs _float8",
      &FillView);
  return relation;
}

}  // namespace ordinal::syscat
