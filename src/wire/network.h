// Listens for clients and runs their connections until it is stopped.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/random.h"
#include "session/endpoint.h"
#include "wire/authentication.h"
#include "wire/limits.h"

namespace ordinal::wire {

class TlsContext;

struct NetworkConfig {
  // An address or "localhost".
  std::string host = "127.0.0.1";
  // How clients prove who they are, by the address that they come to. Anything but kTrust needs `accounts`.
  AuthMethod tcp_auth = AuthMethod::kTrust;
  AuthMethod unix_auth = AuthMethod::kTrust;
  const auth::Accounts* accounts = nullptr;
  // True when clients that come by TCP must encrypt.
  bool require_tls = false;
  std::uint16_t port = 5432;  // 0 lets the system choose
  // Where the Unix-domain socket .s.PGSQL.<port> is made. Empty for none.
  std::string socket_directory = "/tmp";
  int loops = 0;  // 0 for one a core
  int workers = 16;
  // Statements that may wait for a worker. Beyond it a connection is closed with 53300.
  std::size_t worker_queue_max = 1024;
  std::size_t connections_max = 1000;
  std::size_t message_bytes_max = kMessageBytesMax;
  // Within this time a client must have sent its startup packet.
  std::chrono::milliseconds startup_timeout = kStartupTimeout;
  // How long a lone connection polls before it blocks. Zero for not at all, as on a machine with one core.
  std::chrono::microseconds spin_time = kSpinTime;
  // Hears how many connections are at work, as a hint: 1, or any larger number. Called on event loops; must
  // not block.
  std::function<void(int)> on_active_connections;
};

// One event loop a core owns connections, a worker pool runs what is long. The header hides asio.
class Network {
 public:
  // `random` must outlive the network.
  Network(NetworkConfig config, base::RandomSource& random);
  // Stops at once. REQUIRES that every statement still running ends by itself when it is cancelled.
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // Takes the addresses; who connects waits until Start. Errors: 58030 `could not bind 127.0.0.1:5432:
  // Address already in use`, 22023 for what is no address. Called once.
  void Bind();
  // The certificate for connections that begin from here on; without one TLS is refused. From any thread.
  void UseCertificate(std::shared_ptr<const TlsContext> context);
  // Serves connections from here on and returns. `factory` must live until Stop has returned zero. Called
  // once, after Bind.
  void Start(session::EndpointFactory& factory);

  // Stops accepting, asks every session to end with 57P01 and waits for that; after `grace` statements are
  // cancelled and connections cut. Returns the number of sessions that would not end even so: if it is not
  // zero, their threads are still inside the factory's endpoints, and the process must leave without
  // destroying anything.
  std::size_t Stop(std::chrono::milliseconds grace);

  // The port in use, after Bind.
  std::uint16_t port() const;
  // The path of the Unix-domain socket; empty when there is none.
  const std::string& socket_path() const;
  std::size_t session_count() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ordinal::wire
