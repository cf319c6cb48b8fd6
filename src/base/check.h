// Provides assertions for mistakes of our own. User input must never reach one: report it as a
// base::Error instead.
#pragma once

namespace ordinal::base {

// Prints the failed condition with its place and aborts the process.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace ordinal::base

#define ORDINAL_CHECK(condition) \
  ((condition) ? void(0) : ::ordinal::base::CheckFailed(#condition, __FILE__, __LINE__))

#ifdef NDEBUG
#define ORDINAL_DCHECK(condition) void(0)
#else
#define ORDINAL_DCHECK(condition) ORDINAL_CHECK(condition)
#endif
