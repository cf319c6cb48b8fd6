#include <limits>
#include <numeric>
#include <type_traits>

#include "base/error.h"
#include "sql/expr/function_table.h"

namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Int2 = std::int16_t;
using Int4 = std::int32_t;
using Int8 = std::int64_t;

template <typename Int>
[[noreturn]] void ThrowOutOfRange() {
  constexpr const char* kName = sizeof(Int) == 2 ? "smallint" : sizeof(Int) == 4 ? "integer" : "bigint";
  throw Error(base::sqlstate::kNumericValueOutOfRange, std::string(kName) + " out of range");
}

[[noreturn]] void ThrowDivisionByZero() { throw Error(base::sqlstate::kDivisionByZero, "division by zero"); }

// Returns the value when it fits the type. Errors: 22003 `integer out of range`.
template <typename Int>
Value Fit(Int8 value) {
  if (value < std::numeric_limits<Int>::min() || value > std::numeric_limits<Int>::max())
    ThrowOutOfRange<Int>();
  return Value::Int(value);
}

template <typename Int>
Value Add(EvalContext&, std::span<Value> args, const Expression&) {
  Int8 result = 0;
  if (__builtin_add_overflow(args[0].AsInt(), args[1].AsInt(), &result)) ThrowOutOfRange<Int>();
  return Fit<Int>(result);
}

template <typename Int>
Value Subtract(EvalContext&, std::span<Value> args, const Expression&) {
  Int8 result = 0;
  if (__builtin_sub_overflow(args[0].AsInt(), args[1].AsInt(), &result)) ThrowOutOfRange<Int>();
  return Fit<Int>(result);
}

template <typename Int>
Value Multiply(EvalContext&, std::span<Value> args, const Expression&) {
  Int8 result = 0;
  if (__builtin_mul_overflow(args[0].AsInt(), args[1].AsInt(), &result)) ThrowOutOfRange<Int>();
  return Fit<Int>(result);
}

template <typename Int>
Value Divide(EvalContext&, std::span<Value> args, const Expression&) {
  const Int8 divisor = args[1].AsInt();
  if (divisor == 0) ThrowDivisionByZero();
  if (divisor == -1 && args[0].AsInt() == std::numeric_limits<Int8>::min()) ThrowOutOfRange<Int>();
  return Fit<Int>(args[0].AsInt() / divisor);
}

Value Modulo(EvalContext&, std::span<Value> args, const Expression&) {
  const Int8 divisor = args[1].AsInt();
  if (divisor == 0) ThrowDivisionByZero();
  // The smallest bigint modulo -1 traps on some processors.
  return Value::Int(divisor == -1 ? 0 : args[0].AsInt() % divisor);
}

template <typename Int>
Value Negate(EvalContext&, std::span<Value> args, const Expression&) {
  if (args[0].AsInt() == std::numeric_limits<Int>::min()) ThrowOutOfRange<Int>();
  return Value::Int(-args[0].AsInt());
}

Value Itself(EvalContext&, std::span<Value> args, const Expression&) { return args[0]; }

template <typename Int>
Value Absolute(EvalContext& context, std::span<Value> args, const Expression& call) {
  return args[0].AsInt() < 0 ? Negate<Int>(context, args, call) : args[0];
}

Value BitAnd(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::Int(args[0].AsInt() & args[1].AsInt());
}

Value BitOr(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::Int(args[0].AsInt() | args[1].AsInt());
}

Value BitXor(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::Int(args[0].AsInt() ^ args[1].AsInt());
}

Value BitNot(EvalContext&, std::span<Value> args, const Expression&) { return Value::Int(~args[0].AsInt()); }

// The distance counts modulo the width, as on PostgreSQL's usual processors (smallint shifts as an integer).
template <typename Int>
int ShiftDistance(const Value& value) {
  return static_cast<int>(value.AsInt() & (sizeof(Int) == 8 ? 63 : 31));
}

template <typename Int>
Value ShiftLeft(EvalContext&, std::span<Value> args, const Expression&) {
  const auto bits = static_cast<std::uint64_t>(args[0].AsInt()) << ShiftDistance<Int>(args[1]);
  return Value::Int(static_cast<Int>(bits));
}

template <typename Int>
Value ShiftRight(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::Int(args[0].AsInt() >> ShiftDistance<Int>(args[1]));
}

std::uint64_t Magnitude(const Value& value) {
  const auto bits = static_cast<std::uint64_t>(value.AsInt());
  return value.AsInt() < 0 ? -bits : bits;
}

template <typename Int>
Value GreatestCommonDivisor(EvalContext&, std::span<Value> args, const Expression&) {
  const std::uint64_t gcd = std::gcd(Magnitude(args[0]), Magnitude(args[1]));
  if (gcd > static_cast<std::uint64_t>(std::numeric_limits<Int>::max())) ThrowOutOfRange<Int>();
  return Value::Int(static_cast<Int8>(gcd));
}

template <typename Int>
Value LeastCommonMultiple(EvalContext&, std::span<Value> args, const Expression&) {
  const std::uint64_t left = Magnitude(args[0]);
  const std::uint64_t right = Magnitude(args[1]);
  if (left == 0 || right == 0) return Value::Int(0);
  std::uint64_t lcm = 0;
  const bool overflow = __builtin_mul_overflow(left / std::gcd(left, right), right, &lcm);
  if (overflow || lcm > static_cast<std::uint64_t>(std::numeric_limits<Int>::max())) ThrowOutOfRange<Int>();
  return Value::Int(static_cast<Int8>(lcm));
}

template <typename Int>
constexpr TypeId kTypeOf = sizeof(Int) == 2   ? T::kInt2
                           : sizeof(Int) == 4 ? T::kInt4
                                              : T::kInt8;

// Every pair of widths has operators of its own, whose result is the wider.
struct PairOids {
  base::Oid add, subtract, multiply, divide;
};

template <typename Left, typename Right>
void AddPair(FunctionList& out, const PairOids& oids) {
  using Wider = std::conditional_t<(sizeof(Left) > sizeof(Right)), Left, Right>;
  constexpr TypeId kLeft = kTypeOf<Left>;
  constexpr TypeId kRight = kTypeOf<Right>;
  constexpr TypeId kResult = kTypeOf<Wider>;
  out.push_back(Operator("+", {kLeft, kRight}, kResult, oids.add, Add<Wider>));
  out.push_back(Operator("-", {kLeft, kRight}, kResult, oids.subtract, Subtract<Wider>));
  out.push_back(Operator("*", {kLeft, kRight}, kResult, oids.multiply, Multiply<Wider>));
  out.push_back(Operator("/", {kLeft, kRight}, kResult, oids.divide, Divide<Wider>));
}

// The operators and functions that exist once a width.
struct WidthOids {
  base::Oid modulo, mod, minus, plus, at, abs, bit_and, bit_or, bit_xor, bit_not, shift_left, shift_right;
};

template <typename Int>
void AddWidth(FunctionList& out, const WidthOids& oids) {
  constexpr TypeId kType = kTypeOf<Int>;
  out.push_back(Operator("%", {kType, kType}, kType, oids.modulo, Modulo));
  out.push_back(Scalar("mod", {kType, kType}, kType, oids.mod, Modulo));
  out.push_back(Operator("-", {kType}, kType, oids.minus, Negate<Int>));
  out.push_back(Operator("+", {kType}, kType, oids.plus, Itself));
  out.push_back(Operator("@", {kType}, kType, oids.at, Absolute<Int>));
  out.push_back(Scalar("abs", {kType}, kType, oids.abs, Absolute<Int>));
  out.push_back(Operator("&", {kType, kType}, kType, oids.bit_and, BitAnd));
  out.push_back(Operator("|", {kType, kType}, kType, oids.bit_or, BitOr));
  out.push_back(Operator("#", {kType, kType}, kType, oids.bit_xor, BitXor));
  out.push_back(Operator("~", {kType}, kType, oids.bit_not, BitNot));
  out.push_back(Operator("<<", {kType, T::kInt4}, kType, oids.shift_left, ShiftLeft<Int>));
  out.push_back(Operator(">>", {kType, T::kInt4}, kType, oids.shift_right, ShiftRight<Int>));
}

}  // namespace

void AddIntegerFunctions(FunctionList& out) {
  AddPair<Int2, Int2>(out, {550, 554, 526, 527});
  AddPair<Int2, Int4>(out, {552, 556, 544, 546});
  AddPair<Int2, Int8>(out, {822, 823, 824, 825});
  AddPair<Int4, Int2>(out, {553, 557, 545, 547});
  AddPair<Int4, Int4>(out, {551, 555, 514, 528});
  AddPair<Int4, Int8>(out, {692, 693, 694, 695});
  AddPair<Int8, Int2>(out, {818, 819, 820, 821});
  AddPair<Int8, Int4>(out, {688, 689, 690, 691});
  AddPair<Int8, Int8>(out, {684, 685, 686, 687});
  AddWidth<Int2>(out, {529, 940, 559, 1917, 682, 1398, 1874, 1875, 1876, 1877, 1878, 1879});
  AddWidth<Int4>(out, {530, 941, 558, 1918, 773, 1397, 1880, 1881, 1882, 1883, 1884, 1885});
  AddWidth<Int8>(out, {439, 947, 484, 1916, 473, 1396, 1886, 1887, 1888, 1889, 1890, 1891});
  out.insert(out.end(), {
                            Scalar("gcd", {T::kInt4, T::kInt4}, T::kInt4, 5044, GreatestCommonDivisor<Int4>),
                            Scalar("gcd", {T::kInt8, T::kInt8}, T::kInt8, 5045, GreatestCommonDivisor<Int8>),
                            Scalar("lcm", {T::kInt4, T::kInt4}, T::kInt4, 5046, LeastCommonMultiple<Int4>),
                            Scalar("lcm", {T::kInt8, T::kInt8}, T::kInt8, 5047, LeastCommonMultiple<Int8>),
                        });
}

}  // namespace ordinal::sql
