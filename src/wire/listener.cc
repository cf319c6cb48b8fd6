#include "wire/listener.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <asio/local/stream_protocol.hpp>
#include <utility>

#include "base/error.h"

namespace ordinal::wire {
namespace {

base::Error CannotBind(const std::string& name, const std::string& reason) {
  return base::Error(base::sqlstate::kIoError, fmt::format("could not bind {}: {}", name, reason));
}

// Clears the way for a socket file, unless somebody serves there.
void RemoveStaleSocket(asio::io_context& io, const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) throw CannotBind(path, "a file that is not a socket is in the way");
  asio::local::stream_protocol::socket probe(io);
  asio::error_code error;
  probe.connect(asio::local::stream_protocol::endpoint(path), error);
  if (!error) throw CannotBind(path, "another server is listening there");
  if (error != asio::error::connection_refused) throw CannotBind(path, error.message());
  ::unlink(path.c_str());
}

}  // namespace

Listener::Listener(const Loops& loops, Hub& hub)
    : loops_(loops), hub_(hub), acceptor_(loops.front()->io()), back_off_(loops.front()->io()) {}

Listener::~Listener() { Close(); }

std::uint16_t Listener::BindTcp(const asio::ip::tcp::endpoint& endpoint) {
  tcp_ = true;
  const std::string host = endpoint.address().to_string();
  const std::string shown = endpoint.address().is_v6() ? fmt::format("[{}]", host) : host;
  Bind(endpoint, fmt::format("{}:{}", shown, endpoint.port()));
  asio::ip::tcp::endpoint bound;
  const auto local = acceptor_.local_endpoint();
  std::memcpy(bound.data(), local.data(), local.size());
  return bound.port();
}

void Listener::BindUnix(const std::string& path) {
  if (path.size() >= sizeof(sockaddr_un{}.sun_path)) {
    throw CannotBind(path, fmt::format("the path of a Unix-domain socket has at most {} bytes",
                                       sizeof(sockaddr_un{}.sun_path) - 1));
  }
  RemoveStaleSocket(loops_.front()->io(), path);
  Bind(asio::local::stream_protocol::endpoint(path), path);
  path_ = path;
  // As in PostgreSQL: who may connect is decided by authentication, not by the file.
  ::chmod(path.c_str(), 0777);
}

void Listener::Bind(const Protocol::endpoint& endpoint, const std::string& name) {
  asio::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error && tcp_) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) throw CannotBind(name, error.message());
}

const std::shared_ptr<EventLoop>& Listener::EmptiestLoop() const {
  return *std::min_element(loops_.begin(), loops_.end(), [](const auto& a, const auto& b) {
    return a->connections().load(std::memory_order_relaxed) <
           b->connections().load(std::memory_order_relaxed);
  });
}

void Listener::Accept() {
  const std::shared_ptr<EventLoop>& loop = EmptiestLoop();
  acceptor_.async_accept(loop->io(), [this, &loop](const asio::error_code& error, Connection::Socket socket) {
    OnAccept(loop, error, std::move(socket));
  });
}

void Listener::OnAccept(const std::shared_ptr<EventLoop>& loop, const asio::error_code& error,
                        Connection::Socket socket) {
  if (!acceptor_.is_open()) return;
  if (error) {
    spdlog::warn("could not accept a connection: {}", error.message());
    back_off_.expires_after(kAcceptBackOff);
    back_off_.async_wait([this](const asio::error_code& cancelled) {
      if (!cancelled) Accept();
    });
    return;
  }
  if (hub_.connections.size() < hub_.config.connections_max + kHalfOpenMax) {
    asio::error_code ignored;
    socket.non_blocking(true, ignored);
    if (tcp_) {
      socket.set_option(asio::ip::tcp::no_delay(true), ignored);
      socket.set_option(asio::socket_base::keep_alive(true), ignored);
    }
    std::make_shared<Connection>(loop, std::move(socket), hub_, tcp_)->Open();
  }
  Accept();
}

void Listener::Close() {
  asio::error_code ignored;
  acceptor_.close(ignored);
  back_off_.cancel();
  if (!path_.empty()) ::unlink(std::exchange(path_, std::string()).c_str());
}

asio::ip::address ParseAddress(const std::string& host) {
  if (host == "localhost") return asio::ip::address_v4::loopback();
  asio::error_code error;
  asio::ip::address address = asio::ip::make_address(host, error);
  if (error) {
    throw base::Error(base::sqlstate::kInvalidParameterValue,
                      fmt::format("cannot listen on \"{}\": it is no address", host));
  }
  return address;
}

}  // namespace ordinal::wire
