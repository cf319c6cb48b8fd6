#include "base/bytes.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "keys/key_space.h"

namespace ordinal::catalog {
namespace {

constexpr std::string_view kNextOid = "next_oid";
constexpr Oid kBlockSize = 64;
constexpr int kAttemptsMax = 100;

Oid DecodeOid(const std::string& bytes) {
  if (bytes.size() != sizeof(Oid))
    throw base::Error(base::sqlstate::kDataCorrupted, "the oid counter is damaged");
  return base::LoadBigEndian<Oid>(bytes.data());
}

// Tries once to move the counter past a block and returns the block's first oid, or kInvalidOid when someone
// else moved it meanwhile.
Oid TryClaimBlock(kv::Engine& engine) {
  const std::string key = keys::MetaKey(kNextOid);
  kv::Submission claim;
  claim.snapshot = engine.Latest();
  const auto stored = engine.Get(*claim.snapshot, key);
  const Oid first = stored ? DecodeOid(*stored) : base::kFirstUserOid;
  if (first > UINT32_MAX - kBlockSize) {
    throw base::Error(base::sqlstate::kProgramLimitExceeded, "no object identifiers are left");
  }
  kv::Guard guard;
  guard.kind = stored ? kv::GuardKind::kUnchanged : kv::GuardKind::kAbsent;
  guard.key = key;
  guard.sighting = stored ? kv::Sighting::kPresent : kv::Sighting::kAbsent;
  claim.guards.push_back(std::move(guard));
  std::string next;
  base::AppendBigEndian(next, first + kBlockSize);
  claim.writes.push_back({key, std::move(next)});
  const kv::CommitResult result = engine.SubmitAndWait(std::move(claim));
  if (result.outcome == kv::Outcome::kRefused) kv::ThrowNotCommitted(result);
  return result.outcome == kv::Outcome::kCommitted ? first : base::kInvalidOid;
}

}  // namespace

Oid OidAllocator::Next() {
  // Held over the commit on purpose: whoever comes meanwhile needs the block that is being claimed.
  const std::lock_guard lock(mutex_);
  for (int attempt = 0; next_ == end_; ++attempt) {
    if (attempt == kAttemptsMax) {
      throw base::Error(base::sqlstate::kIoError, "could not claim object identifiers");
    }
    const Oid first = TryClaimBlock(engine_);
    if (first == base::kInvalidOid) continue;
    next_ = first;
    end_ = first + kBlockSize;
  }
  return next_++;
}

}  // namespace ordinal::catalog
