#include "auth/accounts.h"

#include <utility>

#include "auth/crypto.h"
#include "base/error.h"

namespace ordinal::auth {
Accounts::Accounts(std::function<catalog::CatalogPtr()> latest, const base::Clock& clock,
                   base::RandomSource& random)
    : latest_(std::move(latest)), clock_(clock), secret_(kScramKeyBytes, '\0') {
  random.Fill(secret_.data(), secret_.size());
}

Account Accounts::Find(std::string_view user) const {
  const catalog::CatalogPtr catalog = latest_();
  const auto role = catalog->FindRole(user);
  if (role && role->password) {
    const bool expired =
        role->valid_until && *role->valid_until < clock_.WallMicros() - base::kPostgresEpochMicros;
    const auto verifier = ParseVerifier(*role->password);
    if (verifier && !expired) return {*verifier, true};
  }
  return {MakeUp(*catalog, user), false};
}

// The salt must not change from one attempt to the next, nor from node to node: so it is derived from a
// secret of the database, if there is one.
Verifier Accounts::MakeUp(const catalog::Catalog& catalog, std::string_view user) const {
  const auto admin = catalog.RoleByOid(catalog::kAdminRole);
  const std::string secret = admin && admin->password ? *admin->password : secret_;
  Verifier verifier;
  verifier.salt = HmacSha256(secret, "salt of " + std::string(user)).substr(0, kScramSaltBytes);
  verifier.stored_key = HmacSha256(secret_, user);
  verifier.server_key = verifier.stored_key;
  return verifier;
}

void ThrowWrongPassword(std::string_view user) {
  throw base::Error(base::sqlstate::kInvalidPassword,
                    "password authentication failed for user \"" + std::string(user) + "\"")
      .Fatal();
}

}  // namespace ordinal::auth
