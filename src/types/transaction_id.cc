#include "types/transaction_id.h"

#include <algorithm>
#include <cstdlib>

#include "base/bytes.h"
#include "base/error.h"
#include "types/scan.h"

namespace ordinal::types {
namespace {

// Takes a number off the front as C does: 0 where there is none, the largest one where it does not fit.
std::uint64_t TakeNumber(const char*& at) {
  char* end = nullptr;
  const std::uint64_t number = std::strtoull(at, &end, 10);
  at = end;
  return number;
}

template <typename T>
T TakeBinary(std::string_view& bytes) {
  if (bytes.size() < sizeof(T)) {
    throw base::Error(base::sqlstate::kProtocolViolation, "insufficient data left in message");
  }
  const T value = base::LoadBigEndian<T>(bytes.data());
  bytes.remove_prefix(sizeof(T));
  return value;
}

[[noreturn]] void ThrowInvalidBinary() {
  throw base::Error(base::sqlstate::kInvalidBinaryRepresentation, "invalid external pg_snapshot data");
}

}  // namespace

std::uint64_t ParseXid8(std::string_view text) {
  return std::strtoull(std::string(text).c_str(), nullptr, 0);
}

Snapshot ParseSnapshot(std::string_view text) {
  const std::string copy(text);
  const char* at = copy.c_str();
  Snapshot snapshot;
  for (std::uint64_t* bound : {&snapshot.xmin, &snapshot.xmax}) {
    *bound = TakeNumber(at);
    if (*at++ != ':') ThrowInvalidSyntax("pg_snapshot", text);
  }
  if (snapshot.xmin == 0 || snapshot.xmax < snapshot.xmin) ThrowInvalidSyntax("pg_snapshot", text);
  std::uint64_t last = 0;
  while (*at != '\0') {
    const std::uint64_t number = TakeNumber(at);
    if (number < snapshot.xmin || number >= snapshot.xmax || number < last) {
      ThrowInvalidSyntax("pg_snapshot", text);
    }
    if (number != last) snapshot.running.push_back(number);
    last = number;
    if (*at == ',') {
      ++at;
    } else if (*at != '\0') {
      ThrowInvalidSyntax("pg_snapshot", text);
    }
  }
  return snapshot;
}

std::string SnapshotText(const Snapshot& snapshot) {
  std::string text = std::to_string(snapshot.xmin) + ":" + std::to_string(snapshot.xmax) + ":";
  for (std::size_t i = 0; i < snapshot.running.size(); ++i) {
    text += (i > 0 ? "," : "") + std::to_string(snapshot.running[i]);
  }
  return text;
}

bool HasEnded(std::uint64_t number, const Snapshot& snapshot) {
  if (number < snapshot.xmin) return true;
  if (number >= snapshot.xmax) return false;
  return !std::binary_search(snapshot.running.begin(), snapshot.running.end(), number);
}

Snapshot ParseSnapshotBinary(std::string_view bytes) {
  const auto count = TakeBinary<std::int32_t>(bytes);
  if (count < 0) ThrowInvalidBinary();
  Snapshot snapshot;
  snapshot.xmin = TakeBinary<std::uint64_t>(bytes);
  snapshot.xmax = TakeBinary<std::uint64_t>(bytes);
  if (snapshot.xmin == 0 || snapshot.xmax < snapshot.xmin) ThrowInvalidBinary();
  std::uint64_t last = 0;
  for (std::int32_t i = 0; i < count; ++i) {
    const auto number = TakeBinary<std::uint64_t>(bytes);
    if (number < last || number < snapshot.xmin || number >= snapshot.xmax) ThrowInvalidBinary();
    if (number != last) snapshot.running.push_back(number);
    last = number;
  }
  if (!bytes.empty()) {
    throw base::Error(base::sqlstate::kInvalidBinaryRepresentation, "incorrect binary data format");
  }
  return snapshot;
}

void AppendSnapshotBinary(std::string& out, const Snapshot& snapshot) {
  base::AppendBigEndian(out, static_cast<std::int32_t>(snapshot.running.size()));
  base::AppendBigEndian(out, snapshot.xmin);
  base::AppendBigEndian(out, snapshot.xmax);
  for (const std::uint64_t number : snapshot.running) base::AppendBigEndian(out, number);
}

}  // namespace ordinal::types
