// Finds how a user proves who he is. Safe from any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "auth/verifier.h"
#include "base/clock.h"
#include "base/random.h"
#include "catalog/catalog.h"

namespace ordinal::auth {

// What the server knows of a user who wants to log in. For one who cannot prove anything (no such role, no
// password, or one that is no longer valid) the verifier is made up, always the same for a name, and
// `may_prove` is false: the exchange looks like any other and fails.
struct Account {
  Verifier verifier;
  bool may_prove = false;
};

class Accounts {
 public:
  // `latest` gives the newest catalog, and may block; so may Find.
  Accounts(std::function<catalog::CatalogPtr()> latest, const base::Clock& clock, base::RandomSource& random);

  Account Find(std::string_view user) const;

 private:
  Verifier MakeUp(const catalog::Catalog& catalog, std::string_view user) const;

  const std::function<catalog::CatalogPtr()> latest_;
  const base::Clock& clock_;
  std::string secret_;  // of this process, where the database has none
};

// 28P01 FATAL: the same for every reason.
[[noreturn]] void ThrowWrongPassword(std::string_view user);

}  // namespace ordinal::auth
