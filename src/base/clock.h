// Gives time through an interface, so that tests decide what time it is.
#pragma once

#include <cstdint>

namespace ordinal::base {

// From 1970-01-01 to 2000-01-01 UTC, where SQL timestamps begin.
inline constexpr std::int64_t kPostgresEpochMicros = 946'684'800'000'000;

// Clock implementations are safe to use from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  // Microseconds since 1970-01-01 UTC, as the system's clock says; may jump.
  virtual std::int64_t WallMicros() const = 0;
  // Microseconds since some fixed point of this boot; never goes back, counts time asleep.
  virtual std::int64_t BootMicros() const = 0;
};

// Reads the operating system's clocks.
class SystemClock final : public Clock {
 public:
  std::int64_t WallMicros() const override;
  std::int64_t BootMicros() const override;
};

}  // namespace ordinal::base
