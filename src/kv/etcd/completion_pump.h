// Runs what waits for calls and alarms of gRPC, on threads of its own.
#pragma once

#include <grpcpp/completion_queue.h>

#include <functional>
#include <thread>
#include <utility>
#include <vector>

namespace ordinal::kv {

// gRPC 1.51 has a callback API as well, but the threads behind that are torn down with the last channel of a
// process and may then find their queue gone.
class CompletionPump {
 public:
  CompletionPump();
  // REQUIRES that nothing is under way.
  ~CompletionPump();
  CompletionPump(const CompletionPump&) = delete;
  CompletionPump& operator=(const CompletionPump&) = delete;

  grpc::CompletionQueue& queue() { return queue_; }
  // A tag for one operation on the queue, which calls `run` once, with false for an alarm that was cancelled.
  static void* Tag(std::function<void(bool)> run) { return new std::function<void(bool)>(std::move(run)); }

 private:
  void Run();

  grpc::CompletionQueue queue_;
  std::vector<std::thread> threads_;
};

}  // namespace ordinal::kv
