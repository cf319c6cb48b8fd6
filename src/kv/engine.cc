#include "kv/engine.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/check.h"
#include "base/error.h"

namespace ordinal::kv {

void ThrowNotCommitted(const CommitResult& result) {
  ORDINAL_CHECK(result.outcome == Outcome::kUnknown || result.outcome == Outcome::kRefused);
  if (result.error) throw base::Error(*result.error);
  throw base::Error(base::sqlstate::kIoError, "the store refused the commit; its fate is unknown")
      .Hint("See the server's log; the data directory may be full or damaged.");
}

void MoveDemandsToGuards(Submission& submission) {
  for (Write& write : submission.writes) {
    if (!write.guard_absent) continue;
    write.guard_absent = false;
    submission.guards.push_back(
        {.kind = GuardKind::kAbsent, .key = write.key, .end = {}, .sighting = write.sighting});
  }
}

CommitResult Engine::SubmitAndWait(Submission submission) {
  std::mutex mutex;
  std::condition_variable decided;
  std::optional<CommitResult> result;
  Submit(std::move(submission), [&](CommitResult outcome) {
    // Notifies under the lock: the waiter's stack, where all of this lies, may be gone once the lock is free.
    const std::lock_guard lock(mutex);
    result = std::move(outcome);
    decided.notify_one();
  });
  std::unique_lock lock(mutex);
  decided.wait(lock, [&] { return result.has_value(); });
  return std::move(*result);
}

}  // namespace ordinal::kv
