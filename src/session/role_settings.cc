// What sessions begin with: ALTER ROLE ... SET, ALTER DATABASE ... SET, and CONNECTION LIMIT.
#include <utility>

#include "base/error.h"
#include "catalog/roles.h"
#include "session/role_sessions.h"
#include "session/session.h"

namespace ordinal::session {

using base::Error;
namespace sqlstate = base::sqlstate;

// Throws 53300 when the role has as many sessions on this node as it may have.
void Session::CountForRole() {
  if (environment_.role_sessions == nullptr) return;
  const auto role = catalog_->RoleByOid(login_role_);
  if (!environment_.role_sessions->Enter(login_role_, role->superuser ? -1 : role->connection_limit)) {
    throw Error(sqlstate::kTooManyConnections, "too many connections for role \"" + role->name + "\"")
        .Fatal();
  }
  counted_for_role_ = true;
}

// What is stored may have lost its meaning; that keeps nobody out.
void Session::ApplySettings(const catalog::ParameterSettings& settings, ResultSink& sink) {
  for (const auto& [name, value] : settings) {
    try {
      SetAtStartup(name, value);
    } catch (const Error& error) {
      base::Report report = error.report();
      report.severity = base::Severity::kWarning;
      Notify(report, sink);
    }
  }
}

// The last one counts.
void Session::ApplyStoredSettings(ResultSink& sink) {
  const auto role = catalog_->RoleByOid(login_role_);
  const catalog::DatabaseDescriptor database = catalog_->database();
  ApplySettings(database.all_role_settings, sink);
  ApplySettings(database.settings, sink);
  ApplySettings(role->settings, sink);
  ApplySettings(role->database_settings, sink);
}

// Finds out what a setting that is to be stored says; throws what SET throws.
sql::AlterSettings Session::SettleSetting(sql::AlterSettings alter) const {
  if (alter.parameter.empty()) return alter;
  session::Parameters tried = parameters_;
  const std::string spelling = tried.Spelling(alter.parameter);
  if (alter.from_current) alter.value = tried.Get(alter.parameter);
  if (!alter.value) {
    tried.Get(alter.parameter);
  } else if (!session::Parameters::IsIdentity(alter.parameter)) {
    tried.Set(alter.parameter, *alter.value, false);
  }
  alter.parameter = spelling;
  return alter;
}

}  // namespace ordinal::session
