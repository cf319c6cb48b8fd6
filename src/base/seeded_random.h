// Gives numbers that look random and that follow from a seed: those of PostgreSQL 15.
#pragma once

#include <cstdint>
#include <optional>

#include "base/random.h"

namespace ordinal::base {

// The generator xoroshiro128** of Blackman and Vigna. Of no use where numbers must not be guessed. Belongs to
// one thread at a time.
class SeededRandom {
 public:
  // Until Seed() is called, the numbers follow from a seed that is drawn from `source`, which outlives it.
  explicit SeededRandom(RandomSource& source) : source_(source) {}

  // Starts the sequence that belongs to the seed. REQUIRES a number from -1 to 1.
  void Seed(double seed);
  // A number from 0 up to, but without, 1, of 52 bits.
  double NextDouble();

 private:
  struct State {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
  };
  static State StateOf(std::uint64_t seed);

  RandomSource& source_;
  std::optional<State> state_;
};

}  // namespace ordinal::base
