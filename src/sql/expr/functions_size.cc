#include <array>
#include <cstdint>
#include <string>

#include "sql/expr/function_table.h"
#include "types/numeric.h"

// Functions about the size of objects (manual, table 9.96). The store keeps no sizes of single objects, so
// that those are NULL.
namespace ordinal::sql {
namespace {

using T = TypeId;
using Args = std::span<Value>;

Value NotKept(EvalContext&, Args, const Expression&) { return Value(); }
Value NoLocation(EvalContext&, Args, const Expression&) { return Value::String(""); }

constexpr std::array<const char*, 6> kUnits = {" bytes", " kB", " MB", " GB", " TB", " PB"};

std::uint64_t Magnitude(std::int64_t number) {
  return number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
}

// Takes a unit up to 10240 of it, but for the last. From kB on twice the number is kept, so that the half
// that is cut off decides how it is rounded, away from zero.
Value Pretty(EvalContext&, Args args, const Expression&) {
  constexpr std::uint64_t kBytesMax = 10 * 1024;
  constexpr std::uint64_t kHalvesMax = 2 * kBytesMax - 1;
  std::int64_t size = args[0].AsInt();
  if (Magnitude(size) < kBytesMax) return Value::String(std::to_string(size) + kUnits[0]);
  size /= 512;
  std::size_t unit = 1;
  for (; unit + 1 < kUnits.size() && Magnitude(size) >= kHalvesMax; ++unit) size /= 1024;
  const std::int64_t rounded = (size + (size < 0 ? -1 : 1)) / 2;
  return Value::String(std::to_string(rounded) + kUnits[unit]);
}

}  // namespace

void AddSizeFunctions(FunctionList& out) {
  out.insert(out.end(),
             {
                 Volatile(Scalar("pg_relation_size", {T::kRegclass}, T::kInt8, 2325, NotKept)),
                 Volatile(Scalar("pg_relation_size", {T::kRegclass, T::kText}, T::kInt8, 2332, NotKept)),
                 Volatile(Scalar("pg_table_size", {T::kRegclass}, T::kInt8, 2997, NotKept)),
                 Volatile(Scalar("pg_indexes_size", {T::kRegclass}, T::kInt8, 2998, NotKept)),
                 Volatile(Scalar("pg_total_relation_size", {T::kRegclass}, T::kInt8, 2286, NotKept)),
                 Volatile(Scalar("pg_database_size", {T::kOid}, T::kInt8, 2324, NotKept)),
                 Volatile(Scalar("pg_database_size", {T::kName}, T::kInt8, 2168, NotKept)),
                 Volatile(Scalar("pg_tablespace_size", {T::kOid}, T::kInt8, 2322, NotKept)),
                 Volatile(Scalar("pg_tablespace_size", {T::kName}, T::kInt8, 2323, NotKept)),
                 Stable(Scalar("pg_tablespace_location", {T::kOid}, T::kText, 3778, NoLocation)),
                 Scalar("pg_size_pretty", {T::kInt8}, T::kText, 2288, Pretty),
             });
}

}  // namespace ordinal::sql
