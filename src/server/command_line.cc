#include "server/command_line.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <string_view>

#include "kv/etcd/etcd_engine.h"

namespace ordinal::server {
namespace {

constexpr char kExamples[] =
    "Example:\n"
    "  ordinal serve --data ./data --listen 127.0.0.1:5432\n"
    "  psql -h 127.0.0.1 -p 5432 -U admin postgres\n";

// Splits HOST:PORT; an IPv6 address stands in brackets. Returns an explanation when it is neither, as CLI11
// wants it.
std::string SplitAddress(const std::string& address, std::string& host, std::uint16_t& port) {
  const std::size_t colon = address.rfind(':');
  std::string explanation = "expected HOST:PORT, such as 127.0.0.1:5432 or [::1]:5432, not '" + address + "'";
  if (colon == std::string::npos || colon == 0) return explanation;
  std::string_view name = std::string_view(address).substr(0, colon);
  if (name.front() == '[' && name.back() == ']') {
    name = name.substr(1, name.size() - 2);
  } else if (name.find(':') != std::string_view::npos) {
    return explanation;
  }
  const char* const end = address.data() + address.size();
  const auto [rest, error] = std::from_chars(address.data() + colon + 1, end, port);
  if (error != std::errc() || rest != end) return explanation;
  host = name;
  return {};
}

void AddStoreOptions(CLI::App& serve, ServeConfig& config) {
  serve.add_option("--store-user", config.store_user, "User name for etcd")->option_text("NAME");
  serve
      .add_option("--store-password-file", config.store_password_file,
                  "File with the password of --store-user")
      ->option_text("FILE");
  serve
      .add_option("--store-ca", config.store_ca_file,
                  "Authorities that etcd's certificate must come from, PEM")
      ->option_text("FILE");
  serve.add_option("--store-cert", config.store_cert_file, "Certificate that this node shows to etcd, PEM")
      ->option_text("FILE");
  serve.add_option("--store-key", config.store_key_file, "Key of --store-cert, PEM")->option_text("FILE");
  serve
      .add_option("--store-timeout", config.store_timeout_seconds,
                  "How many seconds a call of etcd is repeated before a statement fails")
      ->check(CLI::Range(1, 600))
      ->option_text("SECONDS [10]");
  serve
      .add_option("--node-lease", config.node_lease_seconds,
                  "After how many seconds of silence the other nodes no longer wait for this one")
      ->check(CLI::Range(2, 3'600))
      ->option_text("SECONDS [10]");
  serve.add_option("--node-address", config.node_address, "Address of this node that sys.nodes shows")
      ->option_text("HOST:PORT");
}

void AddSecurityOptions(CLI::App& serve, ServeConfig& config) {
  serve
      .add_option(
          "--auth", config.auth,
          "How clients prove who they are: trust, scram-sha-256, or password, which sends it in clear and "
          "wants TLS. Unless said: trust on a loopback address and the Unix-domain socket, else "
          "scram-sha-256")
      ->check(CLI::IsMember({"trust", "scram-sha-256", "password"}))
      ->option_text("METHOD");
  serve
      .add_option("--admin-password-file", config.admin_password_file,
                  "File with the first password of admin, used while admin has none; or set "
                  "ORDINAL_ADMIN_PASSWORD")
      ->option_text("FILE");
  serve
      .add_option("--tls-cert", config.tls_certificate_file,
                  "Certificate that clients are shown, PEM, with its chain; SIGHUP reads it again")
      ->option_text("FILE");
  serve.add_option("--tls-key", config.tls_key_file, "Key of --tls-cert, PEM")->option_text("FILE");
  serve.add_flag("--require-tls", config.require_tls, "Refuse connections by TCP that are not encrypted");
}

void AddServeOptions(CLI::App& serve, ServeConfig& config) {
  // Scripts put their defaults first and what they were given after.
  serve.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  serve.add_option("--data", config.data_directory, "Directory of the database, made when it is not there")
      ->option_text("DIR [./data]");
  serve
      .add_option_function<std::string>(
          "--listen",
          [&config](const std::string& address) {
            const std::string complaint = SplitAddress(address, config.host, config.port);
            if (!complaint.empty()) throw CLI::ValidationError("--listen", complaint);
          },
          "Address and port to listen on; port 0 takes any free one")
      ->option_text("HOST:PORT [127.0.0.1:5432]");
  serve.add_option("--profile", config.profile, "Rules that sessions begin with: aurora_dsql or postgresql")
      ->check(CLI::IsMember({"aurora_dsql", "postgresql"}))
      ->option_text("NAME [aurora_dsql]");
  serve
      .add_option_function<std::string>(
          "--store",
          [&config](const std::string& name) {
            if (name == "rocksdb" || name == "memory") {
              config.store = name == "memory" ? Store::kMemory : Store::kRocksdb;
            } else if (kv::IsStoreUrl(name)) {
              config.store = Store::kEtcd;
              config.store_url = name;
            } else {
              throw CLI::ValidationError(
                  "--store",
                  "expected rocksdb, memory, etcd://HOST:PORT,... or etcds://, not '" + name + "'");
            }
          },
          "Where data is kept: rocksdb; memory, which forgets at exit; or "
          "etcd://HOST:PORT[,HOST:PORT...][/PREFIX], "
          "which any number of nodes share (etcds:// with TLS)")
      ->option_text("NAME|URL [rocksdb]");
  AddStoreOptions(serve, config);
  AddSecurityOptions(serve, config);
  serve
      .add_option("--socket-dir", config.socket_directory,
                  "Directory of the Unix-domain socket; an empty name for none")
      ->option_text("DIR [/tmp]");
  serve.add_option("--connections-max", config.connections_max, "Sessions that may be open at once")
      ->check(CLI::Range(1, 100'000))
      ->option_text("N [1000]");
  serve
      .add_option("--spin-micros", config.spin_micros,
                  "How long a client that is alone is polled before the server sleeps; 0 for never")
      ->check(CLI::Range(0, 10'000))
      ->option_text("N [50]");
  serve
      .add_option("--large-commit-bytes", config.large_commit_bytes,
                  "From which size on a commit is written to table files of its own and not to the log")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 40))
      ->option_text("BYTES [8388608]");
  serve.add_option("--log-level", config.log_level, "What goes to stderr: debug, info, warn or error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->option_text("LEVEL [info]");
}

std::string OneLine(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

}  // namespace

CommandLine ParseCommandLine(int argc, const char* const* argv, const std::string& version) {
  CLI::App app("Ordinal, an SQL database that speaks the PostgreSQL protocol.", "ordinal");
  app.set_version_flag("--version", "ordinal " + version, "Print the version and exit");
  app.set_help_flag("--help,-h", "Print this help and exit");
  app.footer(kExamples);
  app.require_subcommand(1);
  ServeConfig config;
  CLI::App& serve = *app.add_subcommand("serve", "Run a server in the foreground, until SIGTERM or SIGINT");
  serve.set_help_flag("--help,-h", "Print this help and exit");
  AddServeOptions(serve, config);

  CommandLine result;
  try {
    app.parse(argc, argv);
    result.serve = std::move(config);
  } catch (const CLI::CallForVersion& call) {
    result.output = std::string(call.what()) + "\n";
  } catch (const CLI::CallForHelp&) {
    result.output = app.help();
  } catch (const CLI::ParseError& error) {
    result.error = "ordinal: " + OneLine(error.what()) + " (see ordinal --help)";
    result.exit_status = 1;
  }
  return result;
}

}  // namespace ordinal::server
