#include "wire/activity_meter.h"

#include <algorithm>

#include "wire/limits.h"

namespace ordinal::wire {

bool ActivityMeter::NoteSlowly(std::int32_t id) {
  if (last_.load(std::memory_order_relaxed) != id) {
    last_.store(id, std::memory_order_relaxed);
    run_.store(1, std::memory_order_relaxed);
    if (lone_.load(std::memory_order_relaxed) && lone_.exchange(false)) {
      on_change_(std::max(open_.load(std::memory_order_relaxed), 2));
    }
    return false;
  }
  if (run_.fetch_add(1, std::memory_order_relaxed) + 1 < kLoneAfterMessages) return false;
  if (!lone_.exchange(true)) on_change_(1);
  return true;
}

}  // namespace ordinal::wire
