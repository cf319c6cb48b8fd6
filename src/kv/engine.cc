#include "kv/engine.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace ordinal::kv {

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
