// Owns the thread on which a share of the connections live.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <atomic>
#include <optional>
#include <thread>

namespace ordinal::wire {

// Connections share the ownership of their loop, so that a late resumption from another thread still finds
// it.
class EventLoop {
 public:
  EventLoop();
  // REQUIRES that Finish or Abandon was called, if Start was.
  ~EventLoop() = default;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void Start();
  // Lets the thread end once nothing is left to do, and waits for that.
  void Finish();
  // Ends the thread though work is left; does nothing after Finish.
  void Abandon();

  asio::io_context& io() { return io_; }
  // Counts the connections that live here; kept by them.
  std::atomic<int>& connections() { return connections_; }

 private:
  asio::io_context io_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::thread thread_;
  std::atomic<int> connections_ = 0;
};

}  // namespace ordinal::wire
