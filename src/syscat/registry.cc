#include "syscat/registry.h"

#include <algorithm>

#include "syscat/pg_timezones.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

std::vector<const Relation*> Collect() {
  std::vector<const Relation*> relations = {&PgAm(),
                                            &PgAttrdef(),
                                            &PgAttribute(),
                                            &PgAuthMembers(),
                                            &PgAuthid(),
                                            &PgClass(),
                                            &PgCollation(),
                                            &PgConstraint(),
                                            &PgCursors(),
                                            &PgDatabase(),
                                            &PgDbRoleSetting(),
                                            &PgDefaultAcl(),
                                            &PgDepend(),
                                            &PgDescription(),
                                            &PgShdescription(),
                                            &PgGroup(),
                                            &PgIndex(),
                                            &PgIndexes(),
                                            &PgNamespace(),
                                            &PgPreparedStatements(),
                                            &PgProc(),
                                            &PgRoles(),
                                            &PgSequence(),
                                            &PgSequences(),
                                            &PgSettings(),
                                            &PgShadow(),
                                            &PgStatisticExt(),
                                            &PgStatisticExtData(),
                                            &PgStats(),
                                            &PgStatsExt(),
                                            &PgTables(),
                                            &PgTablespace(),
                                            &PgTimezoneAbbrevs(),
                                            &PgTimezoneNames(),
                                            &PgType(),
                                            &PgUser(),
                                            &PgViews(),
                                            &InformationAdministrableRoles(),
                                            &InformationApplicableRoles(),
                                            &InformationColumnDomainUsage(),
                                            &InformationColumns(),
                                            &InformationConstraintColumnUsage(),
                                            &InformationDomainConstraints(),
                                            &InformationDomains(),
                                            &InformationEnabledRoles(),
                                            &InformationKeyColumnUsage(),
                                            &InformationParameters(),
                                            &InformationReferentialConstraints(),
                                            &InformationRoutines(),
                                            &InformationSchemata(),
                                            &InformationSequences(),
                                            &InformationTableConstraints(),
                                            &InformationTables(),
                                            &InformationViews(),
                                            &SysIamMappings(),
                                            &SysIdentityHealth(),
                                            &SysJobs(),
                                            &SysNodes(),
                                            &SysStoreStatistics()};
  for (const Relation& relation : InformationPrivileges()) relations.push_back(&relation);
  for (const Relation& relation : EmptyRelations()) relations.push_back(&relation);
  std::sort(relations.begin(), relations.end(),
            [](const auto* a, const auto* b) { return a->oid() < b->oid(); });
  return relations;
}

}  // namespace

const std::vector<const Relation*>& Relations() {
  static const std::vector<const Relation*> relations = Collect();
  return relations;
}

const std::vector<const catalog::VirtualTable*>& VirtualTables() {
  static const std::vector<const catalog::VirtualTable*> tables(Relations().begin(), Relations().end());
  return tables;
}

}  // namespace ordinal::syscat
