// Gives random bytes through an interface, so that tests can fix them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ordinal::base {

// RandomSource implementations are safe to use from any thread.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void Fill(void* bytes, std::size_t size) = 0;
  std::uint64_t NextUint64() {
    std::uint64_t value = 0;
    Fill(&value, sizeof value);
    return value;
  }
};

// Draws from the kernel's generator, in thread-local portions.
class SystemRandom final : public RandomSource {
 public:
  void Fill(void* bytes, std::size_t size) override;
};

}  // namespace ordinal::base
