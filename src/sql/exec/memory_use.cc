#include "sql/exec/memory_use.h"

#include <charconv>
#include <string>

#include "base/error.h"
#include "types/array.h"

namespace ordinal::sql {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;
constexpr std::size_t kDefaultLimit = 1024 * kMebibyte;
constexpr const char* kParameter = "ordinal.query_memory_mib";

std::size_t ReadLimit(SessionServices& services) {
  const std::string text = services.GetParameter(kParameter).value_or("");
  std::size_t mebibytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mebibytes);
  if (error != std::errc() || mebibytes == 0) return kDefaultLimit;
  return mebibytes * kMebibyte;
}

// What a value keeps outside of itself, roughly.
std::size_t OutsideOf(const types::Value& value) {
  constexpr std::size_t kNumericBytes = 32;
  switch (value.kind()) {
    case types::Value::Kind::kLongString:
      return value.AsString().size();
    case types::Value::Kind::kNumeric:
    case types::Value::Kind::kInterval:
    case types::Value::Kind::kUuid:
      return kNumericBytes;
    case types::Value::Kind::kArray: {
      std::size_t bytes = kNumericBytes;
      for (const types::Value& element : value.AsArray().values) {
        bytes += sizeof(types::Value) + OutsideOf(element);
      }
      return bytes;
    }
    case types::Value::Kind::kRecord:
      return value.BoxedBytes();
    default:
      return 0;
  }
}

}  // namespace

bool MemoryBudget::Fits(std::size_t bytes) {
  if (limit_ == 0) limit_ = ReadLimit(services_);
  return used_ + bytes <= limit_;
}

void MemoryBudget::Add(std::size_t bytes) {
  if (!Fits(bytes)) {
    throw base::Error(base::sqlstate::kOutOfMemory, "out of memory")
        .Detail("The statement needs more than the " + std::to_string(limit_ / kMebibyte) + " MiB that " +
                kParameter + " allows.");
  }
  used_ += bytes;
}

void MemoryUse::AddRow(const types::Row& row) {
  std::size_t bytes = sizeof(types::Row) + row.size() * sizeof(types::Value);
  for (const types::Value& value : row) bytes += OutsideOf(value);
  Add(bytes);
}

}  // namespace ordinal::sql
