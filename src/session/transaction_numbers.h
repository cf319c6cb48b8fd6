// Numbers the transactions of this process that ask for a number, and remembers for a while what became of
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "catalog/virtual_table.h"
#include "types/transaction_id.h"

namespace ordinal::session {

// Safe to use from any thread.
class TransactionNumbers {
 public:
  // Those of this process.
  static TransactionNumbers& OfProcess();

  // Gives a number above all that were given before: `micros` if it is one, so that a process which is
  // started again goes on above those of before.
  std::int64_t Assign(std::int64_t micros);
  // The transaction has ended so; nullopt when nobody knows whether it was committed.
  void End(std::int64_t number, std::optional<catalog::TransactionOutcome> outcome);
  // nullopt for a number that was never given, whose end is not known, or that ended long ago.
  std::optional<catalog::TransactionOutcome> OutcomeOf(std::int64_t number) const;
  // Which have ended by now. `micros` is above the last number that counts.
  types::Snapshot Now(std::int64_t micros) const;

 private:
  static constexpr std::size_t kRememberedMax = 10'000;

  mutable std::mutex mutex_;
  std::int64_t last_ = 0;
  std::set<std::int64_t> running_;
  std::map<std::int64_t, catalog::TransactionOutcome> ended_;  // at most kRememberedMax, the lowest go first
};

}  // namespace ordinal::session
