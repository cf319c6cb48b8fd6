// Reads, holds and prints the types xid8 and pg_snapshot: numbers of transactions, and which of them had
// ended at some time (manual, section 9.26.9).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ordinal::types {

// A value of xid8 is held with its highest bit turned over. So integers order as the unsigned numbers do for
// which they stand.
constexpr std::uint64_t kXid8Flip = std::uint64_t{1} << 63;
constexpr std::int64_t HoldXid8(std::uint64_t number) {
  return static_cast<std::int64_t>(number ^ kXid8Flip);
}
constexpr std::uint64_t NumberOfXid8(std::int64_t held) {
  return static_cast<std::uint64_t>(held) ^ kXid8Flip;
}

// Reads a number with C's prefixes for hexadecimal and octal. Whatever is no number is 0, as in PostgreSQL.
std::uint64_t ParseXid8(std::string_view text);

struct Snapshot {
  std::uint64_t xmin = 1;              // all below had ended
  std::uint64_t xmax = 1;              // this and all above had not
  std::vector<std::uint64_t> running;  // between them, those that had not; ascending, without duplicates
};

// Throws 22P02 `invalid input syntax for type pg_snapshot: "..."`.
Snapshot ParseSnapshot(std::string_view text);
// As "xmin:xmax:running,running".
std::string SnapshotText(const Snapshot& snapshot);
// Whether the transaction had ended when the snapshot was taken.
bool HasEnded(std::uint64_t number, const Snapshot& snapshot);

// The form in which snapshots travel. Throws 22P03 `invalid external pg_snapshot data` and what the lack of
// bytes means.
Snapshot ParseSnapshotBinary(std::string_view bytes);
void AppendSnapshotBinary(std::string& out, const Snapshot& snapshot);

}  // namespace ordinal::types
