// Implements the interval operations of datetime.h.
#include <cmath>
#include <functional>

#include "base/error.h"
#include "types/datetime.h"

namespace ordinal::types {
namespace {

[[noreturn]] void ThrowIntervalRange() {
  throw base::Error(base::sqlstate::kDatetimeFieldOverflow, "interval out of range");
}

std::int32_t ToInt32(double value) {
  if (std::isnan(value) || value < std::numeric_limits<std::int32_t>::min() ||
      value > std::numeric_limits<std::int32_t>::max()) {
    ThrowIntervalRange();
  }
  return static_cast<std::int32_t>(value);
}

// Drops the noise below a microsecond that multiplying fractions leaves behind.
double RoundToMicros(double seconds) { return std::rint(seconds * 1e6) / 1e6; }

// Spreads scaled months, days and microseconds over an interval's parts.
Interval Spread(const Interval& interval, double factor, bool divide) {
  const auto scaled = [&](double part) { return divide ? part / factor : part * factor; };
  Interval result;
  result.months = ToInt32(std::trunc(scaled(interval.months)));
  result.days = ToInt32(std::trunc(scaled(interval.days)));
  double month_rest_days = RoundToMicros((scaled(interval.months) - result.months) * kDaysPerMonth);
  double rest_seconds = RoundToMicros(
      (scaled(interval.days) - result.days + month_rest_days - std::trunc(month_rest_days)) * kSecondsPerDay);
  if (std::fabs(rest_seconds) >= static_cast<double>(kSecondsPerDay)) {
    const double days = std::trunc(rest_seconds / kSecondsPerDay);
    result.days = ToInt32(result.days + days);
    rest_seconds -= days * kSecondsPerDay;
  }
  result.days = ToInt32(result.days + std::trunc(month_rest_days));
  const double micros = std::rint(scaled(static_cast<double>(interval.micros)) + rest_seconds * 1e6);
  if (std::isnan(micros) || micros < -0x1p63 || micros >= 0x1p63) ThrowIntervalRange();
  result.micros = static_cast<std::int64_t>(micros);
  return result;
}

// Moves whole units of `part` into `whole`; `per_whole` units make one.
template <typename Part>
void Carry(Part& part, std::int32_t& whole, std::int64_t per_whole) {
  const std::int64_t carried = part / per_whole;
  part = static_cast<Part>(part - carried * per_whole);
  const std::int64_t sum = whole + carried;
  if (sum != static_cast<std::int32_t>(sum)) ThrowIntervalRange();
  whole = static_cast<std::int32_t>(sum);
}

// Makes the smaller part agree in sign with the larger one.
template <typename Part>
void AlignSign(std::int32_t& whole, Part& part, std::int64_t per_whole) {
  if (whole > 0 && part < 0) {
    part = static_cast<Part>(part + per_whole);
    --whole;
  } else if (whole < 0 && part > 0) {
    part = static_cast<Part>(part - per_whole);
    ++whole;
  }
}

struct Span {
  std::int64_t days;
  std::int64_t micros;
};

// Reduces an interval to days and less than a day.
Span SpanOf(const Interval& interval) {
  const DayAndMicros split = SplitTimestamp(interval.micros);
  return {std::int64_t{interval.months} * kDaysPerMonth + interval.days + split.days, split.micros};
}

}  // namespace

Interval operator+(const Interval& left, const Interval& right) {
  Interval sum;
  if (__builtin_add_overflow(left.months, right.months, &sum.months) ||
      __builtin_add_overflow(left.days, right.days, &sum.days) ||
      __builtin_add_overflow(left.micros, right.micros, &sum.micros)) {
    ThrowIntervalRange();
  }
  return sum;
}

Interval operator-(const Interval& left, const Interval& right) {
  Interval difference;
  if (__builtin_sub_overflow(left.months, right.months, &difference.months) ||
      __builtin_sub_overflow(left.days, right.days, &difference.days) ||
      __builtin_sub_overflow(left.micros, right.micros, &difference.micros)) {
    ThrowIntervalRange();
  }
  return difference;
}

Interval operator-(const Interval& interval) { return Interval{} - interval; }

Interval Multiply(const Interval& interval, double factor) { return Spread(interval, factor, false); }

Interval Divide(const Interval& interval, double divisor) {
  if (divisor == 0.0) throw base::Error(base::sqlstate::kDivisionByZero, "division by zero");
  return Spread(interval, divisor, true);
}

Interval JustifyHours(const Interval& interval) {
  Interval result = interval;
  Carry(result.micros, result.days, kMicrosPerDay);
  AlignSign(result.days, result.micros, kMicrosPerDay);
  return result;
}

Interval JustifyDays(const Interval& interval) {
  Interval result = interval;
  Carry(result.days, result.months, kDaysPerMonth);
  AlignSign(result.months, result.days, kDaysPerMonth);
  return result;
}

Interval JustifyInterval(const Interval& interval) {
  Interval result = interval;
  Carry(result.micros, result.days, kMicrosPerDay);
  Carry(result.days, result.months, kDaysPerMonth);
  if (result.months > 0 && (result.days < 0 || (result.days == 0 && result.micros < 0))) {
    result.days += kDaysPerMonth;
    --result.months;
  } else if (result.months < 0 && (result.days > 0 || (result.days == 0 && result.micros > 0))) {
    result.days -= kDaysPerMonth;
    ++result.months;
  }
  AlignSign(result.days, result.micros, kMicrosPerDay);
  return result;
}

int CompareIntervals(const Interval& left, const Interval& right) {
  const Span a = SpanOf(left);
  const Span b = SpanOf(right);
  if (a.days != b.days) return a.days < b.days ? -1 : 1;
  return a.micros < b.micros ? -1 : (a.micros > b.micros ? 1 : 0);
}

std::size_t HashInterval(const Interval& interval) {
  const Span span = SpanOf(interval);
  const std::hash<std::int64_t> hash;
  return hash(span.days * 1'000'003) ^ (hash(span.micros) << 1);
}

}  // namespace ordinal::types
