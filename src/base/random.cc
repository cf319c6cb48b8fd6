#include "base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"

namespace ordinal::base {
namespace {

constexpr std::size_t kPortionBytes = 256;  // what getrandom returns whole, in one call

struct Portion {
  std::array<char, kPortionBytes> bytes{};
  std::size_t used = kPortionBytes;
};

}  // namespace

void SystemRandom::Fill(void* bytes, std::size_t size) {
  thread_local Portion portion;
  char* out = static_cast<char*>(bytes);
  while (size > 0) {
    if (portion.used == kPortionBytes) {
      ORDINAL_CHECK(getrandom(portion.bytes.data(), kPortionBytes, 0) == static_cast<ssize_t>(kPortionBytes));
      portion.used = 0;
    }
    const std::size_t taken = std::min(size, kPortionBytes - portion.used);
    std::memcpy(out, portion.bytes.data() + portion.used, taken);
    portion.used += taken;
    out += taken;
    size -= taken;
  }
}

}  // namespace ordinal::base
