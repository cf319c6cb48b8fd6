#include "base/clock.h"

#include <ctime>

namespace ordinal::base {
namespace {

std::int64_t Read(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace

std::int64_t SystemClock::WallMicros() const { return Read(CLOCK_REALTIME); }

std::int64_t SystemClock::BootMicros() const { return Read(CLOCK_BOOTTIME); }

}  // namespace ordinal::base
