// Bounds recursion over the parse tree.
#pragma once

#include "base/error.h"

namespace ordinal::sql {

// Counts one level while it lives; throws 54001 past kDepthMax.
class DepthGuard {
 public:
  static constexpr int kDepthMax = 1000;

  explicit DepthGuard(int& depth) : depth_(depth) {
    if (++depth_ > kDepthMax) {
      --depth_;
      throw base::Error(base::sqlstate::kStatementTooComplex, "stack depth limit exceeded")
          .Hint("The statement nests too deeply.");
    }
  }
  ~DepthGuard() { --depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;

 private:
  int& depth_;
};

}  // namespace ordinal::sql
