// Keeps for whom the session acts: who logged in, SET SESSION AUTHORIZATION, SET ROLE.
//
// The parameters session_authorization and role hold the names, with the rules that parameters have in
// transactions; the roles themselves are known by oid, so that renaming one disturbs nobody.
#include <utility>

#include "base/error.h"
#include "catalog/privileges.h"
#include "catalog/roles.h"
#include "session/session.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr std::string_view kNoRole = "none";
// Clients of PostgreSQL log in so by default; the name means the bootstrap role unless a role bears it.
constexpr std::string_view kCustomaryUser = "postgres";

}  // namespace

// Settles who has logged in. Throws 28000.
void Session::Identify(const std::string& user) {
  EnsureTransaction();
  if (transaction_->is_recent()) transaction_->TakeLatest();
  CurrentCatalog();
  auto role = catalog_->FindRole(user);
  if (!role && user == kCustomaryUser) role = catalog_->RoleByOid(catalog::kAdminRole);
  if (!role) {
    throw Error(sqlstate::kInvalidAuthorizationSpecification, "role \"" + user + "\" does not exist").Fatal();
  }
  if (!role->login) {
    throw Error(sqlstate::kInvalidAuthorizationSpecification,
                "role \"" + role->name + "\" is not permitted to log in")
        .Fatal();
  }
  const auto database = catalog::SecurableOf(catalog_->database());
  if ((catalog::PrivilegesOf(*catalog_, role->oid, database) & catalog::kConnectPrivilege) == 0) {
    throw Error(sqlstate::kInsufficientPrivilege, "permission denied for database \"" + database_ + "\"")
        .Detail("User does not have CONNECT privilege.")
        .Fatal();
  }
  login_role_ = role->oid;
  known_roles_[role->name] = role->oid;
  parameters_.SetIdentity(role->name);
}

void Session::SetAtStartup(const std::string& name, const std::string& value) {
  parameters_.SetDefault(name, Parameters::IsIdentity(name) ? CheckIdentity(name, value) : value);
}

// Returns the name for which the parameter may be set to the value; throws what SET throws.
std::string Session::CheckIdentity(std::string_view name, const std::string& value) {
  if (name == "role" && value == kNoRole) return value;
  EnsureTransaction();
  CurrentCatalog();
  const auto role = catalog_->FindRole(value);
  if (!role) {
    throw Error(sqlstate::kInvalidParameterValue, "role \"" + value + "\" does not exist");
  }
  if (name == "role") {
    if (!catalog::IsMember(*catalog_, SessionRole(), role->oid)) {
      throw Error(sqlstate::kInsufficientPrivilege, "permission denied to set role \"" + value + "\"");
    }
  } else if (role->oid != login_role_ && !catalog::IsSuperuser(*catalog_, login_role_)) {
    throw Error(sqlstate::kInsufficientPrivilege, "permission denied to set session authorization");
  }
  known_roles_[role->name] = role->oid;
  return role->name;
}

void Session::SetIdentity(const sql::UtilityStatement& utility) {
  if (utility.use_default) {
    parameters_.Reset(utility.name, utility.local);
  } else {
    parameters_.CheckSettable(utility.name, utility.local);
    parameters_.Set(utility.name, CheckIdentity(utility.name, utility.value), utility.local);
  }
  if (utility.name == "session_authorization") parameters_.Reset("role", utility.local);
}

void Session::SetParameter(std::string_view name, std::string_view value, bool local) {
  if (Parameters::IsIdentity(name)) {
    parameters_.Set(name, CheckIdentity(name, std::string(value)), local);
  } else {
    parameters_.Set(name, value, local);
  }
}

// Follows the parameters, which ROLLBACK, RESET and the end of SET LOCAL change as well.
void Session::ResolveRoles() {
  if (role_epoch_ == parameters_.plan_epoch()) return;
  const auto known = [this](const std::string& name, base::Oid otherwise) {
    const auto found = known_roles_.find(name);
    return found == known_roles_.end() ? otherwise : found->second;
  };
  session_role_ = known(parameters_.Get("session_authorization"), login_role_);
  const std::string role = parameters_.Get("role");
  current_role_ = role == kNoRole ? session_role_ : known(role, session_role_);
  if (catalog_) {
    const char* superuser = catalog::IsSuperuser(*catalog_, current_role_) ? "on" : "off";
    if (parameters_.Get("is_superuser") != superuser) parameters_.Show("is_superuser", superuser);
  }
  role_epoch_ = parameters_.plan_epoch();
}

base::Oid Session::CurrentRole() {
  if (acting_role_ != base::kInvalidOid) return acting_role_;
  ResolveRoles();
  return current_role_;
}

base::Oid Session::SessionRole() {
  ResolveRoles();
  return session_role_;
}

std::string Session::UserName() { return catalog::RoleName(*catalog_, CurrentRole()); }

std::string Session::SessionUserName() { return catalog::RoleName(*catalog_, SessionRole()); }

}  // namespace ordinal::session
