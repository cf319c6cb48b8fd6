#include "sql/exec/row_ids.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"
#include "keys/key_space.h"

namespace ordinal::sql {
namespace {

constexpr std::string_view kBootName = "row-id-boot";
constexpr int kCounterBits = 40;
constexpr std::uint64_t kCounterMask = (std::uint64_t{1} << kCounterBits) - 1;
constexpr std::uint64_t kBootMax = (std::uint64_t{1} << 24) - 1;

}  // namespace

std::uint64_t BootRowIds::Next() {
  for (;;) {
    const std::uint64_t id = next_.load(std::memory_order_relaxed);
    if ((id & kCounterMask) == 0) {
      const std::lock_guard lock(mutex_);
      if (next_.load(std::memory_order_relaxed) == id) ClaimLocked();
      continue;
    }
    std::uint64_t expected = id;
    if (next_.compare_exchange_weak(expected, id + 1, std::memory_order_relaxed)) return id;
  }
}

void BootRowIds::Claim() {
  const std::lock_guard lock(mutex_);
  if (next_.load(std::memory_order_relaxed) == 0) ClaimLocked();
}

void BootRowIds::ClaimLocked() {
  const std::string key = keys::MetaKey(kBootName);
  for (;;) {
    kv::Submission submission;
    submission.snapshot = engine_.Latest();
    const auto stored = engine_.Get(*submission.snapshot, key);
    std::uint64_t boot = 1;
    if (stored) {
      std::string_view bytes = *stored;
      if (!base::TakeVarint(bytes, boot)) {
        throw base::Error(base::sqlstate::kDataCorrupted, "the stored boot number is damaged");
      }
      ++boot;
    }
    if (boot > kBootMax)
      throw base::Error(base::sqlstate::kProgramLimitExceeded, "row identifiers are used up");
    std::string value;
    base::AppendVarint(value, boot);
    submission.guards.push_back({.kind = kv::GuardKind::kUnchanged, .key = key, .end = {}});
    submission.writes.push_back({key, std::move(value)});
    const kv::CommitResult result = engine_.SubmitAndWait(std::move(submission));
    if (result.outcome == kv::Outcome::kUnknown || result.outcome == kv::Outcome::kRefused) {
      kv::ThrowNotCommitted(result);
    }
    if (result.outcome != kv::Outcome::kCommitted) continue;
    next_.store((boot << kCounterBits) + 1, std::memory_order_relaxed);
    return;
  }
}

}  // namespace ordinal::sql
