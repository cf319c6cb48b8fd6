// Bounds the work of one match, and the memory of one expression.
#pragma once

#include <cstddef>
#include <cstdint>

#include "regex/error.h"

namespace ordinal::regex {

// Counts steps of about a nanosecond. A pattern that needs more than some seconds is given up, so that none
// holds a thread for long.
class Effort {
 public:
  void Begin() { left_ = kStepsMax; }
  // Errors: 2201B `regular expression failed: regular expression is too complex`.
  void Spend(std::size_t steps) {
    if (steps > left_) ThrowFailed(kTooComplex);
    left_ -= steps;
  }

  // Count the bytes that are kept for later matches.
  void Hold(std::size_t bytes) { held_ += bytes; }
  void Release(std::size_t bytes) { held_ -= bytes; }
  // True when what can be made anew should be given up.
  bool HoldsMuch() const { return held_ > kHeldMax; }

 private:
  static constexpr std::size_t kHeldMax = 2 * 1024 * 1024;
  static constexpr std::size_t kStepsMax = 1'000'000'000;

  std::size_t left_ = kStepsMax;
  std::size_t held_ = 0;
};

}  // namespace ordinal::regex
