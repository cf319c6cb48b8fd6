// Writes intervals in the style of the session, as IntervalStyle says it.
#include <charconv>
#include <cstdlib>

#include "types/datetime.h"
#include "types/datetime_text.h"
#include "types/interval_parts.h"

namespace ordinal::types {
namespace {

void AppendInteger(std::string& out, std::int64_t value) {
  char buffer[20];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

// At least two digits.
void AppendTwo(std::string& out, std::int64_t value) {
  if (value < 10) out.push_back('0');
  AppendInteger(out, value);
}

// Seconds without their sign, with as much of a fraction as there is.
void AppendSeconds(std::string& out, const IntervalParts& parts, bool two_digits) {
  const std::int64_t seconds = std::abs(parts.seconds);
  if (two_digits) {
    AppendTwo(out, seconds);
  } else {
    AppendInteger(out, seconds);
  }
  std::int64_t micros = std::abs(parts.micros);
  if (micros == 0) return;
  out.push_back('.');
  for (std::int64_t unit = kMicrosPerSecond / 10; micros != 0; unit /= 10) {
    out.push_back(static_cast<char>('0' + micros / unit));
    micros %= unit;
  }
}

void AppendClock(std::string& out, const IntervalParts& parts) {
  AppendInteger(out, std::abs(parts.hours));
  out.push_back(':');
  AppendTwo(out, std::abs(parts.minutes));
  out.push_back(':');
  AppendSeconds(out, parts, true);
}

void AppendYearsAndMonths(std::string& out, const IntervalParts& parts) {
  AppendInteger(out, std::abs(parts.years));
  out.push_back('-');
  AppendInteger(out, std::abs(parts.months));
}

// The standard has intervals of years and months, and others of days and time, each with one sign. What is no
// such interval shows the sign of each part.
void AppendSqlStandard(std::string& out, const IntervalParts& parts) {
  const bool has_day_time = parts.days != 0 || parts.has_time();
  const bool negative = parts.months_negative() || parts.days < 0 || parts.time_negative();
  const bool positive =
      parts.years > 0 || parts.months > 0 || parts.days > 0 || (parts.has_time() && !parts.time_negative());
  if (!negative && !positive) {
    out.push_back('0');
  } else if ((negative && positive) || (parts.has_months() && has_day_time)) {
    out.push_back(parts.months_negative() ? '-' : '+');
    AppendYearsAndMonths(out, parts);
    out += parts.days < 0 ? " -" : " +";
    AppendInteger(out, std::abs(parts.days));
    out += parts.time_negative() ? " -" : " +";
    AppendClock(out, parts);
  } else {
    if (negative) out.push_back('-');
    if (parts.has_months()) return AppendYearsAndMonths(out, parts);
    if (parts.days != 0) {
      AppendInteger(out, std::abs(parts.days));
      out.push_back(' ');
    }
    AppendClock(out, parts);
  }
}

void AppendIso(std::string& out, const IntervalParts& parts) {
  out.push_back('P');
  const auto part = [&](std::int64_t value, char designator) {
    if (value == 0) return;
    AppendInteger(out, value);
    out.push_back(designator);
  };
  part(parts.years, 'Y');
  part(parts.months, 'M');
  part(parts.days, 'D');
  if (parts.has_time()) {
    out.push_back('T');
    part(parts.hours, 'H');
    part(parts.minutes, 'M');
    if (parts.seconds != 0 || parts.micros != 0) {
      if (parts.seconds < 0 || parts.micros < 0) out.push_back('-');
      AppendSeconds(out, parts, false);
      out.push_back('S');
    }
  } else if (!parts.has_months() && parts.days == 0) {
    out += "T0S";
  }
}

// The first part that is not zero decides whether the interval is one that lies back; the signs of the others
// are told with regard to it.
void AppendVerbose(std::string& out, const IntervalParts& parts) {
  out.push_back('@');
  bool empty = true;
  bool back = false;
  const auto begin = [&](bool negative) {
    out.push_back(' ');
    if (empty) back = negative;
    if (negative != back) out.push_back('-');
    empty = false;
  };
  const auto part = [&](std::int64_t value, const char* unit) {
    if (value == 0) return;
    begin(value < 0);
    AppendInteger(out, std::abs(value));
    out.push_back(' ');
    out += unit;
    if (value != (back ? -1 : 1)) out.push_back('s');
  };
  part(parts.years, "year");
  part(parts.months, "mon");
  part(parts.days, "day");
  part(parts.hours, "hour");
  part(parts.minutes, "min");
  if (parts.seconds != 0 || parts.micros != 0) {
    begin(parts.seconds < 0 || parts.micros < 0);
    AppendSeconds(out, parts, false);
    out += std::abs(parts.seconds) != 1 || parts.micros != 0 ? " secs" : " sec";
  }
  if (empty) out += " 0";
  if (back) out += " ago";
}

}  // namespace

void AppendInterval(std::string& out, const Interval& interval, IntervalStyle style) {
  switch (style) {
    case IntervalStyle::kPostgres:
      return AppendInterval(out, interval);
    case IntervalStyle::kVerbose:
      return AppendVerbose(out, IntervalParts(interval));
    case IntervalStyle::kSqlStandard:
      return AppendSqlStandard(out, IntervalParts(interval));
    case IntervalStyle::kIso:
      return AppendIso(out, IntervalParts(interval));
  }
}

}  // namespace ordinal::types
