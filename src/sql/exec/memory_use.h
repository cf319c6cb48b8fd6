// Bounds what the operators of one statement keep in memory.
#pragma once

#include <cstddef>

#include "sql/exec/session_services.h"
#include "types/value.h"

namespace ordinal::sql {

// What one statement may keep, and what it does. The limit is the parameter ordinal.query_memory_mib, asked
// when something is first kept.
class MemoryBudget {
 public:
  explicit MemoryBudget(SessionServices& services) : services_(services) {}
  // Throws 53200 `out of memory`; the detail names the limit.
  void Add(std::size_t bytes);
  // Whether Add would go well.
  bool Fits(std::size_t bytes);
  void Remove(std::size_t bytes) { used_ -= bytes; }

 private:
  SessionServices& services_;
  std::size_t limit_ = 0;
  std::size_t used_ = 0;
};

// What one operator keeps; given back when it forgets.
class MemoryUse {
 public:
  explicit MemoryUse(MemoryBudget& budget) : budget_(budget) {}
  ~MemoryUse() { Clear(); }
  MemoryUse(const MemoryUse&) = delete;
  MemoryUse& operator=(const MemoryUse&) = delete;

  void Add(std::size_t bytes) {
    budget_.Add(bytes);
    held_ += bytes;
  }
  void AddRow(const types::Row& row);
  void Clear() {
    budget_.Remove(held_);
    held_ = 0;
  }

 private:
  MemoryBudget& budget_;
  std::size_t held_ = 0;
};

}  // namespace ordinal::sql
