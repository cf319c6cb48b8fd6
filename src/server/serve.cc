#include "server/serve.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "auth/accounts.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "cluster/membership.h"
#include "dialect/profile.h"
#include "jobs/runner.h"
#include "kv/etcd/etcd_engine.h"
#include "kv/memory/memory_engine.h"
#include "kv/rocksdb/rocksdb_engine.h"
#include "sequence/allocator.h"
#include "server/security.h"
#include "server/shutdown_signals.h"
#include "session/role_sessions.h"
#include "session/session.h"
#include "sql/exec/row_ids.h"
#include "syscat/registry.h"
#include "wire/network.h"

namespace ordinal::server {
namespace {

// How long running statements may take to end after SIGTERM before they are cancelled.
constexpr std::chrono::milliseconds kStopGrace{5000};

// With a remote store every statement runs on a worker, which waits for the store most of the time.
constexpr int kRemoteWorkers = 128;

const dialect::Profile& ProfileOf(const ServeConfig& config) {
  const dialect::Profile* profile = dialect::FindProfile(config.profile);
  if (profile != nullptr) return *profile;
  std::string names;
  for (const std::string_view name : dialect::ProfileNames()) {
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  throw base::Error(base::sqlstate::kInvalidParameterValue,
                    "unknown profile \"" + config.profile + "\"; the profiles are " + names);
}

// A password's file may end with a line break.
std::string ReadPassword(const std::string& path) {
  std::ifstream file(path);
  std::string password;
  if (!file || !std::getline(file, password)) {
    throw base::Error(base::sqlstate::kInvalidParameterValue,
                      "cannot read the password file \"" + path + "\"");
  }
  return password;
}

kv::EtcdOptions EtcdOptionsOf(const ServeConfig& config) {
  kv::EtcdOptions options = kv::ParseStoreUrl(config.store_url);
  if (!config.store_user.empty()) options.user = config.store_user;
  if (!config.store_password_file.empty()) options.password = ReadPassword(config.store_password_file);
  options.ca_file = config.store_ca_file;
  options.cert_file = config.store_cert_file;
  options.key_file = config.store_key_file;
  options.timeout = std::chrono::seconds(config.store_timeout_seconds);
  return options;
}

std::unique_ptr<kv::Engine> OpenEngine(const ServeConfig& config, const base::Clock& clock) {
  if (config.store == Store::kMemory) return kv::OpenMemory();
  if (config.store == Store::kEtcd) return kv::OpenEtcd(EtcdOptionsOf(config), clock);
  kv::RocksDbOptions options;
  options.directory = config.data_directory;
  options.large_commit_bytes = config.large_commit_bytes;
  return kv::OpenRocksDb(options);
}

// Null where one process owns the store.
std::unique_ptr<cluster::Membership> Join(const ServeConfig& config, kv::Engine& engine,
                                          const base::Clock& clock, std::uint16_t port) {
  if (engine.coordination() == nullptr) return nullptr;
  cluster::NodeOptions options;
  options.address =
      config.node_address.empty() ? config.host + ":" + std::to_string(port) : config.node_address;
  options.version = ORDINAL_VERSION;
  options.lease_seconds = config.node_lease_seconds;
  return std::make_unique<cluster::Membership>(engine, clock, std::move(options));
}

// The engine is opened later, before the first connection.
wire::NetworkConfig NetworkConfigOf(const ServeConfig& config, const std::unique_ptr<kv::Engine>& engine,
                                    const auth::Accounts& accounts) {
  wire::NetworkConfig network;
  network.host = config.host;
  network.accounts = &accounts;
  network.port = config.port;
  network.socket_directory = config.socket_directory;
  network.connections_max = config.connections_max;
  if (config.store == Store::kEtcd) network.workers = kRemoteWorkers;
  network.spin_time = std::chrono::microseconds(config.spin_micros);
  SetAuthentication(config, network);
  network.on_active_connections = [&engine](int count) { engine->SetActiveSessions(count); };
  return network;
}

// A certificate that cannot be read leaves the old one in use.
void ReloadCertificate(const ServeConfig& config, wire::Network& network) {
  try {
    network.UseCertificate(LoadCertificate(config));
    spdlog::info("the certificate has been read again");
  } catch (const base::Error& error) {
    spdlog::error("{}", error.what());
  }
}

}  // namespace

int RunServer(const ServeConfig& config) {
  const dialect::Profile& profile = ProfileOf(config);
  ShutdownSignals signals;
  base::SystemClock clock;
  base::SystemRandom random;
  std::unique_ptr<kv::Engine> engine;
  // Addresses first: who cannot have them leaves the data alone.
  std::unique_ptr<catalog::CatalogCache> catalog_cache;
  const auth::Accounts accounts([&] { return catalog_cache->At(*engine->Latest()); }, clock, random);
  const wire::NetworkConfig network_config = NetworkConfigOf(config, engine, accounts);
  wire::Network network(network_config, random);
  network.UseCertificate(LoadCertificate(config));
  network.Bind();
  engine = OpenEngine(config, clock);
  catalog_cache = std::make_unique<catalog::CatalogCache>(*engine, syscat::VirtualTables());
  catalog::CatalogCache& catalogs = *catalog_cache;
  catalog::OidAllocator oids(*engine);
  sequence::Allocator sequences(*engine, clock);
  sql::BootRowIds row_ids(*engine);
  row_ids.Claim();
  std::unique_ptr<cluster::Membership> members = Join(config, *engine, clock, network.port());
  auto jobs = std::make_unique<jobs::Runner>(*engine, catalogs, clock, members.get());
  session::RoleSessions role_sessions;
  session::SessionFactory sessions({*engine, catalogs, oids, sequences, row_ids, clock, random, profile,
                                    members.get(), jobs.get(), &role_sessions});
  SetAdminPassword(config, network_config, *engine, catalogs, clock, random);
  network.Start(sessions);
  spdlog::info("ordinal {} ready: profile {}, {}:{}{}", ORDINAL_VERSION, profile.name, config.host,
               network.port(), network.socket_path().empty() ? "" : " and " + network.socket_path());
  int signal = signals.Wait();
  while (signal == SIGHUP) {
    ReloadCertificate(config, network);
    signal = signals.Wait();
  }
  spdlog::info("stopping on signal {}", signal);
  if (const std::size_t left = network.Stop(kStopGrace); left > 0) {
    // Threads are still inside sessions: nothing may be destroyed. What was acknowledged is durable.
    spdlog::error("{} sessions did not end; leaving at once", left);
    std::_Exit(1);
  }
  jobs.reset();
  members.reset();
  sequences.Stop();
  engine->Close();
  spdlog::info("stopped");
  return 0;
}

}  // namespace ordinal::server
