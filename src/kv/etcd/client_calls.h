// The templates of Client; included by client.h alone.
#pragma once

#include <algorithm>
#include <future>

#include "kv/etcd/client.h"
#include "kv/round_trips.h"

namespace ordinal::kv {

inline auto BeginCall(Endpoint& endpoint, grpc::ClientContext* context, const etcd::RangeRequest& request,
                      grpc::CompletionQueue* queue) {
  return endpoint.kv->AsyncRange(context, request, queue);
}
inline auto BeginCall(Endpoint& endpoint, grpc::ClientContext* context, const etcd::TxnRequest& request,
                      grpc::CompletionQueue* queue) {
  return endpoint.kv->AsyncTxn(context, request, queue);
}
inline auto BeginCall(Endpoint& endpoint, grpc::ClientContext* context,
                      const etcd::LeaseGrantRequest& request, grpc::CompletionQueue* queue) {
  return endpoint.lease->AsyncLeaseGrant(context, request, queue);
}
inline auto BeginCall(Endpoint& endpoint, grpc::ClientContext* context,
                      const etcd::LeaseRevokeRequest& request, grpc::CompletionQueue* queue) {
  return endpoint.lease->AsyncLeaseRevoke(context, request, queue);
}
inline auto BeginCall(Endpoint& endpoint, grpc::ClientContext* context,
                      const etcd::AuthenticateRequest& request, grpc::CompletionQueue* queue) {
  return endpoint.auth->AsyncAuthenticate(context, request, queue);
}

template <typename Request, typename Response>
void Client::Attempt(const Request* request, Response* response, Clock::time_point deadline,
                     std::function<void(std::optional<StoreFailure>)> done) {
  struct State {
    grpc::ClientContext context;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader;
  };
  auto state = std::make_shared<State>();
  Authorize(state->context);
  const auto patience = std::min(deadline, Clock::now() + options_.attempt_timeout);
  state->context.set_deadline(std::chrono::system_clock::now() +
                              std::chrono::duration_cast<std::chrono::microseconds>(patience - Clock::now()));
  {
    const std::lock_guard lock(mutex_);
    ++calls_under_way_;
  }
  round_trips_.fetch_add(1, std::memory_order_relaxed);
  Endpoint& endpoint = current();
  state->reader = BeginCall(endpoint, &state->context, *request, &pump_.queue());
  const auto finish = [this, state, &endpoint, done = std::move(done)](bool) {
    if (state->status.ok()) {
      done(std::nullopt);
    } else {
      StoreFailure failure = Classify(state->status);
      if (failure.kind == FailureKind::kUnreachable) LeaveEndpoint(endpoint);
      done(std::move(failure));
    }
    EndCall();
  };
  state->reader->Finish(response, &state->status, CompletionPump::Tag(finish));
}

template <typename Request, typename Response>
struct Client::Repeated {
  Request request;
  Response response;
  Clock::time_point deadline;
  int attempts = 0;
  std::function<void(Answer<Response>)> done;
};

template <typename Request, typename Response>
void Client::Repeat(std::shared_ptr<Repeated<Request, Response>> call) {
  Repeated<Request, Response>& state = *call;
  Attempt(&state.request, &state.response, state.deadline, [this, call](std::optional<StoreFailure> failure) {
    if (!failure) return call->done({std::nullopt, std::move(call->response)});
    call->response.Clear();
    ++call->attempts;
    const bool final = failure->kind == FailureKind::kRefused || failure->kind == FailureKind::kLeaseGone;
    if (final || Clock::now() >= call->deadline) return call->done({std::move(failure->error), {}});
    if (failure->kind == FailureKind::kTokenEnded) {
      if (options_.user.empty() || call->attempts > 2) return call->done({std::move(failure->error), {}});
      return Authenticate([this, call](std::optional<StoreFailure> refused) {
        if (refused && refused->kind == FailureKind::kRefused) {
          return call->done({std::move(refused->error), {}});
        }
        Repeat(call);
      });
    }
    if constexpr (std::is_same_v<Request, etcd::RangeRequest>) {
      // A member that lags behind answers once it is asked to catch up.
      if (failure->kind == FailureKind::kBehind) call->request.set_serializable(false);
    } else if constexpr (std::is_same_v<Request, etcd::TxnRequest>) {
      if (failure->kind == FailureKind::kBehind) {
        for (etcd::RequestOp& op : *call->request.mutable_success()) {
          if (op.has_request_range()) op.mutable_request_range()->set_serializable(false);
        }
      }
    }
    BackOff(call->attempts, [this, call] { Repeat(call); });
  });
}

template <typename Request, typename Response>
void Client::Call(Request request, std::function<void(Answer<Response>)> done) {
  ++round_trips_of_thread;
  auto call = std::make_shared<Repeated<Request, Response>>();
  call->request = std::move(request);
  call->deadline = Deadline();
  call->done = std::move(done);
  Repeat(std::move(call));
}

template <typename Response, typename Request>
Response Client::CallAndWait(Request request) {
  std::promise<Answer<Response>> promise;
  Call<Request, Response>(std::move(request),
                          [&promise](Answer<Response> answer) { promise.set_value(std::move(answer)); });
  Answer<Response> answer = promise.get_future().get();
  if (answer.error) throw *answer.error;
  return std::move(answer.response);
}

}  // namespace ordinal::kv
