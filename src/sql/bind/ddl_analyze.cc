// Binds ANALYZE and VACUUM.
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/utility.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// Options that say how to go about it, which is the server's affair here, and take a Boolean value.
constexpr std::string_view kVacuumSwitches[] = {
    "verbose",       "skip_locked", "full",   "freeze", "disable_page_skipping",
    "process_toast", "truncate",    "analyze"};

// Returns whether VACUUM is to analyze too.
bool ReadOptions(const VacuumStmt& vacuum, const parse::Tree& tree) {
  bool analyze = !vacuum.is_vacuumcmd;
  for (int i = 0; i < LengthOf(vacuum.options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(vacuum.options, i));
    const std::string name = option.defname;
    const bool known = vacuum.is_vacuumcmd ? std::find(std::begin(kVacuumSwitches), std::end(kVacuumSwitches),
                                                       name) != std::end(kVacuumSwitches) ||
                                                 name == "index_cleanup" || name == "parallel"
                                           : name == "verbose" || name == "skip_locked";
    if (!known) {
      throw Error(sqlstate::kSyntaxError, std::string("unrecognized ") +
                                              (vacuum.is_vacuumcmd ? "VACUUM" : "ANALYZE") + " option \"" +
                                              name + "\"")
          .Position(tree.Position(option.location));
    }
    if (name == "index_cleanup" || name == "parallel") continue;
    const bool on = IsOn(option);
    if (name == "analyze") analyze = on;
  }
  return analyze;
}

std::vector<base::AttributeNumber> ColumnsOf(const List* names, const catalog::TableDescriptor& table) {
  std::vector<base::AttributeNumber> columns;
  for (const std::string& name : Names(names)) {
    const auto* column = table.FindColumn(name);
    if (column == nullptr) ThrowNoColumn(name, table.name);
    if (std::find(columns.begin(), columns.end(), column->number) != columns.end()) {
      throw Error(sqlstate::kDuplicateColumn,
                  "column \"" + name + "\" of relation \"" + table.name + "\" appears more than once");
    }
    columns.push_back(column->number);
  }
  return columns;
}

}  // namespace

void DdlBinder::BindAnalyze(const VacuumStmt& vacuum) {
  ddl_.tag = vacuum.is_vacuumcmd ? "VACUUM" : "ANALYZE";
  if (vacuum.is_vacuumcmd) environment_.profile.CheckAllowed(dialect::Feature::kStatement, "Vacuum");
  Analyze bound;
  bound.analyze = ReadOptions(vacuum, tree_);
  bound.alone = vacuum.is_vacuumcmd || environment_.profile.features.ddl_alone_in_transaction;
  bound.all = LengthOf(vacuum.rels) == 0;
  for (int i = 0; i < LengthOf(vacuum.rels); ++i) {
    const auto& named = As<VacuumRelation>(*NodeAt(vacuum.rels, i));
    if (named.va_cols != nullptr && !bound.analyze) {
      throw Error(sqlstate::kFeatureNotSupported,
                  "ANALYZE option must be specified when a column list is provided");
    }
    const auto relation = Find(*named.relation, false);
    if (relation.table) {
      bound.tables.push_back({relation.table->oid, ColumnsOf(named.va_cols, *relation.table)});
    } else if (!relation.virtual_table) {
      bound.warnings.push_back("skipping \"" + std::string(named.relation->relname) + "\" --- cannot " +
                               (vacuum.is_vacuumcmd ? "vacuum" : "analyze") +
                               " non-tables or special system tables");
    }
  }
  ddl_.statement = std::move(bound);
}

}  // namespace ordinal::sql
