#include <cmath>

#include "base/error.h"
#include "sql/expr/function_table.h"

// Trigonometric functions of degrees (manual, table 9.8). Their results are exact where the exact result is a
// number that a double holds: sind(30) is 0.5.
namespace ordinal::sql {
namespace {

using T = TypeId;

[[noreturn]] void ThrowOutOfDomain() {
  throw base::Error(base::sqlstate::kNumericValueOutOfRange, "input is out of range");
}

constexpr double kRadiansPerDegree = 0.0174532925199432957692;

// What the library gives at the arguments whose results must be exact; dividing by it makes them so.
struct Marks {
  double sine_30 = std::sin(30 * kRadiansPerDegree);
  double one_minus_cosine_60 = 1 - std::cos(60 * kRadiansPerDegree);
  double arc_sine_half = std::asin(0.5);
  double arc_cosine_half = std::acos(0.5);
  double arc_tangent_1 = std::atan(1.0);
};

const Marks& TheMarks() {
  static const Marks marks;
  return marks;
}

double SineTo30(double x) { return std::sin(x * kRadiansPerDegree) / TheMarks().sine_30 / 2; }
double CosineTo60(double x) {
  return 1 - (1 - std::cos(x * kRadiansPerDegree)) / TheMarks().one_minus_cosine_60 / 2;
}
// From 0 to 90 degrees.
double SineTo90(double x) { return x <= 30 ? SineTo30(x) : CosineTo60(90 - x); }
double CosineTo90(double x) { return x <= 60 ? CosineTo60(x) : SineTo30(90 - x); }

// An angle from 0 to 90 degrees, and the signs that its functions take.
struct Reduced {
  double angle;
  int sine = 1;
  int cosine = 1;
};

Reduced Reduce(double x) {
  if (std::isinf(x)) ThrowOutOfDomain();
  Reduced reduced{std::fmod(x, 360), 1, 1};
  if (reduced.angle < 0) {
    reduced.angle = -reduced.angle;
    reduced.sine = -1;
  }
  if (reduced.angle > 180) {
    reduced.angle = 360 - reduced.angle;
    reduced.sine = -reduced.sine;
  }
  if (reduced.angle > 90) {
    reduced.angle = 180 - reduced.angle;
    reduced.cosine = -1;
  }
  return reduced;
}

double Sine(double x) {
  const Reduced reduced = Reduce(x);
  return reduced.sine * SineTo90(reduced.angle);
}

double Cosine(double x) {
  const Reduced reduced = Reduce(x);
  return reduced.cosine * CosineTo90(reduced.angle);
}

// No zero has a sign.
double Tangent(double x) {
  const Reduced reduced = Reduce(x);
  const double mark = SineTo90(45) / CosineTo90(45);
  const double result =
      reduced.sine * reduced.cosine * (SineTo90(reduced.angle) / CosineTo90(reduced.angle) / mark);
  return result == 0 ? 0 : result;
}

double Cotangent(double x) {
  const Reduced reduced = Reduce(x);
  const double mark = CosineTo90(45) / SineTo90(45);
  const double result =
      reduced.sine * reduced.cosine * (CosineTo90(reduced.angle) / SineTo90(reduced.angle) / mark);
  return result == 0 ? 0 : result;
}

double ArcSineOfPositive(double x) {
  if (x <= 0.5) return std::asin(x) / TheMarks().arc_sine_half * 30;
  return 90 - std::acos(x) / TheMarks().arc_cosine_half * 60;
}

double ArcCosineOfPositive(double x) {
  if (x <= 0.5) return 90 - std::asin(x) / TheMarks().arc_sine_half * 30;
  return std::acos(x) / TheMarks().arc_cosine_half * 60;
}

double ArcSine(double x) {
  if (x < -1 || x > 1) ThrowOutOfDomain();
  return x >= 0 ? ArcSineOfPositive(x) : -ArcSineOfPositive(-x);
}

double ArcCosine(double x) {
  if (x < -1 || x > 1) ThrowOutOfDomain();
  return x >= 0 ? ArcCosineOfPositive(x) : 90 + ArcSineOfPositive(-x);
}

double ArcTangent(double x) { return std::atan(x) / TheMarks().arc_tangent_1 * 45; }

using Unary = double (*)(double);

template <Unary function>
Value Apply(EvalContext&, std::span<Value> args, const Expression&) {
  const double x = args[0].AsDouble();
  return std::isnan(x) ? args[0] : Value::Double(function(x));
}

Value ArcTangent2(EvalContext&, std::span<Value> args, const Expression&) {
  const double result = std::atan2(args[0].AsDouble(), args[1].AsDouble());
  return Value::Double(result / TheMarks().arc_tangent_1 * 45);
}

}  // namespace

void AddDegreeFunctions(FunctionList& out) {
  constexpr TypeId kFloat = T::kFloat8;
  out.insert(out.end(), {
                            Scalar("asind", {kFloat}, kFloat, 2731, Apply<ArcSine>),
                            Scalar("acosd", {kFloat}, kFloat, 2732, Apply<ArcCosine>),
                            Scalar("atand", {kFloat}, kFloat, 2733, Apply<ArcTangent>),
                            Scalar("atan2d", {kFloat, kFloat}, kFloat, 2734, ArcTangent2),
                            Scalar("sind", {kFloat}, kFloat, 2735, Apply<Sine>),
                            Scalar("cosd", {kFloat}, kFloat, 2736, Apply<Cosine>),
                            Scalar("tand", {kFloat}, kFloat, 2737, Apply<Tangent>),
                            Scalar("cotd", {kFloat}, kFloat, 2738, Apply<Cotangent>),
                        });
}

}  // namespace ordinal::sql
