// Numbers the rows of tables that have no primary key.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "kv/engine.h"

namespace ordinal::sql {

// Safe from any thread.
class RowIdSource {
 public:
  virtual ~RowIdSource() = default;
  // A number that no other call in this database has returned or will return.
  virtual std::uint64_t Next() = 0;
};

// Joins a boot number, which is claimed durably at the first use, and a counter: ids are unique on any number
// of nodes without further writes. 24 bits of boots, 40 bits of rows for each; a new boot number is claimed
// when rows run out.
class BootRowIds final : public RowIdSource {
 public:
  explicit BootRowIds(kv::Engine& engine) : engine_(engine) {}
  // Blocks on a commit at the first call; Claim() at start-up avoids that. Errors: 54000 when boots run out.
  std::uint64_t Next() override;
  void Claim();

 private:
  void ClaimLocked();

  kv::Engine& engine_;
  std::mutex mutex_;                    // guards claims
  std::atomic<std::uint64_t> next_{0};  // 0 until a boot number is claimed
};

}  // namespace ordinal::sql
