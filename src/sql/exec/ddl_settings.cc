// Executes ALTER ROLE ... SET and ALTER DATABASE ... SET, and the SET of functions.
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/roles.h"
#include "sql/exec/ddl_executor.h"

namespace ordinal::sql {
namespace {

void Change(catalog::ParameterSettings& settings, const AlterSettings& alter) {
  if (alter.parameter.empty()) return settings.clear();
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [&](const auto& setting) { return setting.first == alter.parameter; });
  if (!alter.value) {
    if (found != settings.end()) settings.erase(found);
  } else if (found != settings.end()) {
    found->second = *alter.value;
  } else {
    settings.emplace_back(alter.parameter, *alter.value);
  }
}

}  // namespace

void DdlExecutor::ChangeSettings(const std::vector<AlterSettings>& said,
                                 catalog::ParameterSettings& settings) const {
  for (const AlterSettings& each : said) Change(settings, context_.settle_setting(each));
}

void DdlExecutor::Run(const AlterSettings& said) {
  const AlterSettings alter = context_.settle_setting(said);
  if (alter.role != 0) {
    catalog::RoleDescriptor role = *catalog().RoleByOid(alter.role);
    const bool may_change =
        role.superuser ? catalog::IsSuperuser(catalog(), context_.role)
                       : role.oid == context_.role || catalog::MayCreateRoles(catalog(), context_.role);
    if (!may_change) {
      throw base::Error(base::sqlstate::kInsufficientPrivilege,
                        role.superuser ? "must be superuser to alter superusers" : "permission denied");
    }
    Change(alter.in_database ? role.database_settings : role.settings, alter);
    context_.editor.Update(std::move(role));
    return;
  }
  catalog::DatabaseDescriptor database = catalog().database();
  if (alter.of_database) {
    CheckOwner(database.owner, "database", context_.evaluation.DatabaseName());
  } else if (!catalog::IsSuperuser(catalog(), context_.role)) {
    throw base::Error(base::sqlstate::kInsufficientPrivilege, "must be superuser to alter settings globally");
  }
  Change(alter.of_database || alter.in_database ? database.settings : database.all_role_settings, alter);
  context_.editor.Update(std::move(database));
}

}  // namespace ordinal::sql
