// Opens an engine that keeps everything in etcd (3.4 and newer), where any number of processes share it.
//
// It is remote and not exclusive. A snapshot is a revision that a linearizable read returned, together with
// the catalog revision; reads and scans ask for that revision. A commit is one transaction of etcd: guards
// are its compares, writes and touches its puts. README.md has the layout of the keys, the protocol that
// settles commits of unknown fate, and what etcd must allow (--max-txn-ops, --max-request-bytes, compaction).
//
// Errors, from calls that read and from CommitResult::error:
//   40001  the snapshot has been compacted away
//   08006  no endpoint answered in time
//   28000  etcd refused the user or its permissions; 28P01 the password
//   53000  etcd has too many requests to do
//   53100  etcd's space quota is used up
//   54000  the transaction has more operations or bytes than etcd allows
//   58030  any other failure of etcd
// A commit of unknown fate is Outcome::kUnknown with 08007.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kv/engine.h"

namespace ordinal::kv {

struct EtcdOptions {
  std::vector<std::string> endpoints;  // HOST:PORT
  std::string prefix = "ordinal/";     // of all keys in etcd
  std::string user;                    // empty: etcd asks for none
  std::string password;
  bool tls = false;
  std::string ca_file;    // PEM; empty: the system's authorities
  std::string cert_file;  // PEM, with key_file: the client's certificate
  std::string key_file;
  // How long a call is repeated before it fails, and how long one endpoint may take before the next one is
  // asked.
  std::chrono::milliseconds timeout{10'000};
  std::chrono::milliseconds attempt_timeout{2'000};
};

// Reads `etcd://[USER[:PASSWORD]@]HOST:PORT[,HOST:PORT...][/PREFIX]`; `etcds://` asks for TLS. Throws 22023
// for anything else.
EtcdOptions ParseStoreUrl(const std::string& url);
// True when `url` begins as ParseStoreUrl demands.
bool IsStoreUrl(const std::string& url);

// Connects, and makes the store ready when it is new. `clock` outlives the engine. Throws the errors above,
// and 0A000 when a newer version wrote the store.
std::unique_ptr<Engine> OpenEtcd(const EtcdOptions& options, const base::Clock& clock);

}  // namespace ordinal::kv
