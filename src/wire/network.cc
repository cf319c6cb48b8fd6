#include "wire/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <asio/post.hpp>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "wire/connection.h"
#include "wire/hub.h"
#include "wire/listener.h"

namespace ordinal::wire {
namespace {

// How long cut connections may take to leave their endpoints.
constexpr std::chrono::milliseconds kCutPatience{2000};

int LoopCount(int configured) {
  if (configured > 0) return configured;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

class Network::Impl {
 public:
  Impl(NetworkConfig config, base::RandomSource& random) : config_(std::move(config)), hub_(config_, random) {
    for (int i = LoopCount(config_.loops); i > 0; --i) loops_.push_back(std::make_shared<EventLoop>());
    // A thread that polls keeps a lone core from the client that it waits for.
    if (std::thread::hardware_concurrency() < 2) config_.spin_time = std::chrono::microseconds(0);
  }

  ~Impl() {
    Stop(std::chrono::milliseconds(0));
    for (const auto& loop : loops_) loop->Abandon();
  }

  void Bind() {
    const asio::ip::address address = ParseAddress(config_.host);
    tcp_ = std::make_unique<Listener>(loops_, hub_);
    port_ = tcp_->BindTcp(asio::ip::tcp::endpoint(address, config_.port));
    if (!config_.socket_directory.empty()) {
      socket_path_ = fmt::format("{}/.s.PGSQL.{}", config_.socket_directory, port_);
      unix_ = std::make_unique<Listener>(loops_, hub_);
      unix_->BindUnix(socket_path_);
    }
  }

  void UseCertificate(std::shared_ptr<const TlsContext> context) { hub_.tls.Use(std::move(context)); }

  void Start(session::EndpointFactory& factory) {
    hub_.factory = &factory;
    if (unix_) unix_->Accept();
    tcp_->Accept();
    running_ = true;
    for (const auto& loop : loops_) loop->Start();
  }

  std::size_t Stop(std::chrono::milliseconds grace) {
    if (!std::exchange(running_, false)) return 0;
    hub_.stopping = true;
    CloseListeners();
    hub_.registry.ShutdownAll();
    for (const auto& connection : hub_.connections.All()) connection->EndPolitely();
    if (!hub_.connections.WaitUntilEmpty(grace)) {
      hub_.registry.CancelAll();
      for (const auto& connection : hub_.connections.All()) connection->Cut();
      hub_.connections.WaitUntilEmpty(kCutPatience);
    }
    const std::size_t left = hub_.connections.size();
    if (left > 0) return left;
    for (const auto& loop : loops_) loop->Finish();
    hub_.workers.Stop();
    return 0;
  }

  std::uint16_t port() const { return port_; }
  const std::string& socket_path() const { return socket_path_; }
  std::size_t session_count() const { return hub_.registry.size(); }

 private:
  // Returns when no connection can be added any more.
  void CloseListeners() {
    std::promise<void> closed;
    asio::post(loops_.front()->io(), [&] {
      tcp_->Close();
      if (unix_) unix_->Close();
      closed.set_value();
    });
    closed.get_future().wait();
  }

  NetworkConfig config_;
  Listener::Loops loops_;
  Hub hub_;
  std::unique_ptr<Listener> tcp_;
  std::unique_ptr<Listener> unix_;
  std::uint16_t port_ = 0;
  std::string socket_path_;
  bool running_ = false;
};

Network::Network(NetworkConfig config, base::RandomSource& random)
    : impl_(std::make_unique<Impl>(std::move(config), random)) {}

Network::~Network() = default;

void Network::Bind() { impl_->Bind(); }
void Network::UseCertificate(std::shared_ptr<const TlsContext> context) {
  impl_->UseCertificate(std::move(context));
}
void Network::Start(session::EndpointFactory& factory) { impl_->Start(factory); }
std::size_t Network::Stop(std::chrono::milliseconds grace) { return impl_->Stop(grace); }
std::uint16_t Network::port() const { return impl_->port(); }
const std::string& Network::socket_path() const { return impl_->socket_path(); }
std::size_t Network::session_count() const { return impl_->session_count(); }

}  // namespace ordinal::wire
