#include <algorithm>
#include <bit>
#include <string>

#include "base/error.h"
#include "sql/expr/any_arguments.h"
#include "sql/expr/function_table.h"

// Bytes and bits of bytea (manual, section 9.5).
namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Args = std::span<Value>;

constexpr std::int64_t kBitsOfByte = 8;

void CheckIndex(std::int64_t index, std::int64_t count) {
  if (index >= 0 && index < count) return;
  throw Error(base::sqlstate::kArraySubscriptError,
              "index " + std::to_string(index) + " out of valid range, 0.." + std::to_string(count - 1));
}

std::int64_t SizeOf(const Value& bytes) { return static_cast<std::int64_t>(bytes.AsString().size()); }

Value GetByte(EvalContext&, Args args, const Expression&) {
  const std::int64_t index = args[1].AsInt();
  CheckIndex(index, SizeOf(args[0]));
  return Value::Int(static_cast<unsigned char>(args[0].AsString()[static_cast<std::size_t>(index)]));
}

Value SetByte(EvalContext&, Args args, const Expression&) {
  const std::int64_t index = args[1].AsInt();
  CheckIndex(index, SizeOf(args[0]));
  std::string bytes(args[0].AsString());
  bytes[static_cast<std::size_t>(index)] = static_cast<char>(args[2].AsInt());
  return Value::String(bytes);
}

Value GetBit(EvalContext&, Args args, const Expression&) {
  const std::int64_t index = args[1].AsInt();
  CheckIndex(index, SizeOf(args[0]) * kBitsOfByte);
  const auto byte =
      static_cast<unsigned char>(args[0].AsString()[static_cast<std::size_t>(index / kBitsOfByte)]);
  return Value::Int(byte >> (index % kBitsOfByte) & 1);
}

Value SetBit(EvalContext&, Args args, const Expression&) {
  const std::int64_t index = args[1].AsInt();
  CheckIndex(index, SizeOf(args[0]) * kBitsOfByte);
  const std::int64_t bit = args[2].AsInt();
  if (bit != 0 && bit != 1) {
    throw Error(base::sqlstate::kInvalidParameterValue, "new bit must be 0 or 1");
  }
  std::string bytes(args[0].AsString());
  char& byte = bytes[static_cast<std::size_t>(index / kBitsOfByte)];
  const int mask = 1 << (index % kBitsOfByte);
  byte = static_cast<char>(bit == 1 ? byte | mask : byte & ~mask);
  return Value::String(bytes);
}

Value CountBits(EvalContext&, Args args, const Expression&) {
  std::int64_t count = 0;
  for (const char byte : args[0].AsString()) count += std::popcount(static_cast<unsigned char>(byte));
  return Value::Int(count);
}

Value PositionOfBytes(EvalContext&, Args args, const Expression&) {
  const std::size_t found = args[0].AsString().find(args[1].AsString());
  return Value::Int(found == std::string_view::npos ? 0 : static_cast<std::int64_t>(found) + 1);
}

template <bool left, bool right>
Value TrimBytes(EvalContext&, Args args, const Expression&) {
  std::string_view bytes = args[0].AsString();
  const std::string_view set = args[1].AsString();
  const auto is_cut = [&](char byte) { return set.find(byte) != std::string_view::npos; };
  while (left && !bytes.empty() && is_cut(bytes.front())) bytes.remove_prefix(1);
  while (right && !bytes.empty() && is_cut(bytes.back())) bytes.remove_suffix(1);
  return Value::String(bytes);
}

Value OverlayBytes(EvalContext&, Args args, const Expression&) {
  const std::string_view bytes = args[0].AsString();
  const std::string_view placed = args[1].AsString();
  const std::int64_t start = args[2].AsInt();
  const std::int64_t count = args.size() > 3 ? args[3].AsInt() : SizeOf(args[1]);
  if (start <= 0) throw Error(base::sqlstate::kSubstringError, "negative substring length not allowed");
  const std::int64_t resume = std::clamp<std::int64_t>(start + count - 1, 0, SizeOf(args[0]));
  std::string out(bytes.substr(0, static_cast<std::size_t>(start - 1)));
  out += placed;
  out += bytes.substr(static_cast<std::size_t>(resume));
  return Value::String(out);
}

template <bool nulls>
Value CountNulls(EvalContext&, Args args, const Expression& call) {
  const AnyArguments values(args, call);
  if (values.is_null()) return Value();
  std::int64_t count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) count += values[i].is_null() == nulls ? 1 : 0;
  return Value::Int(count);
}

}  // namespace

void AddByteFunctions(FunctionList& out) {
  constexpr TypeId kBytes = T::kBytea;
  out.insert(
      out.end(),
      {
          Scalar("get_byte", {kBytes, T::kInt4}, T::kInt4, 721, GetByte),
          Scalar("set_byte", {kBytes, T::kInt4, T::kInt4}, kBytes, 722, SetByte),
          Scalar("get_bit", {kBytes, T::kInt8}, T::kInt4, 723, GetBit),
          Scalar("set_bit", {kBytes, T::kInt8, T::kInt4}, kBytes, 724, SetBit),
          Scalar("bit_count", {kBytes}, T::kInt8, 6163, CountBits),
          Scalar("position", {kBytes, kBytes}, T::kInt4, 2014, PositionOfBytes),
          Scalar("ltrim", {kBytes, kBytes}, kBytes, 6195, TrimBytes<true, false>),
          Scalar("rtrim", {kBytes, kBytes}, kBytes, 6196, TrimBytes<false, true>),
          Scalar("overlay", {kBytes, kBytes, T::kInt4}, kBytes, 752, OverlayBytes),
          Scalar("overlay", {kBytes, kBytes, T::kInt4, T::kInt4}, kBytes, 749, OverlayBytes),
          Scalar("btrim", {kBytes, kBytes}, kBytes, 2015, TrimBytes<true, true>),
          CalledOnNull(Variadic(Scalar("num_nulls", {T::kInvalid}, T::kInt4, 438, CountNulls<true>))),
          CalledOnNull(Variadic(Scalar("num_nonnulls", {T::kInvalid}, T::kInt4, 440, CountNulls<false>))),
      });
}

}  // namespace ordinal::sql
