// Runs AWS IAM GRANT and REVOKE.
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/roles.h"
#include "sql/exec/ddl_executor.h"

namespace ordinal::sql {

namespace sqlstate = base::sqlstate;

void DdlExecutor::Run(const MapIamRole& map) {
  catalog::RoleDescriptor role = RoleToChange(map.role);
  if (!catalog::IsSuperuser(catalog(), context_.role)) {
    throw base::Error(sqlstate::kInsufficientPrivilege,
                      "permission denied to grant IAM trust with role " + role.name);
  }
  if (map.grant && !role.login) {
    throw base::Error(sqlstate::kObjectNotInPrerequisiteState,
                      "role " + role.name + " must have the LOGIN attribute");
  }
  for (const std::string& arn : map.arns) {
    const auto same = [&](const catalog::IamMapping& mapping) { return mapping.arn == arn; };
    const bool mapped = std::any_of(role.iam_mappings.begin(), role.iam_mappings.end(), same);
    if (mapped == map.grant) {
      const std::string which = "role \"" + role.name + "\" has ";
      if (map.grant) {
        Notice(sqlstate::kSuccessfulCompletion, which + "already been granted to \"" + arn + "\"");
      } else {
        Warn(which + "not been granted to \"" + arn + "\"");
      }
    } else if (map.grant) {
      role.iam_mappings.push_back({context_.oids.Next(), arn, context_.role});
    } else {
      std::erase_if(role.iam_mappings, same);
    }
  }
  context_.editor.Update(std::move(role));
}

}  // namespace ordinal::sql
