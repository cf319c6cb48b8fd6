// Settles how clients prove who they are, from the command line: methods, the certificate, admin's first
// password.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "kv/engine.h"
#include "server/command_line.h"
#include "wire/network.h"
#include "wire/tls.h"

namespace ordinal::server {

// Fills in the methods. Errors: 22023 for what would let everybody in from elsewhere, or send passwords in
// clear.
void SetAuthentication(const ServeConfig& config, wire::NetworkConfig& network);

// Reads the certificate; null when the command line names none. Errors: F0000.
std::shared_ptr<const wire::TlsContext> LoadCertificate(const ServeConfig& config);

// Gives admin the password of the command line or the environment, unless he has one. Errors: 22023 when
// clients must prove who they are and admin could not.
void SetAdminPassword(const ServeConfig& config, const wire::NetworkConfig& network, kv::Engine& engine,
                      catalog::CatalogCache& catalogs, const base::Clock& clock, base::RandomSource& random);

}  // namespace ordinal::server
