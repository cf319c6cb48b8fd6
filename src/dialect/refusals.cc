#include "dialect/refusals.h"

#include <string>

namespace ordinal::dialect {
namespace {

constexpr base::SqlState kRefused = base::sqlstate::kFeatureNotSupported;
constexpr std::string_view kFunctionText = "function % not supported";
constexpr std::string_view kTypeText = "datatype % not supported";
constexpr std::string_view kKeyTypeText = "datatype % is not supported in a key";

constexpr Refusal kAuroraDsql[] = {
    {Feature::kStatement, "Merge", kRefused, "unsupported statement type: MERGE"},
    {Feature::kStatement, "Vacuum", kRefused, "unsupported VACUUM statement"},
    {Feature::kStatement, "", kRefused, "unsupported statement: %"},
    {Feature::kSavepoint, "", kRefused, "unsupported transaction statement: %"},
    {Feature::kSetTransaction, "", kRefused, "setting configuration parameter \"TRANSACTION\" not supported"},
    {Feature::kTableSample, "", kRefused, "TABLESAMPLE clause not supported"},
    {Feature::kWeakRowLock, "", kRefused,
     "locking clauses other than FOR UPDATE/FOR KEY SHARE are not supported"},
    {Feature::kFunction, "pg_advisory_lock", kRefused, kFunctionText},
    {Feature::kFunction, "pg_advisory_lock_shared", kRefused, kFunctionText},
    {Feature::kFunction, "pg_advisory_unlock", kRefused, kFunctionText},
    {Feature::kFunction, "pg_advisory_unlock_all", kRefused, kFunctionText},
    {Feature::kFunction, "pg_advisory_unlock_shared", kRefused, kFunctionText},
    {Feature::kFunction, "pg_advisory_xact_lock", kRefused, kFunctionText},
    {Feature::kFunction, "pg_advisory_xact_lock_shared", kRefused, kFunctionText},
    {Feature::kFunction, "pg_try_advisory_lock", kRefused, kFunctionText},
    {Feature::kFunction, "pg_try_advisory_lock_shared", kRefused, kFunctionText},
    {Feature::kFunction, "pg_try_advisory_xact_lock", kRefused, kFunctionText},
    {Feature::kFunction, "pg_try_advisory_xact_lock_shared", kRefused, kFunctionText},
    {Feature::kFunction, "pg_backend_pid", kRefused, kFunctionText},
    {Feature::kFunction, "set_config", kRefused, kFunctionText},
    {Feature::kFunctionLanguage, "plpgsql", kRefused, "CREATE FUNCTION with language % not supported"},
    {Feature::kFunctionLanguage, "c", kRefused, "CREATE FUNCTION with language % not supported"},
    {Feature::kArrayColumn, "", kRefused, kTypeText},
    {Feature::kColumnType, "money", kRefused, kTypeText},
    {Feature::kColumnType, "xml", kRefused, kTypeText},
    {Feature::kColumnType, "inet", kRefused, kTypeText},
    {Feature::kColumnType, "cidr", kRefused, kTypeText},
    {Feature::kColumnType, "macaddr", kRefused, kTypeText},
    {Feature::kColumnType, "bit", kRefused, kTypeText},
    {Feature::kColumnType, "point", kRefused, kTypeText},
    {Feature::kColumnType, "tsvector", kRefused, kTypeText},
    {Feature::kColumnType, "int4range", kRefused, kTypeText},
    {Feature::kColumnType, "int8range", kRefused, kTypeText},
    {Feature::kColumnType, "numrange", kRefused, kTypeText},
    {Feature::kColumnType, "tsrange", kRefused, kTypeText},
    {Feature::kColumnType, "tstzrange", kRefused, kTypeText},
    {Feature::kColumnType, "daterange", kRefused, kTypeText},
    {Feature::kKeyType, "bytea", kRefused, kKeyTypeText},
    {Feature::kKeyType, "interval", kRefused, kKeyTypeText},
    {Feature::kKeyType, "time with time zone", kRefused, kKeyTypeText},
    {Feature::kKeyType, "json", kRefused, kKeyTypeText},
    {Feature::kKeyType, "jsonb", kRefused, kKeyTypeText},
    {Feature::kIndexConcurrently, "", kRefused, "CONCURRENTLY not supported for CREATE INDEX"},
    {Feature::kIndexMethod, "", kRefused, "USING not supported for CREATE INDEX"},
    {Feature::kIndexOrder, "", kRefused, "specifying sort order not supported for index keys"},
    {Feature::kIndexAtOnce, "", kRefused, "unsupported mode. please use CREATE INDEX ASYNC."},
    {Feature::kDropDomainCascade, "", kRefused, "DROP DOMAIN with CASCADE unsupported"},
    {Feature::kGrantObject, "", kRefused, "unsupported object type in GRANT"},
    {Feature::kGrantOnSystemEntity, "public", kRefused, "feature not supported on system entity"},
    {Feature::kGrantOnSystemEntity, "pg_catalog", kRefused, "feature not supported on system entity"},
    {Feature::kGrantOnSystemEntity, "information_schema", kRefused, "feature not supported on system entity"},
    {Feature::kGrantOnSystemEntity, "sys", kRefused, "feature not supported on system entity"},
};

}  // namespace

void CheckAllowed(std::span<const Refusal> refusals, Feature feature, std::string_view subject,
                  int position) {
  for (const Refusal& refusal : refusals) {
    if (refusal.feature != feature || (!refusal.subject.empty() && refusal.subject != subject)) continue;
    std::string text(refusal.text);
    if (const std::size_t mark = text.find('%'); mark != std::string::npos) text.replace(mark, 1, subject);
    throw base::Error(refusal.sqlstate, text).Position(position);
  }
}

std::span<const Refusal> AuroraDsqlRefusals() { return kAuroraDsql; }

}  // namespace ordinal::dialect
