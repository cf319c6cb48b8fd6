#include <atomic>

#include "sql/expr/function_table.h"

namespace ordinal::sql {
namespace {

using types::Uuid;
using T = TypeId;
using Args = std::span<Value>;

constexpr std::int64_t kMicrosPerMilli = 1000;
constexpr int kStepBits = 12;  // of version 7's rand_a

// Writes version and variant (RFC 9562, section 4).
Value Finish(Uuid& uuid, int version) {
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | version << 4);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
  return Value::OfUuid(uuid);
}

Value Version4(EvalContext& context, Args, const Expression&) {
  Uuid uuid;
  context.random().Fill(uuid.bytes.data(), uuid.bytes.size());
  return Finish(uuid, 4);
}

// Returns milliseconds and a 12-bit fraction of one, higher at each call of the process even when the clock
// is not (RFC 9562, section 6.2, method 3).
std::uint64_t NextStamp(std::int64_t unix_micros) {
  static std::atomic<std::uint64_t> last{0};
  const auto micros = static_cast<std::uint64_t>(unix_micros);
  const std::uint64_t stamp =
      (micros / kMicrosPerMilli) << kStepBits | ((micros % kMicrosPerMilli) << kStepBits) / kMicrosPerMilli;
  std::uint64_t seen = last.load(std::memory_order_relaxed);
  std::uint64_t next = 0;
  do {
    next = stamp > seen ? stamp : seen + 1;
  } while (!last.compare_exchange_weak(seen, next, std::memory_order_relaxed));
  return next;
}

Value Version7(EvalContext& context, Args, const Expression&) {
  Uuid uuid;
  context.random().Fill(uuid.bytes.data() + 8, 8);
  const std::uint64_t stamp = NextStamp(context.clock().WallMicros());
  for (int i = 0; i < 6; ++i) {
    uuid.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(stamp >> (kStepBits + 40 - 8 * i));
  }
  uuid.bytes[6] = static_cast<std::uint8_t>(stamp >> 8 & 0x0F);
  uuid.bytes[7] = static_cast<std::uint8_t>(stamp);
  return Finish(uuid, 7);
}

// NULL for a uuid of another variant than RFC 9562's.
Value ExtractVersion(EvalContext&, Args args, const Expression&) {
  const auto& bytes = args[0].AsUuid().bytes;
  if ((bytes[8] & 0xC0) != 0x80) return Value();
  return Value::Int(bytes[6] >> 4);
}

}  // namespace

void AddUuidFunctions(FunctionList& out) {
  out.insert(out.end(), {
                            Volatile(Scalar("gen_random_uuid", {}, T::kUuid, 3432, Version4)),
                            Volatile(Scalar("uuidv4", {}, T::kUuid, 9018, Version4)),
                            Volatile(Scalar("uuidv7", {}, T::kUuid, 9019, Version7)),
                            Scalar("uuid_extract_version", {T::kUuid}, T::kInt2, 9020, ExtractVersion),
                        });
}

}  // namespace ordinal::sql
