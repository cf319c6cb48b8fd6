#include "types/date_field.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "types/datetime.h"
#include "types/scan.h"

namespace ordinal::types {
namespace {

enum class Field : std::uint8_t {
  kMicrosecond,
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
  kDecade,
  kCentury,
  kMillennium,
  kIsoYear,
  kDayOfWeek,
  kIsoDayOfWeek,
  kDayOfYear,
  kJulian,
  kEpoch,
  kZone,
  kZoneHour,
  kZoneMinute
};

struct FieldName {
  std::string_view name;
  Field field;
};

constexpr FieldName kFieldNames[] = {
    {"microsecond", Field::kMicrosecond},
    {"microseconds", Field::kMicrosecond},
    {"us", Field::kMicrosecond},
    {"usec", Field::kMicrosecond},
    {"usecs", Field::kMicrosecond},
    {"useconds", Field::kMicrosecond},
    {"millisecond", Field::kMillisecond},
    {"milliseconds", Field::kMillisecond},
    {"ms", Field::kMillisecond},
    {"msec", Field::kMillisecond},
    {"msecs", Field::kMillisecond},
    {"second", Field::kSecond},
    {"seconds", Field::kSecond},
    {"sec", Field::kSecond},
    {"secs", Field::kSecond},
    {"s", Field::kSecond},
    {"minute", Field::kMinute},
    {"minutes", Field::kMinute},
    {"min", Field::kMinute},
    {"mins", Field::kMinute},
    {"m", Field::kMinute},
    {"hour", Field::kHour},
    {"hours", Field::kHour},
    {"hr", Field::kHour},
    {"hrs", Field::kHour},
    {"h", Field::kHour},
    {"day", Field::kDay},
    {"days", Field::kDay},
    {"d", Field::kDay},
    {"week", Field::kWeek},
    {"weeks", Field::kWeek},
    {"w", Field::kWeek},
    {"month", Field::kMonth},
    {"months", Field::kMonth},
    {"mon", Field::kMonth},
    {"mons", Field::kMonth},
    {"quarter", Field::kQuarter},
    {"qtr", Field::kQuarter},
    {"year", Field::kYear},
    {"years", Field::kYear},
    {"yr", Field::kYear},
    {"yrs", Field::kYear},
    {"y", Field::kYear},
    {"decade", Field::kDecade},
    {"decades", Field::kDecade},
    {"dec", Field::kDecade},
    {"decs", Field::kDecade},
    {"century", Field::kCentury},
    {"centuries", Field::kCentury},
    {"cent", Field::kCentury},
    {"c", Field::kCentury},
    {"millennium", Field::kMillennium},
    {"millennia", Field::kMillennium},
    {"mil", Field::kMillennium},
    {"mils", Field::kMillennium},
    {"isoyear", Field::kIsoYear},
    {"dow", Field::kDayOfWeek},
    {"isodow", Field::kIsoDayOfWeek},
    {"doy", Field::kDayOfYear},
    {"julian", Field::kJulian},
    {"jd", Field::kJulian},
    {"j", Field::kJulian},
    {"epoch", Field::kEpoch},
    {"timezone", Field::kZone},
    {"timezone_hour", Field::kZoneHour},
    {"timezone_minute", Field::kZoneMinute},
};

std::string Quoted(std::string_view unit) {
  std::string text = "unit \"";
  std::transform(unit.begin(), unit.end(), std::back_inserter(text), ToLower);
  text += "\" not ";
  return text;
}

// Units that extract() knows and date_trunc() does not.
bool IsOnlyExtracted(Field field) { return field >= Field::kIsoYear && field <= Field::kEpoch; }

Field GetField(std::string_view unit, TypeId type, bool truncate = false) {
  for (const FieldName& entry : kFieldNames) {
    if (EqualsIgnoringCase(unit, entry.name) && !(truncate && IsOnlyExtracted(entry.field)))
      return entry.field;
  }
  throw base::Error(base::sqlstate::kInvalidParameterValue,
                    Quoted(unit) + "recognized for type " + InfoOf(type).sql_name);
}

base::Error NotSupported(std::string_view unit, TypeId type) {
  return {base::sqlstate::kFeatureNotSupported, Quoted(unit) + "supported for type " + InfoOf(type).sql_name};
}

Numeric Integer(std::int64_t value) { return Numeric::FromInt64(value); }

// The year before 1 is 1 BC, shown as -1.
std::int64_t WithoutYearZero(std::int64_t year) { return year > 0 ? year : year - 1; }

// Counts centuries or millennia, which begin with year 1.
std::int64_t PeriodOf(std::int64_t year, int length) {
  return year > 0 ? (year + length - 1) / length : -((length - 1 - (year - 1)) / length);
}

std::int64_t DecadeOf(std::int64_t year) { return year >= 0 ? year / 10 : -((8 - (year - 1)) / 10); }

// 1 is Monday.
int IsoDayOfWeek(std::int64_t days) {
  const int day = DayOfWeek(days);
  return day == 0 ? 7 : day;
}

// An ISO week belongs to the year of its Thursday.
CivilDate ThursdayOf(std::int64_t days) { return CivilFromDays(days - IsoDayOfWeek(days) + 4); }

int IsoWeek(std::int64_t days) {
  const std::int64_t thursday = days - IsoDayOfWeek(days) + 4;
  return static_cast<int>((thursday - DaysFromCivil(CivilFromDays(thursday).year, 1, 1)) / 7) + 1;
}

// The fields that a calendar day has.
std::optional<Numeric> ExtractFromDay(Field field, std::int64_t days) {
  const CivilDate date = CivilFromDays(days);
  switch (field) {
    case Field::kDay:
      return Integer(date.day);
    case Field::kWeek:
      return Integer(IsoWeek(days));
    case Field::kMonth:
      return Integer(date.month);
    case Field::kQuarter:
      return Integer((date.month - 1) / 3 + 1);
    case Field::kYear:
      return Integer(WithoutYearZero(date.year));
    case Field::kDecade:
      return Integer(DecadeOf(date.year));
    case Field::kCentury:
      return Integer(PeriodOf(date.year, 100));
    case Field::kMillennium:
      return Integer(PeriodOf(date.year, 1000));
    case Field::kIsoYear:
      return Integer(WithoutYearZero(ThursdayOf(days).year));
    case Field::kDayOfWeek:
      return Integer(DayOfWeek(days));
    case Field::kIsoDayOfWeek:
      return Integer(IsoDayOfWeek(days));
    case Field::kDayOfYear:
      return Integer(days - DaysFromCivil(date.year, 1, 1) + 1);
    default:
      return std::nullopt;
  }
}

// The fields that a time of day or an interval's time has; hours may exceed 23.
std::optional<Numeric> ExtractFromTime(Field field, std::int64_t micros) {
  switch (field) {
    case Field::kMicrosecond:
      return Integer(micros % kMicrosPerMinute);
    case Field::kMillisecond:
      return Numeric::FromScaled(micros % kMicrosPerMinute, 3);
    case Field::kSecond:
      return Numeric::FromScaled(micros % kMicrosPerMinute, 6);
    case Field::kMinute:
      return Integer(micros / kMicrosPerMinute % 60);
    case Field::kHour:
      return Integer(micros / kMicrosPerHour);
    default:
      return std::nullopt;
  }
}

std::optional<Numeric> ExtractFromZone(Field field, int seconds_east) {
  switch (field) {
    case Field::kZone:
      return Integer(seconds_east);
    case Field::kZoneHour:
      return Integer(seconds_east / 3600);
    case Field::kZoneMinute:
      return Integer(seconds_east % 3600 / 60);
    default:
      return std::nullopt;
  }
}

// Fields that grow without end are infinite for infinite values; those that repeat are NULL.
std::optional<Numeric> ExtractFromInfinity(Field field, bool negative) {
  switch (field) {
    case Field::kYear:
    case Field::kDecade:
    case Field::kCentury:
    case Field::kMillennium:
    case Field::kIsoYear:
    case Field::kJulian:
    case Field::kEpoch:
      return Numeric::Infinity(negative);
    default:
      return std::nullopt;
  }
}

bool IsTimeField(Field field) { return field <= Field::kHour; }
bool IsZoneField(Field field) { return field >= Field::kZone; }

std::optional<Numeric> ExtractFromDate(Field field, std::string_view unit, std::int64_t date) {
  if (IsTimeField(field) || IsZoneField(field)) throw NotSupported(unit, TypeId::kDate);
  if (IsInfiniteDate(date)) return ExtractFromInfinity(field, date < 0);
  if (field == Field::kJulian) return Integer(date + kJulianEpochDays);
  if (field == Field::kEpoch) return Integer((date + kUnixEpochDays) * kSecondsPerDay);
  return ExtractFromDay(field, date);
}

std::optional<Numeric> ExtractFromTimestamp(Field field, std::int64_t local) {
  const DayAndMicros split = SplitTimestamp(local);
  if (field == Field::kJulian) {
    return Integer(split.days + kJulianEpochDays) + Integer(split.micros) / Integer(kMicrosPerDay);
  }
  return IsTimeField(field) ? ExtractFromTime(field, split.micros) : ExtractFromDay(field, split.days);
}

Numeric EpochOfTimestamp(std::int64_t timestamp) {
  // The sum may leave 64 bits at the very end of the range.
  return Numeric::FromScaled(timestamp, 6) + Numeric::FromScaled(kUnixEpochDays * kMicrosPerDay, 6);
}

std::optional<Numeric> ExtractFromInterval(Field field, const Interval& interval) {
  const int years = interval.months / kMonthsPerYear;
  const int months = interval.months % kMonthsPerYear;
  switch (field) {
    case Field::kDay:
      return Integer(interval.days);
    case Field::kMonth:
      return Integer(months);
    case Field::kQuarter:
      return Integer(months / 3 + 1);
    case Field::kYear:
      return Integer(years);
    case Field::kDecade:
      return Integer(years / 10);
    case Field::kCentury:
      return Integer(years / 100);
    case Field::kMillennium:
      return Integer(years / 1000);
    case Field::kEpoch: {
      // A year counts 365.25 days, so days are counted in quarters.
      const std::int64_t quarter_days =
          std::int64_t{1461} * years + std::int64_t{120} * months + std::int64_t{4} * interval.days;
      return Numeric::FromScaled(interval.micros, 6) + Integer(quarter_days * (kSecondsPerDay / 4)) +
             Numeric::FromScaled(0, 6);
    }
    default:
      return ExtractFromTime(field, interval.micros);
  }
}

std::optional<Numeric> ExtractFromTimetz(Field field, const Interval& time) {
  if (IsZoneField(field)) return ExtractFromZone(field, -time.days);
  if (field == Field::kEpoch) return Numeric::FromScaled(time.micros + time.days * kMicrosPerSecond, 6);
  return ExtractFromTime(field, time.micros);
}

std::optional<Numeric> ExtractFromTimeOfDay(Field field, std::int64_t time) {
  if (field == Field::kEpoch) return Numeric::FromScaled(time, 6);
  return ExtractFromTime(field, time);
}

// Returns the first day of the period of `field` that holds the day; nullopt for fields that are no periods.
std::optional<std::int64_t> FirstDay(Field field, std::int64_t days) {
  const CivilDate date = CivilFromDays(days);
  const auto january = [](std::int64_t year) { return DaysFromCivil(year, 1, 1); };
  const auto period_start = [&](int length) {
    const std::int64_t period = PeriodOf(date.year, length);
    return january(period > 0 ? period * length - length + 1 : period * length + 1);
  };
  switch (field) {
    case Field::kDay:
      return days;
    case Field::kWeek:
      return days - (IsoDayOfWeek(days) - 1);
    case Field::kMonth:
      return DaysFromCivil(date.year, date.month, 1);
    case Field::kQuarter:
      return DaysFromCivil(date.year, (date.month - 1) / 3 * 3 + 1, 1);
    case Field::kYear:
      return january(date.year);
    case Field::kDecade:
      return january(date.year > 0 ? date.year / 10 * 10 : -((8 - (date.year - 1)) / 10) * 10);
    case Field::kCentury:
      return period_start(100);
    case Field::kMillennium:
      return period_start(1000);
    default:
      return std::nullopt;
  }
}

// Returns the microseconds in a unit of time up to the hour; 0 for other fields.
std::int64_t MicrosIn(Field field) {
  switch (field) {
    case Field::kMicrosecond:
      return 1;
    case Field::kMillisecond:
      return 1000;
    case Field::kSecond:
      return kMicrosPerSecond;
    case Field::kMinute:
      return kMicrosPerMinute;
    case Field::kHour:
      return kMicrosPerHour;
    default:
      return 0;
  }
}

std::int64_t TruncateLocal(Field field, std::string_view unit, std::int64_t local, TypeId type) {
  const DayAndMicros split = SplitTimestamp(local);
  if (const std::int64_t micros = MicrosIn(field)) {
    return *JoinTimestamp(split.days, split.micros - split.micros % micros);
  }
  const auto first = FirstDay(field, split.days);
  if (!first) throw NotSupported(unit, type);
  const auto truncated = JoinTimestamp(*first, 0);
  if (!truncated || !IsFiniteTimestampInRange(*truncated)) {
    throw base::Error(base::sqlstate::kDatetimeFieldOverflow, "timestamp out of range");
  }
  return *truncated;
}

}  // namespace

std::optional<Numeric> Extract(std::string_view unit, const Value& value, TypeId type, const TimeZone& zone) {
  const Field field = GetField(unit, type);
  std::optional<Numeric> result;
  switch (type) {
    case TypeId::kDate:
      return ExtractFromDate(field, unit, value.AsInt());
    case TypeId::kTimestamp:
    case TypeId::kTimestamptz: {
      const std::int64_t timestamp = value.AsInt();
      const bool zoned = type == TypeId::kTimestamptz;
      if (IsZoneField(field) && !zoned) throw NotSupported(unit, type);
      if (IsInfiniteTimestamp(timestamp)) return ExtractFromInfinity(field, timestamp < 0);
      if (field == Field::kEpoch) return EpochOfTimestamp(timestamp);
      if (IsZoneField(field)) return ExtractFromZone(field, zone.OffsetAt(timestamp));
      return ExtractFromTimestamp(field, zoned ? zone.ToLocal(timestamp) : timestamp);
    }
    case TypeId::kTime:
      result = ExtractFromTimeOfDay(field, value.AsInt());
      break;
    case TypeId::kTimetz:
      result = ExtractFromTimetz(field, value.AsInterval());
      break;
    default:
      result = ExtractFromInterval(field, value.AsInterval());
      break;
  }
  if (!result) throw NotSupported(unit, type);
  return result;
}

std::int64_t TruncateTimestamp(std::string_view unit, std::int64_t timestamp) {
  if (IsInfiniteTimestamp(timestamp)) return timestamp;
  const Field field = GetField(unit, TypeId::kTimestamp, true);
  return TruncateLocal(field, unit, timestamp, TypeId::kTimestamp);
}

std::int64_t TruncateTimestamptz(std::string_view unit, std::int64_t utc, const TimeZone& zone) {
  if (IsInfiniteTimestamp(utc)) return utc;
  const Field field = GetField(unit, TypeId::kTimestamptz, true);
  const std::int64_t local = zone.ToLocal(utc);
  const std::int64_t truncated = TruncateLocal(field, unit, local, TypeId::kTimestamptz);
  // Within a day the offset stays, so that an hour that occurs twice is told apart.
  return MicrosIn(field) != 0 ? truncated - (local - utc) : LocalToUtc(truncated, zone);
}

Interval TruncateInterval(std::string_view unit, const Interval& interval) {
  const Field field = GetField(unit, TypeId::kInterval, true);
  const auto months = [&](int count) { return Interval{0, 0, interval.months - interval.months % count}; };
  switch (field) {
    case Field::kDay:
      return {0, interval.days, interval.months};
    case Field::kMonth:
      return months(1);
    case Field::kQuarter:
      return months(3);
    case Field::kYear:
      return months(kMonthsPerYear);
    case Field::kDecade:
      return months(10 * kMonthsPerYear);
    case Field::kCentury:
      return months(100 * kMonthsPerYear);
    case Field::kMillennium:
      return months(1000 * kMonthsPerYear);
    case Field::kWeek:
      throw NotSupported(unit, TypeId::kInterval).Detail("Months usually have fractional weeks.");
    default:
      break;
  }
  const std::int64_t micros = MicrosIn(field);
  if (micros == 0) throw NotSupported(unit, TypeId::kInterval);
  return {interval.micros - interval.micros % micros, interval.days, interval.months};
}

}  // namespace ordinal::types
