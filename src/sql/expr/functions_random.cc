#include <cmath>
#include <cstdio>
#include <limits>

#include "base/error.h"
#include "base/seeded_random.h"
#include "sql/expr/function_table.h"

// random() and setseed() (manual, table 9.6).
namespace ordinal::sql {
namespace {

using T = TypeId;

// Draws from [0, 1): 53 random bits where there is no session that could have said setseed().
Value Random(EvalContext& context, std::span<Value>, const Expression&) {
  if (base::SeededRandom* const seeded = context.seeded_random()) return Value::Double(seeded->NextDouble());
  constexpr int kMantissaBits = std::numeric_limits<double>::digits;
  return Value::Double(
      std::ldexp(static_cast<double>(context.random().NextUint64() >> (64 - kMantissaBits)), -kMantissaBits));
}

Value SetSeed(EvalContext& context, std::span<Value> args, const Expression&) {
  const double seed = args[0].AsDouble();
  if (!(seed >= -1 && seed <= 1)) {
    char shown[32];
    std::snprintf(shown, sizeof shown, "%g", seed);
    // PostgreSQL spells numbers that are none as in its own output functions.
    const std::string text = std::isnan(seed)   ? "NaN"
                             : std::isinf(seed) ? (seed < 0 ? "-Infinity" : "Infinity")
                                                : shown;
    throw base::Error(base::sqlstate::kInvalidParameterValue,
                      "setseed parameter " + text + " is out of allowed range [-1,1]");
  }
  if (base::SeededRandom* const seeded = context.seeded_random()) seeded->Seed(seed);
  return Value::String("");
}

}  // namespace

void AddRandomFunctions(FunctionList& out) {
  out.insert(out.end(), {
                            Volatile(Scalar("random", {}, T::kFloat8, 1598, Random)),
                            Volatile(Scalar("setseed", {T::kFloat8}, T::kVoid, 1599, SetSeed)),
                        });
}

}  // namespace ordinal::sql
