// Reads and writes dates, times and timestamps; intervals are in interval_text.cc.
#include "types/datetime_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "base/error.h"
#include "types/datetime.h"
#include "types/datetime_reader.h"

namespace ordinal::types {
namespace {

using Special = DateTimeFields::Special;

constexpr const char* kMonthNames[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr const char* kDayNames[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

[[noreturn]] void ThrowOutOfRangeText(const char* type_name, std::string_view text) {
  throw base::Error(base::sqlstate::kDatetimeFieldOverflow,
                    std::string(type_name) + " out of range: \"" + std::string(text) + "\"");
}

// Settles what a timestamp's text says as local time in its zone.
struct Moment {
  std::int64_t value;  // local unless `absolute`
  bool absolute;       // already an instant, or infinite
};

Moment MomentOf(const DateTimeFields& fields, const DateTimeReader& reader, std::string_view text,
                const Settings& settings) {
  switch (fields.special) {
    case Special::kInfinity:
      return {kTimestampInfinity, true};
    case Special::kMinusInfinity:
      return {kTimestampMinusInfinity, true};
    case Special::kEpoch:
      return {-kUnixEpochDays * kMicrosPerDay, true};
    case Special::kNow:
      return {settings.transaction_micros, true};
    case Special::kNone:
      break;
  }
  if (!fields.date) reader.ThrowBadFormat();
  const auto local = JoinTimestamp(*fields.date, fields.micros.value_or(0));
  if (!local) ThrowOutOfRangeText("timestamp", text);
  return {*local, false};
}

void AppendPadded(std::string& out, std::int64_t value, std::size_t width) {
  std::array<char, 20> buffer;
  const char* end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  const auto size = static_cast<std::size_t>(end - buffer.data());
  if (size < width) out.append(width - size, '0');
  out.append(buffer.data(), size);
}

void AppendTwoDigits(std::string& out, int value) {
  out.push_back(static_cast<char>('0' + value / 10));
  out.push_back(static_cast<char>('0' + value % 10));
}

void AppendClock(std::string& out, int hour, int minute, int second, int micros) {
  AppendTwoDigits(out, hour);
  out.push_back(':');
  AppendTwoDigits(out, minute);
  out.push_back(':');
  AppendTwoDigits(out, second);
  if (micros == 0) return;
  out.push_back('.');
  AppendPadded(out, micros, 6);
  while (out.back() == '0') out.pop_back();
}

void AppendOffset(std::string& out, int seconds_east) {
  const int magnitude = std::abs(seconds_east);
  out.push_back(seconds_east < 0 ? '-' : '+');
  AppendTwoDigits(out, magnitude / 3600);
  if (magnitude % 3600 == 0) return;
  out.push_back(':');
  AppendTwoDigits(out, magnitude / 60 % 60);
  if (magnitude % 60 == 0) return;
  out.push_back(':');
  AppendTwoDigits(out, magnitude % 60);
}

// Years before 1 are counted from 1 BC downwards.
std::int64_t ShownYear(std::int64_t year) { return year > 0 ? year : 1 - year; }

// Appends day and month with a separator, in the order of the date style.
void AppendDayMonth(std::string& out, const CivilDate& date, char separator, DateOrder order) {
  const bool day_first = order == DateOrder::kDmy;
  AppendTwoDigits(out, day_first ? date.day : date.month);
  out.push_back(separator);
  AppendTwoDigits(out, day_first ? date.month : date.day);
}

// Appends the date without its era.
void AppendCivilDate(std::string& out, const CivilDate& date, const Settings& settings) {
  const std::int64_t year = ShownYear(date.year);
  switch (settings.date_style) {
    case DateStyle::kIso:
      AppendPadded(out, year, 4);
      out.push_back('-');
      AppendTwoDigits(out, date.month);
      out.push_back('-');
      AppendTwoDigits(out, date.day);
      return;
    case DateStyle::kGerman:
      AppendDayMonth(out, date, '.', DateOrder::kDmy);
      out.push_back('.');
      break;
    case DateStyle::kSql:
      AppendDayMonth(out, date, '/', settings.date_order);
      out.push_back('/');
      break;
    case DateStyle::kPostgres:
      AppendDayMonth(out, date, '-', settings.date_order);
      out.push_back('-');
      break;
  }
  AppendPadded(out, year, 4);
}

struct Zone {
  std::string abbreviation;
  int seconds_east;
};

void AppendCivilTime(std::string& out, std::int64_t local, const Zone* zone, const Settings& settings) {
  const CivilTime civil = BreakTimestamp(local);
  const bool postgres = settings.date_style == DateStyle::kPostgres;
  if (postgres) {
    out += kDayNames[DayOfWeek(SplitTimestamp(local).days)];
    out.push_back(' ');
    if (settings.date_order == DateOrder::kDmy) {
      AppendTwoDigits(out, civil.day);
      out.push_back(' ');
      out += kMonthNames[civil.month - 1];
    } else {
      out += kMonthNames[civil.month - 1];
      out.push_back(' ');
      AppendTwoDigits(out, civil.day);
    }
  } else {
    AppendCivilDate(out, civil, settings);
  }
  out.push_back(' ');
  AppendClock(out, civil.hour, civil.minute, civil.second, civil.micros);
  if (postgres) {
    out.push_back(' ');
    AppendPadded(out, ShownYear(civil.year), 4);
  }
  if (zone != nullptr) {
    if (settings.date_style == DateStyle::kIso) {
      AppendOffset(out, zone->seconds_east);
    } else {
      out.push_back(' ');
      out += zone->abbreviation;
    }
  }
  if (civil.year <= 0) out += " BC";
}

bool AppendInfinity(std::string& out, std::int64_t value, std::int64_t plus, std::int64_t minus) {
  if (value != plus && value != minus) return false;
  out += value == plus ? "infinity" : "-infinity";
  return true;
}

}  // namespace

std::int64_t ParseDate(std::string_view text, const Settings& settings) {
  DateTimeReader reader(text, "date", settings);
  const DateTimeFields fields = reader.Read();
  switch (fields.special) {
    case Special::kInfinity:
      return kDateInfinity;
    case Special::kMinusInfinity:
      return kDateMinusInfinity;
    case Special::kEpoch:
      return -kUnixEpochDays;
    case Special::kNow:
      return SplitTimestamp(TimeZone::Get(settings.time_zone).ToLocal(settings.transaction_micros)).days;
    case Special::kNone:
      break;
  }
  if (!fields.date) reader.ThrowBadFormat();
  if (!IsFiniteDateInRange(*fields.date)) ThrowOutOfRangeText("date", text);
  return *fields.date;
}

std::int64_t ParseTime(std::string_view text, const Settings& settings) {
  DateTimeReader reader(text, "time", settings, true);
  const DateTimeFields fields = reader.Read();
  if (fields.special == Special::kNow) {
    return SplitTimestamp(TimeZone::Get(settings.time_zone).ToLocal(settings.transaction_micros)).micros;
  }
  if (!fields.micros) reader.ThrowBadFormat();
  return *fields.micros;
}

Interval ParseTimetz(std::string_view text, const Settings& settings) {
  DateTimeReader reader(text, "time with time zone", settings, true);
  const DateTimeFields fields = reader.Read();
  const TimeZone zone = fields.zone ? *fields.zone : TimeZone::Get(settings.time_zone);
  Interval time;
  std::int64_t instant = settings.transaction_micros;
  if (fields.special == Special::kNow) {
    time.micros = SplitTimestamp(zone.ToLocal(instant)).micros;
  } else {
    if (!fields.micros) reader.ThrowBadFormat();
    time.micros = *fields.micros;
    const std::int64_t date = fields.date.value_or(SplitTimestamp(zone.ToLocal(instant)).days);
    instant = zone.ToUtc(JoinTimestamp(date, time.micros).value_or(instant));
  }
  time.days = -zone.OffsetAt(instant);
  return time;
}

std::int64_t ParseTimestamp(std::string_view text, const Settings& settings) {
  DateTimeReader reader(text, "timestamp", settings);
  const DateTimeFields fields = reader.Read();
  const Moment moment = MomentOf(fields, reader, text, settings);
  if (fields.special == Special::kNow) return TimeZone::Get(settings.time_zone).ToLocal(moment.value);
  if (!moment.absolute && !IsFiniteTimestampInRange(moment.value)) ThrowOutOfRangeText("timestamp", text);
  return moment.value;
}

std::int64_t ParseTimestamptz(std::string_view text, const Settings& settings) {
  DateTimeReader reader(text, "timestamp with time zone", settings);
  const DateTimeFields fields = reader.Read();
  const Moment moment = MomentOf(fields, reader, text, settings);
  if (moment.absolute) return moment.value;
  // The offset could carry a value at the very end of the 64 bits past it, so the local time is checked as
  // well.
  const TimeZone zone = fields.zone ? *fields.zone : TimeZone::Get(settings.time_zone);
  if (moment.value > kTimestampEnd + kMicrosPerDay || moment.value < kTimestampMin - kMicrosPerDay) {
    ThrowOutOfRangeText("timestamp", text);
  }
  const std::int64_t utc = zone.ToUtc(moment.value);
  if (!IsFiniteTimestampInRange(utc)) ThrowOutOfRangeText("timestamp", text);
  return utc;
}

void AppendDate(std::string& out, std::int64_t date, const Settings& settings) {
  if (AppendInfinity(out, date, kDateInfinity, kDateMinusInfinity)) return;
  const CivilDate civil = CivilFromDays(date);
  AppendCivilDate(out, civil, settings);
  if (civil.year <= 0) out += " BC";
}

void AppendTime(std::string& out, std::int64_t time) {
  AppendClock(out, static_cast<int>(time / kMicrosPerHour), static_cast<int>(time / kMicrosPerMinute % 60),
              static_cast<int>(time / kMicrosPerSecond % 60), static_cast<int>(time % kMicrosPerSecond));
}

void AppendTimetz(std::string& out, const Interval& time) {
  AppendTime(out, time.micros);
  AppendOffset(out, -time.days);
}

void AppendTimestamp(std::string& out, std::int64_t timestamp, const Settings& settings) {
  if (AppendInfinity(out, timestamp, kTimestampInfinity, kTimestampMinusInfinity)) return;
  AppendCivilTime(out, timestamp, nullptr, settings);
}

void AppendTimestamptz(std::string& out, std::int64_t timestamp, const Settings& settings) {
  if (AppendInfinity(out, timestamp, kTimestampInfinity, kTimestampMinusInfinity)) return;
  const TimeZone zone = TimeZone::Get(settings.time_zone);
  Zone shown{{}, zone.OffsetAt(timestamp)};
  if (settings.date_style != DateStyle::kIso) shown.abbreviation = zone.AbbreviationAt(timestamp);
  AppendCivilTime(out, timestamp + shown.seconds_east * kMicrosPerSecond, &shown, settings);
}

}  // namespace ordinal::types
