#include "sequence/counter.h"

#include "base/bytes.h"
#include "base/error.h"
#include "keys/key_space.h"

namespace ordinal::sequence {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kFixedSize = 2 + sizeof(std::int64_t);

}  // namespace

std::string CounterKey(base::Oid sequence, std::uint64_t epoch) {
  std::string key = keys::SequenceKey(sequence);
  base::AppendBigEndian(key, epoch);
  return key;
}

std::string EncodeCounter(const StoredCounter& stored) {
  std::string bytes;
  bytes += kVersion;
  bytes += stored.counter.is_called ? '\1' : '\0';
  base::AppendBigEndian(bytes, stored.counter.last_value);
  base::AppendVarint(bytes, static_cast<std::uint64_t>(stored.ahead));
  return bytes;
}

StoredCounter DecodeCounter(std::string_view bytes) {
  StoredCounter stored;
  std::uint64_t ahead = 0;
  bool sound = bytes.size() > kFixedSize && bytes[0] == kVersion && (bytes[1] == '\0' || bytes[1] == '\1');
  if (sound) {
    stored.counter = {base::LoadBigEndian<std::int64_t>(bytes.data() + 2), bytes[1] == '\1'};
    std::string_view rest = bytes.substr(kFixedSize);
    sound = base::TakeVarint(rest, ahead) && rest.empty() && ahead <= INT64_MAX;
    stored.ahead = static_cast<std::int64_t>(ahead);
  }
  if (!sound) throw base::Error(base::sqlstate::kDataCorrupted, "the counter of a sequence is damaged");
  return stored;
}

}  // namespace ordinal::sequence
