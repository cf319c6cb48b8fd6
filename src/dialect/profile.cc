#include "dialect/profile.h"

#include <array>

namespace ordinal::dialect {
namespace {

using types::IdentityRule;

constexpr std::uint32_t kKiB = 1024;

IdentityRule Always() { return {IdentityRule::Explicit::kAllowedWithOverriding, false, false, false}; }

IdentityRule ByDefault() { return {IdentityRule::Explicit::kAllowed, false, false, false}; }

// Aurora DSQL as of October 2026 (user guide: quotas, supported SQL features, sequences).
Profile MakeAuroraDsql() {
  Profile profile;
  profile.name = "aurora_dsql";
  profile.features.identity_bigint_only = true;
  profile.features.cache_must_be_stated = true;
  profile.features.cache_min = 65536;
  profile.features.sequence_bigint_only = true;
  profile.features.ddl_alone_in_transaction = true;
  profile.refusals = AuroraDsqlRefusals();
  profile.identity_always = Always();
  profile.identity_by_default = ByDefault();
  profile.transaction = {3000, 10u << 20, 300'000'000};
  profile.objects.sequences_max = 5000;
  profile.objects.tables_max = 1000;
  profile.objects.schemas_max = 10;
  profile.objects.views_max = 5000;
  profile.objects.view_bytes_max = 2048 * kKiB;
  profile.objects.columns_max = 255;
  profile.objects.index_columns_max = 8;
  profile.objects.indexes_max = 24;
  profile.objects.statistics_max = 5;
  profile.objects.key_bytes_max = kKiB;
  profile.objects.row_bytes_max = 2048 * kKiB;
  profile.objects.column_bytes_max = 1024 * kKiB;
  profile.session.server_version = "16.13";
  profile.session.version_text = "PostgreSQL 16";
  profile.session.lastval_per_transaction = true;
  profile.session.local_parameters = {"role"};
  profile.session.settable_parameters = {"application_name",
                                         "client_encoding",
                                         "datestyle",
                                         "extra_float_digits",
                                         "intervalstyle",
                                         "timezone",
                                         "search_path",
                                         "enable_bitmapscan",
                                         "enable_hashjoin",
                                         "enable_indexonlyscan",
                                         "enable_indexscan",
                                         "enable_material",
                                         "enable_mergejoin",
                                         "enable_nestloop",
                                         "enable_seqscan",
                                         "dsql.enable_batched_nestloop",
                                         "disable_sync_create_index"};
  // Documented: bare numeric is stored as numeric(18,6).
  profile.session.bare_numeric = {types::TypeId::kNumeric, ((18 << 16) | 6) + 4};
  return profile;
}

Profile MakePostgresql() {
  Profile profile;
  profile.name = "postgresql";
  profile.features.serial_types = true;
  profile.features.add_column_constraints = true;
  profile.features.truncate = true;
  profile.features.temporary_objects = true;
  profile.features.set_not_null = true;
  profile.features.alter_type = true;
  profile.features.any_isolation = true;
  profile.identity_always = Always();
  profile.identity_by_default = ByDefault();
  profile.session.server_version = "16.13";
  profile.session.version_text = "PostgreSQL 16 (Ordinal)";
  profile.session.may_retry = true;
  profile.session.any_parameter = true;
  return profile;
}

const std::array<Profile, 2>& Profiles() {
  static const std::array<Profile, 2> profiles = {MakeAuroraDsql(), MakePostgresql()};
  return profiles;
}

}  // namespace

const Profile* FindProfile(std::string_view name) {
  for (const Profile& profile : Profiles()) {
    if (profile.name == name) return &profile;
  }
  return nullptr;
}

std::vector<std::string_view> ProfileNames() {
  std::vector<std::string_view> names;
  for (const Profile& profile : Profiles()) names.push_back(profile.name);
  return names;
}

}  // namespace ordinal::dialect
