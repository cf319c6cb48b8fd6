// Puts load on etcd itself, as the measure of what stands on it, and prints one line of JSON.
//
//   etcd_load put --endpoints HOST:PORT,... --clients N --seconds S     each client puts one new key after
//   another etcd_load swap --endpoints ...      each client moves the same key on by compare-and-swap; lost
//   races are no operations
//
// Clients are spread over the endpoints; each has one request under way at any time. One thread drives them
// all.
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kv/etcd/etcd.grpc.pb.h"

namespace {

namespace etcd = ::etcdserverpb;
using Clock = std::chrono::steady_clock;

struct Tally {
  std::vector<std::uint32_t> micros;  // of each operation that succeeded
  std::uint64_t lost = 0;             // races
  std::uint64_t failed = 0;           // calls
  std::string message;                // of the first that failed
};

// Repeats one operation, of which one call is under way at any time. Is its own tag in the completion queue.
class Client {
 public:
  Client(etcd::KV::Stub& stub, grpc::CompletionQueue& queue, Tally& tally)
      : stub_(stub), queue_(queue), tally_(tally) {}
  virtual ~Client() = default;

  void Begin() {
    begun_ = Clock::now();
    Send();
  }

  // Takes the answer in. True when the operation is over and the next one may begin.
  bool Land() {
    if (!status_.ok()) {
      if (tally_.failed++ == 0) tally_.message = status_.error_message();
      return true;
    }
    if (!Succeeded()) {
      ++tally_.lost;
      return false;
    }
    const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun_);
    tally_.micros.push_back(static_cast<std::uint32_t>(elapsed.count()));
    return true;
  }

  virtual void Send() = 0;

 protected:
  virtual bool Succeeded() = 0;

  // Gives each call a context of its own, as gRPC demands.
  grpc::ClientContext& Fresh() {
    context_.emplace();
    context_->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    return *context_;
  }

  etcd::KV::Stub& stub_;
  grpc::CompletionQueue& queue_;
  grpc::Status status_;

 private:
  Tally& tally_;
  std::optional<grpc::ClientContext> context_;
  Clock::time_point begun_;
};

class Putter final : public Client {
 public:
  Putter(etcd::KV::Stub& stub, grpc::CompletionQueue& queue, Tally& tally, std::string prefix,
         std::string value)
      : Client(stub, queue, tally), prefix_(std::move(prefix)) {
    request_.set_value(std::move(value));
  }

  void Send() override {
    request_.set_key(prefix_ + std::to_string(++count_));
    call_ = stub_.AsyncPut(&Fresh(), request_, &queue_);
    call_->Finish(&response_, &status_, this);
  }

 private:
  bool Succeeded() override { return true; }

  const std::string prefix_;
  std::uint64_t count_ = 0;
  etcd::PutRequest request_;
  etcd::PutResponse response_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<etcd::PutResponse>> call_;
};

// A lost race brings the revision to compare next in the same answer, so it costs no read.
class Swapper final : public Client {
 public:
  Swapper(etcd::KV::Stub& stub, grpc::CompletionQueue& queue, Tally& tally, const std::string& key,
          const std::string& value)
      : Client(stub, queue, tally) {
    etcd::Compare& compare = *request_.add_compare();
    compare.set_result(etcd::Compare::EQUAL);
    compare.set_target(etcd::Compare::MOD);
    compare.set_key(key);
    etcd::PutRequest& put = *request_.add_success()->mutable_request_put();
    put.set_key(key);
    put.set_value(value);
    request_.add_failure()->mutable_request_range()->set_key(key);
  }

  void Send() override {
    request_.mutable_compare(0)->set_mod_revision(revision_);
    call_ = stub_.AsyncTxn(&Fresh(), request_, &queue_);
    call_->Finish(&response_, &status_, this);
  }

 private:
  bool Succeeded() override {
    if (response_.succeeded()) {
      revision_ = response_.header().revision();
      return true;
    }
    const etcd::RangeResponse& found = response_.responses(0).response_range();
    revision_ = found.kvs().empty() ? 0 : found.kvs(0).mod_revision();
    return false;
  }

  std::int64_t revision_ = 0;  // 0: the key is absent
  etcd::TxnRequest request_;
  etcd::TxnResponse response_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<etcd::TxnResponse>> call_;
};

struct Options {
  bool swaps = false;
  std::vector<std::string> endpoints;
  int clients = 1;
  double seconds = 1;
  std::size_t value_bytes = 64;
  std::string prefix = "bench/";
};

std::vector<std::unique_ptr<etcd::KV::Stub>> Connect(const std::vector<std::string>& endpoints) {
  std::vector<std::unique_ptr<etcd::KV::Stub>> stubs;
  for (const std::string& endpoint : endpoints) {
    const auto channel = grpc::CreateChannel(endpoint, grpc::InsecureChannelCredentials());
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) {
      std::fprintf(stderr, "etcd_load: %s does not answer\n", endpoint.c_str());
      std::exit(1);
    }
    stubs.push_back(etcd::KV::NewStub(channel));
  }
  return stubs;
}

// Runs all clients for the time, and then waits for the calls under way. Returns the seconds that it took.
double Run(const std::vector<std::unique_ptr<Client>>& clients, grpc::CompletionQueue& queue,
           double seconds) {
  const Clock::time_point begin = Clock::now();
  const Clock::time_point end =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  for (const auto& client : clients) client->Begin();
  std::size_t under_way = clients.size();
  void* tag = nullptr;
  bool ok = false;
  while (under_way > 0 && queue.Next(&tag, &ok)) {
    auto* client = static_cast<Client*>(tag);
    const bool is_over = client->Land();
    if (Clock::now() >= end) {
      --under_way;
    } else if (is_over) {
      client->Begin();
    } else {
      client->Send();
    }
  }
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::uint32_t Quantile(std::vector<std::uint32_t>& micros, double share) {
  if (micros.empty()) return 0;
  const auto at =
      micros.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(micros.size() - 1));
  std::nth_element(micros.begin(), at, micros.end());
  return *at;
}

void Measure(const Options& options) {
  const auto stubs = Connect(options.endpoints);
  grpc::CompletionQueue queue;
  Tally tally;
  const std::string value(options.value_bytes, 'x');
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < options.clients; ++i) {
    etcd::KV::Stub& stub = *stubs[static_cast<std::size_t>(i) % stubs.size()];
    if (options.swaps) {
      clients.push_back(std::make_unique<Swapper>(stub, queue, tally, options.prefix + "counter", value));
    } else {
      const std::string prefix = options.prefix + std::to_string(i) + "/";
      clients.push_back(std::make_unique<Putter>(stub, queue, tally, prefix, value));
    }
  }
  const double elapsed = Run(clients, queue, options.seconds);
  std::printf(
      "{\"operations\": %zu, \"rate\": %.3f, \"median_micros\": %u, \"p99_micros\": %u, \"lost\": %llu, "
      "\"failed\": %llu}\n",
      tally.micros.size(), static_cast<double>(tally.micros.size()) / elapsed, Quantile(tally.micros, 0.5),
      Quantile(tally.micros, 0.99), static_cast<unsigned long long>(tally.lost),
      static_cast<unsigned long long>(tally.failed));
  if (tally.failed > 0) std::fprintf(stderr, "etcd_load: %s\n", tally.message.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Puts load on etcd.", "etcd_load");
  app.add_option("mode", "put or swap")->required()->check(CLI::IsMember({"put", "swap"}));
  app.add_option("--endpoints", options.endpoints)->required()->delimiter(',');
  app.add_option("--clients", options.clients)->check(CLI::Range(1, 10'000));
  app.add_option("--seconds", options.seconds)->check(CLI::PositiveNumber);
  app.add_option("--value-bytes", options.value_bytes);
  app.add_option("--prefix", options.prefix, "of the keys that are put");
  CLI11_PARSE(app, argc, argv);
  options.swaps = app["mode"]->as<std::string>() == "swap";
  Measure(options);
  return 0;
}
