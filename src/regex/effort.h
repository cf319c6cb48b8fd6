// Bounds the work of one match, and the memory of one expression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "regex/error.h"

namespace ordinal::regex {

// Counts steps of some nanoseconds. A match that needs more than about a second is given up, so that none
// holds a thread for long; several of them, one after another, may be interrupted.
class Effort {
 public:
  // Calls `check` from time to time; what it throws ends the match.
  void Watch(std::function<void()> check) { check_ = std::move(check); }
  void Begin() { left_ = kStepsMax; }
  // Errors: 2201B `regular expression failed: regular expression is too complex`.
  void Spend(std::size_t steps) {
    if (steps > left_) ThrowFailed(kTooComplex);
    left_ -= steps;
    if (steps < until_check_) {
      until_check_ -= steps;
      return;
    }
    until_check_ = kStepsBetweenChecks;
    if (check_) check_();
  }

  // Count the bytes that are kept for later matches.
  void Hold(std::size_t bytes) { held_ += bytes; }
  void Release(std::size_t bytes) { held_ -= bytes; }
  // True when what can be made anew should be given up.
  bool HoldsMuch() const { return held_ > kHeldMax; }

 private:
  static constexpr std::size_t kHeldMax = 2 * 1024 * 1024;
  static constexpr std::size_t kStepsMax = 200'000'000;
  static constexpr std::size_t kStepsBetweenChecks = 5'000'000;

  std::function<void()> check_;
  std::size_t left_ = kStepsMax;
  std::size_t until_check_ = kStepsBetweenChecks;  // of all matches
  std::size_t held_ = 0;
};

}  // namespace ordinal::regex
