// Reads and writes the text forms of dates, times, timestamps and intervals (manual section 8.5).
//
// Errors of the readers: 22007 `invalid input syntax for type date: "x"`, 22008 `date/time field value out of
// range: "x"` and `timestamp out of range: "x"`, 22009 `time zone displacement out of range: "x"`, 22015
// `interval field value out of range: "x"`, 22023 `time zone "x" not recognized`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "types/settings.h"
#include "types/value.h"

namespace ordinal::types {

std::int64_t ParseDate(std::string_view text, const Settings& settings);
std::int64_t ParseTime(std::string_view text, const Settings& settings);
// Holds the microseconds of the day, and in `days` the zone in seconds west of Greenwich.
Interval ParseTimetz(std::string_view text, const Settings& settings);
std::int64_t ParseTimestamp(std::string_view text, const Settings& settings);
std::int64_t ParseTimestamptz(std::string_view text, const Settings& settings);
// The modifier's fields say what a bare number counts: interval '1' day. With the style of the standard, a
// minus before the first of several parts holds for all of them, unless another one has a sign.
Interval ParseInterval(std::string_view text, std::int32_t modifier,
                       IntervalStyle style = IntervalStyle::kPostgres);
// Whether what the text means depends on the style.
bool DependsOnIntervalStyle(std::string_view text);
// Drops the fields, and rounds to the digits of a second, that interval's modifier names.
Interval ApplyIntervalModifier(const Interval& interval, std::int32_t modifier);

void AppendDate(std::string& out, std::int64_t date, const Settings& settings);
void AppendTime(std::string& out, std::int64_t time);
void AppendTimetz(std::string& out, const Interval& time);
void AppendTimestamp(std::string& out, std::int64_t timestamp, const Settings& settings);
void AppendTimestamptz(std::string& out, std::int64_t timestamp, const Settings& settings);
void AppendInterval(std::string& out, const Interval& interval);  // in the style kPostgres
void AppendInterval(std::string& out, const Interval& interval, IntervalStyle style);

}  // namespace ordinal::types
