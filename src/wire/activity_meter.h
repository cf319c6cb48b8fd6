// Tells whether one connection does all the work at present.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace ordinal::wire {

// An open connection that says nothing must not cost a busy one its fast paths, so that messages are counted,
// not connections: whoever sent the last kLoneAfterMessages is alone. Only a hint; safe to use from any
// thread.
class ActivityMeter {
 public:
  // `on_change` hears 1 when a connection becomes the lone active one and the number of open connections when
  // it no longer is. It is called on event loops and must not block.
  explicit ActivityMeter(std::function<void(int)> on_change) : on_change_(std::move(on_change)) {}

  void Opened() { open_.fetch_add(1, std::memory_order_relaxed); }
  void Closed() { open_.fetch_sub(1, std::memory_order_relaxed); }

  // Notes a message of the connection `id`. True when that connection is alone.
  bool Note(std::int32_t id) {
    if (last_.load(std::memory_order_relaxed) == id && lone_.load(std::memory_order_relaxed)) return true;
    return NoteSlowly(id);
  }

 private:
  bool NoteSlowly(std::int32_t id);

  std::function<void(int)> on_change_;
  std::atomic<std::int32_t> last_ = 0;  // connection of the last message
  std::atomic<int> run_ = 0;            // its messages in a row, about
  std::atomic<bool> lone_ = false;
  std::atomic<int> open_ = 0;
};

}  // namespace ordinal::wire
