// Accepts connections on a TCP address and on a Unix-domain socket.
#pragma once

#include <asio/basic_socket_acceptor.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "wire/connection.h"
#include "wire/event_loop.h"

namespace ordinal::wire {

// Listens on one address. Its events run on the first loop; accepted sockets go to the loop with the fewest
// connections.
class Listener {
 public:
  using Loops = std::vector<std::shared_ptr<EventLoop>>;

  // `loops` and `hub` must outlive the listener.
  Listener(const Loops& loops, Hub& hub);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Binds to a TCP address and returns the port. Errors: 58030 `could not bind 127.0.0.1:5432: Address
  // already in use`.
  std::uint16_t BindTcp(const asio::ip::tcp::endpoint& endpoint);
  // Binds to a path. A socket file that a dead server left behind is replaced; errors: 58030 when a live
  // server or anything else is there. The file goes away with the listener.
  void BindUnix(const std::string& path);

  void Accept();
  // Stops accepting. Must run on the first loop, or when no loop runs.
  void Close();

 private:
  using Protocol = asio::generic::stream_protocol;

  void Bind(const Protocol::endpoint& endpoint, const std::string& name);
  void OnAccept(const std::shared_ptr<EventLoop>& loop, const asio::error_code& error,
                Connection::Socket socket);
  const std::shared_ptr<EventLoop>& EmptiestLoop() const;

  const Loops& loops_;
  Hub& hub_;
  asio::basic_socket_acceptor<Protocol> acceptor_;
  asio::steady_timer back_off_;
  bool tcp_ = false;
  std::string path_;  // of the socket file, once it is ours
};

// Reads a host name as NetworkConfig takes it. Errors: 22023 for what is no address.
asio::ip::address ParseAddress(const std::string& host);

}  // namespace ordinal::wire
