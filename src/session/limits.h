// Bounds of sessions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ordinal::session {

// Longer texts are parsed on a pool thread.
inline constexpr std::size_t kLoopTextBytesMax = 16384;
// Transactions with more writes are committed on a pool thread, which may write files for them.
inline constexpr std::size_t kLoopWritesMax = 10'000;
// Plans of simple queries kept by their text; when full, all are dropped.
inline constexpr std::size_t kPlansMax = 256;
// Longer texts are not kept.
inline constexpr std::size_t kPlanTextBytesMax = 4096;
// How much output waits before it is sent in the middle of a statement.
inline constexpr std::size_t kOutputBytesMax = 1u << 20;
inline constexpr std::uint64_t kRowsBetweenChecks = 256;
// How often an autocommit statement is run again after a conflict, where the profile allows it.
inline constexpr int kRetriesMax = 10;
// Input of COPY that waits before a pool thread inserts it.
inline constexpr std::size_t kCopyBytesWaiting = 64u << 10;
// Prepared statements and portals a session may hold.
inline constexpr std::size_t kStatementsMax = 100'000;
// Savepoints a transaction may hold.
inline constexpr std::size_t kSavepointsMax = 10'000;

}  // namespace ordinal::session
