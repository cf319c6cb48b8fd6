// Bounds the work of one match.
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

 private:
  static constexpr std::size_t kStepsMax = 1'000'000'000;

  std::size_t left_ = kStepsMax;
};

}  // namespace ordinal::regex
