#include "session/transaction_numbers.h"

#include <algorithm>

namespace ordinal::session {

using catalog::TransactionOutcome;

TransactionNumbers& TransactionNumbers::OfProcess() {
  static TransactionNumbers numbers;
  return numbers;
}

std::int64_t TransactionNumbers::Assign(std::int64_t micros) {
  const std::lock_guard lock(mutex_);
  last_ = std::max(micros, last_ + 1);
  running_.insert(last_);
  return last_;
}

void TransactionNumbers::End(std::int64_t number, std::optional<TransactionOutcome> outcome) {
  const std::lock_guard lock(mutex_);
  running_.erase(number);
  if (!outcome) return;
  ended_.emplace(number, *outcome);
  if (ended_.size() > kRememberedMax) ended_.erase(ended_.begin());
}

std::optional<TransactionOutcome> TransactionNumbers::OutcomeOf(std::int64_t number) const {
  const std::lock_guard lock(mutex_);
  if (running_.contains(number)) return TransactionOutcome::kInProgress;
  const auto found = ended_.find(number);
  if (found == ended_.end()) return std::nullopt;
  return found->second;
}

types::Snapshot TransactionNumbers::Now(std::int64_t micros) const {
  const std::lock_guard lock(mutex_);
  types::Snapshot snapshot;
  snapshot.xmax = static_cast<std::uint64_t>(std::max(micros, last_ + 1));
  snapshot.running.assign(running_.begin(), running_.end());
  snapshot.xmin = snapshot.running.empty() ? snapshot.xmax : snapshot.running.front();
  return snapshot;
}

}  // namespace ordinal::session
