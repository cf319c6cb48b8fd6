#include "base/seeded_random.h"

#include <bit>
#include <cmath>

namespace ordinal::base {
namespace {

// SplitMix64, by which the authors of the generator spread a seed over its state.
std::uint64_t Spread(std::uint64_t& seed) {
  seed += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = seed;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31);
}

}  // namespace

// No seed leads to the one state that the generator cannot leave: the two words would have to be 0, and
// different inputs of Spread() have different outputs.
SeededRandom::State SeededRandom::StateOf(std::uint64_t seed) {
  State state;
  state.first = Spread(seed);
  state.second = Spread(seed);
  return state;
}

void SeededRandom::Seed(double seed) {
  constexpr double kScale = 0x1p52 - 1;
  state_ = StateOf(static_cast<std::uint64_t>(static_cast<std::int64_t>(kScale * seed)));
}

double SeededRandom::NextDouble() {
  constexpr int kBits = 52;
  if (!state_) state_ = StateOf(source_.NextUint64());
  const State before = *state_;
  const std::uint64_t drawn = std::rotl(before.first * 5, 7) * 9;
  const std::uint64_t mixed = before.first ^ before.second;
  state_->first = std::rotl(before.first, 24) ^ mixed ^ (mixed << 16);
  state_->second = std::rotl(mixed, 37);
  return std::ldexp(static_cast<double>(drawn >> (64 - kBits)), -kBits);
}

}  // namespace ordinal::base
