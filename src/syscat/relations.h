// Declares the relations of this room. Each function makes its object on the first call.
#pragma once

#include <span>
#include <vector>

#include "syscat/relation.h"

namespace ordinal::syscat {

const Relation& PgAm();
const Relation& PgAttrdef();
const Relation& PgAttribute();
const Relation& PgAuthMembers();
const Relation& PgAuthid();
const Relation& PgClass();
const Relation& PgCollation();
const Relation& PgConstraint();
const Relation& PgCursors();
const Relation& PgDatabase();
const Relation& PgDbRoleSetting();
const Relation& PgDefaultAcl();
const Relation& PgDepend();
const Relation& PgDescription();
const Relation& PgShdescription();
const Relation& PgGroup();
const Relation& PgIndex();
const Relation& PgIndexes();
const Relation& PgNamespace();
const Relation& PgPreparedStatements();
const Relation& PgProc();
const Relation& PgRoles();
const Relation& PgSequence();
const Relation& PgSequences();
const Relation& PgSettings();
const Relation& PgShadow();
const Relation& PgStatisticExt();
const Relation& PgStatisticExtData();
const Relation& PgStats();
const Relation& PgStatsExt();
const Relation& PgTables();
const Relation& PgTablespace();
const Relation& PgType();
const Relation& PgUser();
const Relation& PgViews();

const Relation& InformationAdministrableRoles();
const Relation& InformationApplicableRoles();
const Relation& InformationColumnDomainUsage();
const Relation& InformationColumns();
const Relation& InformationConstraintColumnUsage();
const Relation& InformationDomainConstraints();
const Relation& InformationDomains();
const Relation& InformationEnabledRoles();
const Relation& InformationKeyColumnUsage();
const Relation& InformationReferentialConstraints();
const Relation& InformationParameters();
const Relation& InformationRoutines();
const Relation& InformationSchemata();
const Relation& InformationSequences();
const Relation& InformationTableConstraints();
const Relation& InformationTables();
const Relation& InformationViews();

const Relation& SysIamMappings();
const Relation& SysIdentityHealth();
const Relation& SysJobs();
const Relation& SysNodes();
const Relation& SysStoreStatistics();

// table_privileges and kin.
std::span<const Relation> InformationPrivileges();

// Relations for which Ordinal has no objects.
std::span<const Relation> EmptyRelations();

// All of the above, in order of oid.
const std::vector<const Relation*>& Relations();

}  // namespace ordinal::syscat
