// Gives functions of users what they need of the session that calls them.
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "session/session.h"

namespace ordinal::session {

sql::BindEnvironment Session::RoutineEnvironment(sql::EvalContext& context) {
  return BindEnvironmentFor(context);
}

base::Oid Session::ActAs(base::Oid role) { return std::exchange(acting_role_, role); }

std::shared_ptr<void> Session::Configure(const catalog::FunctionDescriptor& function) {
  auto before = std::make_unique<session::Parameters::Overridden>(parameters_.Override(function.settings));
  return {before.release(), [this](session::Parameters::Overridden* overridden) {
            parameters_.PutBack(*overridden);
            delete overridden;
          }};
}

void Session::BeforeModifying(std::string_view command) {
  if (read_only_) {
    throw base::Error(base::sqlstate::kReadOnlySqlTransaction,
                      "cannot execute " + std::string(command) + " in a read-only transaction");
  }
  CheckMixing(false);
}

}  // namespace ordinal::session
