// Counts the calls over the network that work on behalf of one thread began, so that EXPLAIN ANALYZE can tell
// what a statement cost.
#pragma once

#include <cstdint>

namespace ordinal::kv {

// Engines add to it where Traits.remote holds. Whoever measures takes the difference on one thread.
inline thread_local std::uint64_t round_trips_of_thread = 0;

}  // namespace ordinal::kv
