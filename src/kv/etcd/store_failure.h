// Tells what a failed call of etcd means: whether it may have had effects, whether trying again helps, and
// what the user shall hear.
#pragma once

#include <grpcpp/support/status.h>

#include <cstdint>

#include "base/error.h"

namespace ordinal::kv {

enum class FailureKind : std::uint8_t {
  kRefused,      // had no effect, and will fail again
  kBusy,         // had no effect; may succeed later
  kTokenEnded,   // had no effect; succeeds after authentication
  kLeaseGone,    // had no effect; succeeds with another lease
  kUnreachable,  // may have had its effect; another endpoint, or the same one later, may answer
  kBehind,  // a read at a revision that this member has not reached; another or a linearizable read will do
};

struct StoreFailure {
  FailureKind kind = FailureKind::kUnreachable;
  base::Error error;
};

// REQUIRES !status.ok(). etcd's own failures are known by their texts (its package rpctypes lists them),
// others by the gRPC code.
StoreFailure Classify(const grpc::Status& status);

// 40001, for a snapshot that etcd has compacted away.
base::Error SnapshotCompacted();

}  // namespace ordinal::kv
