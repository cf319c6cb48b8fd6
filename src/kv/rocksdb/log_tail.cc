#include "kv/rocksdb/log_tail.h"

#include <algorithm>
#include <boost/crc.hpp>
#include <optional>

namespace ordinal::kv {
namespace {

constexpr std::size_t kBlockBytes = 32768;
constexpr std::size_t kHeaderBytes = 7;
constexpr std::uint32_t kMaskDelta = 0xa282ead8;

enum RecordType : std::uint8_t { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

struct Record {
  std::uint8_t type = 0;
  std::size_t end = 0;
};

std::uint32_t LoadLittleEndian(std::string_view bytes, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value |= std::uint32_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  return value;
}

std::uint32_t MaskedChecksum(std::string_view bytes) {
  // The Castagnoli polynomial, reflected.
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  const std::uint32_t checksum = crc.checksum();
  return ((checksum >> 15) | (checksum << 17)) + kMaskDelta;
}

// The record that begins at `offset`, when there is a whole and valid one.
std::optional<Record> RecordAt(std::string_view log, std::size_t offset) {
  if (log.size() - offset < kHeaderBytes) return std::nullopt;
  const std::size_t block_end = std::min(log.size(), (offset / kBlockBytes + 1) * kBlockBytes);
  const std::size_t length = LoadLittleEndian(log.substr(offset + 4), 2);
  const std::size_t end = offset + kHeaderBytes + length;
  const auto type = static_cast<std::uint8_t>(log[offset + 6]);
  if (end > block_end || type < kFull || type > kLast) return std::nullopt;
  if (MaskedChecksum(log.substr(offset + 6, 1 + length)) != LoadLittleEndian(log.substr(offset), 4)) {
    return std::nullopt;
  }
  return Record{.type = type, .end = end};
}

// The next place where a header may begin, at or after `offset`.
std::size_t NextHeader(std::size_t offset) {
  const std::size_t left = kBlockBytes - offset % kBlockBytes;
  return left < kHeaderBytes ? offset + left : offset;
}

bool IsZero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

// Does a record begin anywhere behind the bad one? Every place is tried, since the length of a bad record is
// not to be trusted. Later pieces of a record do not count: they belong to the write that was cut short.
bool RecordFollows(std::string_view log, std::size_t offset) {
  const std::size_t end = log.find_last_not_of('\0') + 1;  // a checksum of zeros matches nothing
  for (std::size_t at = offset + 1; at + kHeaderBytes <= end; ++at) {
    at = NextHeader(at);
    const auto type = at + kHeaderBytes <= end ? static_cast<std::uint8_t>(log[at + 6]) : std::uint8_t{0};
    if ((type == kFull || type == kFirst) && RecordAt(log, at)) return true;
  }
  return false;
}

}  // namespace

LogEnd FindLogEnd(std::string_view log) {
  std::size_t whole = 0;  // behind the last kFull or kLast
  std::size_t offset = 0;
  while (offset < log.size()) {
    const std::optional<Record> record = RecordAt(log, offset);
    if (!record) break;
    if (record->type == kFull || record->type == kLast) whole = record->end;
    offset = std::min(NextHeader(record->end), log.size());
  }
  const std::string_view rest = log.substr(std::min(offset, log.size()));
  if (IsZero(rest))
    return {.tail = offset > NextHeader(whole) ? LogTail::kTorn : LogTail::kClean, .offset = whole};
  return {.tail = RecordFollows(log, offset) ? LogTail::kDamaged : LogTail::kTorn, .offset = whole};
}

}  // namespace ordinal::kv
