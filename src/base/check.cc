#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace ordinal::base {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "ordinal: check failed: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace ordinal::base
