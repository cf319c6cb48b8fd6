// Runs statements that are too long for an event loop.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ordinal::wire {

// A fixed number of threads that take tasks from one bounded queue, oldest first. Safe to use from any
// thread.
class WorkerPool {
 public:
  WorkerPool(int threads, std::size_t queue_max);
  // Stops. REQUIRES that no task blocks for ever.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full or the pool has stopped: the task is then not run. Tasks must not throw.
  bool Submit(std::function<void()> task);
  // Runs what is queued, then ends the threads. Not to be called by a task.
  void Stop();

 private:
  void Run();

  const std::size_t queue_max_;
  std::mutex mutex_;  // guards queue_ and stopping_
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace ordinal::wire
