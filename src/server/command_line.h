// Reads the command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ordinal::server {

enum class Store : std::uint8_t { kRocksdb, kMemory };

// Holds what `ordinal serve` was told.
struct ServeConfig {
  std::string data_directory = "./data";
  Store store = Store::kRocksdb;
  std::string profile = "aurora_dsql";
  std::string host = "127.0.0.1";
  std::uint16_t port = 5432;
  std::string socket_directory = "/tmp";  // empty for no Unix-domain socket
  std::size_t connections_max = 1000;
  int spin_micros = 50;
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
