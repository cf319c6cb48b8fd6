// Finds where the valid records of a write-ahead log end.
//
// Space is written ahead of a log (log_files.h), so a crash leaves zeros behind the last record, and perhaps
// a torn record before them: part of a write that was never acknowledged. Damage inside the log looks the
// same at first, but valid records follow it. This tells the two apart, so that the one is cut off and the
// other makes opening fail.
//
// The format is RocksDB's legacy log format: blocks of 32 KiB; in each, records of checksum (masked CRC-32C
// over type and payload), length, type, payload; no record header within the last six bytes of a block.
#pragma once

#include <cstdint>
#include <string_view>

namespace ordinal::kv {

enum class LogTail : std::uint8_t {
  kClean,    // records, then nothing or zeros
  kTorn,     // records, then the remains of one write
  kDamaged,  // valid records follow something that is none
};

struct LogEnd {
  LogTail tail = LogTail::kClean;
  std::uint64_t offset = 0;  // where the last whole record ends
};

LogEnd FindLogEnd(std::string_view log);

}  // namespace ordinal::kv
