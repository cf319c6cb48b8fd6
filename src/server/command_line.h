// Reads the command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ordinal::server {

enum class Store : std::uint8_t { kRocksdb, kMemory, kEtcd };

// Holds what `ordinal serve` was told.
struct ServeConfig {
  std::string data_directory = "./data";
  Store store = Store::kRocksdb;
  std::string store_url;  // with Store::kEtcd
  std::string store_user;
  std::string store_password_file;
  std::string store_ca_file;
  std::string store_cert_file;
  std::string store_key_file;
  int store_timeout_seconds = 10;
  int node_lease_seconds = 10;
  std::string node_address;  // empty: where the node listens
  std::string profile = "aurora_dsql";
  std::string host = "127.0.0.1";
  std::uint16_t port = 5432;
  std::string socket_directory = "/tmp";  // empty for no Unix-domain socket
  // How clients prove who they are; empty: trust on loopback and the Unix-domain socket, else scram-sha-256.
  std::string auth;
  std::string admin_password_file;
  std::string tls_certificate_file;
  std::string tls_key_file;
  bool require_tls = false;
  std::size_t connections_max = 1000;
  int spin_micros = 50;
  std::size_t large_commit_bytes = std::size_t{8} << 20;  // with Store::kRocksdb
  std::string log_level = "info";
};

// Says what the process shall do: serve, or print a text and leave.
struct CommandLine {
  std::optional<ServeConfig> serve;
  std::string output;  // for stdout: help or version
  std::string error;   // for stderr: one line
  int exit_status = 0;
};

// Never throws for what a user typed. `version` is what --version shows.
CommandLine ParseCommandLine(int argc, const char* const* argv, const std::string& version);

}  // namespace ordinal::server
