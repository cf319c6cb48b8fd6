// Defines how a sequence's counter lies in the store: one key for each (sequence, epoch).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "sequence/arithmetic.h"

namespace ordinal::sequence {

// Holds what is durable. Every value up to `counter` may have been handed out; the last `ahead` of them had
// not been when this was written, so a crash skips at most that many.
struct StoredCounter {
  Counter counter;
  std::int64_t ahead = 0;
  friend bool operator==(const StoredCounter&, const StoredCounter&) = default;
};

// keys::SequenceKey followed by the epoch in eight bytes, most significant first.
std::string CounterKey(base::Oid sequence, std::uint64_t epoch);

// A version byte, a byte for is_called, the last value in eight bytes, and `ahead` as a varint.
std::string EncodeCounter(const StoredCounter& stored);
// Throws XX001 when the bytes are damaged.
StoredCounter DecodeCounter(std::string_view bytes);

}  // namespace ordinal::sequence
