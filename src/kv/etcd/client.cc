#include "kv/etcd/client.h"

#include <grpcpp/alarm.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <fstream>
#include <iterator>
#include <random>

namespace ordinal::kv {
namespace {

constexpr int kReconnectMillisMin = 100;
constexpr int kReconnectMillisMax = 1'000;
// etcd refuses pings that come more often than every five seconds.
constexpr int kPingMillis = 10'000;
constexpr int kPingTimeoutMillis = 3'000;
constexpr int kBackOffMillisMin = 10;
constexpr int kBackOffMillisMax = 500;

std::string ReadFile(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw base::Error(base::sqlstate::kInvalidParameterValue, "cannot read the file \"" + path + "\"");
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const EtcdOptions& options) {
  if (!options.tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ReadFile(options.ca_file);
  tls.pem_cert_chain = ReadFile(options.cert_file);
  tls.pem_private_key = ReadFile(options.key_file);
  return grpc::SslCredentials(tls);
}

grpc::ChannelArguments ArgumentsOf(int index) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMillisMin);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectMillisMin);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMillisMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingMillis);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingTimeoutMillis);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt("ordinal.endpoint", index);
  return arguments;
}

int RandomBelow(int bound) {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_int_distribution<int>(0, bound - 1)(generator);
}

}  // namespace

Client::Client(const EtcdOptions& options) : options_(options) {
  const auto credentials = CredentialsOf(options);
  for (const std::string& address : options.endpoints) {
    Endpoint endpoint;
    endpoint.address = address;
    endpoint.channel =
        grpc::CreateCustomChannel(address, credentials, ArgumentsOf(static_cast<int>(endpoints_.size())));
    endpoint.kv = etcd::KV::NewStub(endpoint.channel);
    endpoint.lease = etcd::Lease::NewStub(endpoint.channel);
    endpoint.watch = etcd::Watch::NewStub(endpoint.channel);
    endpoint.auth = etcd::Auth::NewStub(endpoint.channel);
    endpoints_.push_back(std::move(endpoint));
  }
  // Nodes spread over the members.
  current_ = static_cast<std::size_t>(RandomBelow(static_cast<int>(endpoints_.size())));
}

Client::~Client() { Drain(); }

Endpoint& Client::current() { return endpoints_[current_.load(std::memory_order_relaxed)]; }

void Client::LeaveEndpoint(const Endpoint& endpoint) {
  std::size_t index = static_cast<std::size_t>(&endpoint - endpoints_.data());
  current_.compare_exchange_strong(index, (index + 1) % endpoints_.size());
}

void Client::Authorize(grpc::ClientContext& context) {
  const std::lock_guard lock(token_mutex_);
  if (!token_.empty()) context.AddMetadata("token", token_);
}

void Client::Authenticate(std::function<void(std::optional<StoreFailure>)> done) {
  struct State {
    etcd::AuthenticateRequest request;
    etcd::AuthenticateResponse response;
  };
  auto state = std::make_shared<State>();
  state->request.set_name(options_.user);
  state->request.set_password(options_.password);
  {
    // A call that carries an ended token is refused, this one too.
    const std::lock_guard lock(token_mutex_);
    token_.clear();
  }
  Attempt(&state->request, &state->response, Deadline(),
          [this, state, done = std::move(done)](std::optional<StoreFailure> failure) {
            if (!failure) {
              const std::lock_guard lock(token_mutex_);
              token_ = state->response.token();
            }
            done(std::move(failure));
          });
}

void Client::BackOff(int attempt, std::function<void()> resume) {
  if (attempt <= 1 && endpoints_.size() > 1) return resume();
  const int bound = std::min(kBackOffMillisMax, kBackOffMillisMin << std::min(attempt, 10));
  const auto pause = std::chrono::milliseconds(bound / 2 + RandomBelow(bound / 2 + 1));
  {
    const std::lock_guard lock(mutex_);
    ++calls_under_way_;
  }
  auto alarm = std::make_shared<grpc::Alarm>();
  const auto wake = [this, alarm, resume = std::move(resume)](bool) {
    resume();
    EndCall();
  };
  alarm->Set(&pump_.queue(), std::chrono::system_clock::now() + pause, CompletionPump::Tag(wake));
}

void Client::EndCall() {
  const std::lock_guard lock(mutex_);
  if (--calls_under_way_ == 0) call_ended_.notify_all();
}

void Client::Drain() {
  std::unique_lock lock(mutex_);
  call_ended_.wait(lock, [this] { return calls_under_way_ == 0; });
}

}  // namespace ordinal::kv
