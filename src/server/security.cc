#include "server/security.h"

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "auth/verifier.h"
#include "base/error.h"
#include "txn/transaction.h"

namespace ordinal::server {
namespace {

using base::Error;
using wire::AuthMethod;
namespace sqlstate = base::sqlstate;

constexpr const char* kPasswordVariable = "ORDINAL_ADMIN_PASSWORD";
constexpr int kAttemptsMax = 10;

// Loopback is what wire::NetworkConfig::host means by "localhost", and the addresses that stay on the
// machine.
bool IsLoopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

[[noreturn]] void Refuse(const std::string& why) { throw Error(sqlstate::kInvalidParameterValue, why); }

AuthMethod MethodNamed(const std::string& name) {
  if (name == "scram-sha-256") return AuthMethod::kScram;
  return name == "password" ? AuthMethod::kPassword : AuthMethod::kTrust;
}

std::optional<std::string> GivenPassword(const ServeConfig& config) {
  if (!config.admin_password_file.empty()) {
    std::ifstream file(config.admin_password_file);
    std::string password;
    if (!file || !std::getline(file, password) || password.empty()) {
      Refuse("cannot read a password from the file \"" + config.admin_password_file + "\"");
    }
    return password;
  }
  const char* variable = std::getenv(kPasswordVariable);
  if (variable == nullptr || *variable == '\0') return std::nullopt;
  return std::string(variable);
}

// False when others changed the catalog meanwhile.
bool StorePassword(const std::string& password, kv::Engine& engine, catalog::CatalogCache& catalogs,
                   const base::Clock& clock, base::RandomSource& random) {
  txn::Transaction transaction(engine, txn::Limits{}, clock.BootMicros());
  catalog::CatalogEditor editor(transaction, catalogs.At(transaction.snapshot()));
  catalog::RoleDescriptor admin = *editor.catalog()->RoleByOid(catalog::kAdminRole);
  if (admin.password) return true;
  admin.password = auth::StoredPassword(password, random);
  editor.Update(std::move(admin));
  return transaction.CommitAndWait().outcome == kv::Outcome::kCommitted;
}

}  // namespace

void SetAuthentication(const ServeConfig& config, wire::NetworkConfig& network) {
  const bool loopback = IsLoopback(config.host);
  const bool has_tls = !config.tls_certificate_file.empty();
  if (config.auth.empty()) {
    network.tcp_auth = loopback ? AuthMethod::kTrust : AuthMethod::kScram;
    network.unix_auth = AuthMethod::kTrust;
  } else {
    network.tcp_auth = MethodNamed(config.auth);
    // What is sent through a Unix-domain socket stays on the machine, so that SCRAM and a password in clear
    // are the same.
    network.unix_auth = network.tcp_auth == AuthMethod::kPassword ? AuthMethod::kScram : network.tcp_auth;
  }
  network.require_tls = config.require_tls;
  if (network.tcp_auth == AuthMethod::kTrust && !loopback) {
    Refuse("cannot listen on " + config.host +
           " with --auth trust: that would let everybody in; only loopback "
           "addresses are trusted");
  }
  if (has_tls != !config.tls_key_file.empty()) Refuse("--tls-cert and --tls-key belong together");
  if (!has_tls && network.tcp_auth == AuthMethod::kPassword) {
    Refuse("--auth password sends passwords in clear, and so wants --tls-cert and --tls-key");
  }
  if (!has_tls && config.require_tls) Refuse("--require-tls wants --tls-cert and --tls-key");
}

std::shared_ptr<const wire::TlsContext> LoadCertificate(const ServeConfig& config) {
  if (config.tls_certificate_file.empty()) return nullptr;
  return std::make_shared<const wire::TlsContext>(config.tls_certificate_file, config.tls_key_file);
}

void SetAdminPassword(const ServeConfig& config, const wire::NetworkConfig& network, kv::Engine& engine,
                      catalog::CatalogCache& catalogs, const base::Clock& clock, base::RandomSource& random) {
  const auto admin = catalogs.At(*engine.Latest())->RoleByOid(catalog::kAdminRole);
  if (admin->password) return;
  const std::optional<std::string> password = GivenPassword(config);
  if (!password) {
    if (network.tcp_auth == AuthMethod::kTrust) return;
    if (network.unix_auth == AuthMethod::kTrust && !network.socket_directory.empty()) {
      spdlog::warn("admin has no password yet: set one through the Unix-domain socket");
      return;
    }
    Refuse(
        std::string("admin has no password, and nobody could log in: give --admin-password-file, or set ") +
        kPasswordVariable);
  }
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (!StorePassword(*password, engine, catalogs, clock, random)) continue;
    spdlog::info("admin has got a first password");
    return;
  }
  throw Error(sqlstate::kSerializationFailure,
              "could not store the password of admin: others change the catalog");
}

}  // namespace ordinal::server
