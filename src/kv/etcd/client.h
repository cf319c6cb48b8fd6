// Calls etcd: one channel for each endpoint, a current endpoint that changes when it fails, authentication,
// time-outs, and repetition of calls that may be repeated.
//
// Safe from any thread. Callbacks run on threads of gRPC, or on the caller's before a call returns; they must
// not block.
#pragma once

#include <grpcpp/client_context.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kv/etcd/completion_pump.h"
#include "kv/etcd/etcd.grpc.pb.h"
#include "kv/etcd/etcd_engine.h"
#include "kv/etcd/store_failure.h"

namespace ordinal::kv {

namespace etcd = ::etcdserverpb;

// One member as this node reaches it.
struct Endpoint {
  std::string address;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<etcd::KV::Stub> kv;
  std::unique_ptr<etcd::Lease::Stub> lease;
  std::unique_ptr<etcd::Watch::Stub> watch;
  std::unique_ptr<etcd::Auth::Stub> auth;
};

template <typename Response>
struct Answer {
  std::optional<base::Error> error;  // then `response` is empty
  Response response;
};

class Client {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Client(const EtcdOptions& options);
  // Waits for calls under way.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Calls until there is an answer or the time is up. For requests that may have their effect more than once.
  template <typename Request, typename Response>
  void Call(Request request, std::function<void(Answer<Response>)> done);
  // As Call, and waits. Throws what went wrong.
  template <typename Response, typename Request>
  Response CallAndWait(Request request);

  // One attempt at one endpoint, with the time one attempt may take, but not beyond `deadline`. The objects
  // that `request` and `response` point to live until `done` has been called.
  void AttemptTxn(const etcd::TxnRequest* request, etcd::TxnResponse* response, Clock::time_point deadline,
                  std::function<void(std::optional<StoreFailure>)> done) {
    Attempt(request, response, deadline, std::move(done));
  }

  // Fetches a token and calls back with what went wrong, if anything.
  void Authenticate(std::function<void(std::optional<StoreFailure>)> done);

  // Calls back after a time that grows with `attempt`, with jitter; at once for the first that failed because
  // one endpoint did.
  void BackOff(int attempt, std::function<void()> resume);

  Clock::time_point Deadline() const { return Clock::now() + options_.timeout; }
  const EtcdOptions& options() const { return options_; }
  // For streams, which their owners repeat: prepares a context with the token of the day.
  Endpoint& current();
  void Authorize(grpc::ClientContext& context);
  void LeaveEndpoint(const Endpoint& endpoint);

  std::uint64_t round_trips() const { return round_trips_.load(std::memory_order_relaxed); }
  // Blocks until the calls under way have ended.
  void Drain();

 private:
  template <typename Request, typename Response>
  struct Repeated;

  template <typename Request, typename Response>
  void Attempt(const Request* request, Response* response, Clock::time_point deadline,
               std::function<void(std::optional<StoreFailure>)> done);
  template <typename Request, typename Response>
  void Repeat(std::shared_ptr<Repeated<Request, Response>> call);
  void EndCall();

  const EtcdOptions options_;
  std::vector<Endpoint> endpoints_;
  std::atomic<std::size_t> current_{0};
  std::atomic<std::uint64_t> round_trips_{0};

  std::mutex mutex_;  // guards the two below
  std::condition_variable call_ended_;
  int calls_under_way_ = 0;
  std::mutex token_mutex_;  // guards token_
  std::string token_;
  CompletionPump pump_;
};

}  // namespace ordinal::kv

#include "kv/etcd/client_calls.h"
