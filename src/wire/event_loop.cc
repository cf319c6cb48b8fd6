#include "wire/event_loop.h"

#include <pthread.h>

namespace ordinal::wire {

// The hint says that one thread runs the context, which saves asio some locking.
EventLoop::EventLoop() : io_(1), work_(asio::make_work_guard(io_)) {}

void EventLoop::Start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "loop");
    io_.run();
  });
}

void EventLoop::Finish() {
  work_.reset();
  if (thread_.joinable()) thread_.join();
}

void EventLoop::Abandon() {
  io_.stop();
  Finish();
}

}  // namespace ordinal::wire
