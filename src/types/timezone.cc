#include "types/timezone.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "types/datetime.h"
#include "types/scan.h"
#include "types/timezone_list.h"

namespace ordinal::types {
namespace {

constexpr int kHour = 3600;
constexpr std::size_t kNameMax = 255;

// What these two zones are called has meant several offsets; the latest are taken.
constexpr int kMoscowTime = 3 * kHour;
constexpr int kSingaporeTime = 8 * kHour;

// Keeps names inside the database's folder.
bool IsPlainName(std::string_view name) {
  if (name.empty() || name.size() > kNameMax || name.front() == '/') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '_' || c == '-' || c == '+' || c == '/';
  });
}

// Spells names the way the database does: "america/new_york" becomes "America/New_York".
std::string TitleCase(std::string_view name) {
  std::string title(name);
  bool start = true;
  for (char& c : title) {
    c = start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : (start ? c : ToLower(c));
    start = !IsLetter(c);
  }
  return title;
}

std::string UpperCase(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::int64_t FloorDivide(std::int64_t value, std::int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

absl::Time ToAbslTime(std::int64_t utc_micros) {
  return absl::FromUnixSeconds(FloorDivide(utc_micros, kMicrosPerSecond) + kUnixEpochDays * kSecondsPerDay);
}

}  // namespace

TimeZone TimeZone::Fixed(int seconds) {
  TimeZone zone;
  zone.zone_ = absl::FixedTimeZone(seconds);
  zone.utc_ = seconds == 0;
  return zone;
}

std::optional<TimeZone> TimeZone::Find(std::string_view name) {
  if (EqualsIgnoringCase(name, "utc")) return TimeZone();
  if (const auto offset = ParseZoneOffset(name)) return Fixed(*offset);
  if (!IsPlainName(name)) return std::nullopt;
  TimeZone zone;
  zone.utc_ = false;
  for (const std::string& spelling : {std::string(name), UpperCase(name), TitleCase(name)}) {
    if (absl::LoadTimeZone(spelling, &zone.zone_)) return zone;
  }
  return std::nullopt;
}

TimeZone TimeZone::Get(std::string_view name) {
  if (auto zone = Find(name)) return *zone;
  throw base::Error(base::sqlstate::kInvalidParameterValue,
                    "time zone \"" + std::string(name) + "\" not recognized");
}

int TimeZone::OffsetAt(std::int64_t utc_micros) const {
  return utc_ ? 0 : zone_.At(ToAbslTime(utc_micros)).offset;
}

std::string TimeZone::AbbreviationAt(std::int64_t utc_micros) const {
  return zone_.At(ToAbslTime(utc_micros)).zone_abbr;
}

std::int64_t TimeZone::ToLocal(std::int64_t utc_micros) const {
  if (utc_ || IsInfiniteTimestamp(utc_micros)) return utc_micros;
  return utc_micros + OffsetAt(utc_micros) * kMicrosPerSecond;
}

std::int64_t TimeZone::ToUtc(std::int64_t local_micros) const {
  if (utc_ || IsInfiniteTimestamp(local_micros)) return local_micros;
  const CivilTime civil = BreakTimestamp(local_micros);
  const absl::TimeZone::TimeInfo info =
      zone_.At(absl::CivilSecond(civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second));
  const absl::Time instant = info.kind == absl::TimeZone::TimeInfo::REPEATED ? info.post : info.pre;
  const std::int64_t seconds = absl::ToUnixSeconds(instant) - kUnixEpochDays * kSecondsPerDay;
  return seconds * kMicrosPerSecond + civil.micros;
}

std::optional<int> ParseZoneOffset(std::string_view text) {
  constexpr int kHoursMax = 15;
  if (text.size() < 2 || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  std::array<int, 3> parts{};
  if (text.find(':') == std::string_view::npos && text.size() > 2) {
    // hhmm, hmm or hhmmss.
    if (text.size() > 6 || !std::all_of(text.begin(), text.end(), IsDigit)) return std::nullopt;
    int number = 0;
    for (const char c : text) number = number * 10 + (c - '0');
    if (text.size() > 4) {
      parts = {number / 10000, number / 100 % 100, number % 100};
    } else {
      parts = {number / 100, number % 100, 0};
    }
  } else {
    std::size_t part = 0;
    std::size_t digits = 0;
    for (const char c : text) {
      if (c == ':' && digits > 0 && part < 2) {
        ++part;
        digits = 0;
      } else if (IsDigit(c) && digits < 2) {
        parts[part] = parts[part] * 10 + (c - '0');
        ++digits;
      } else {
        return std::nullopt;
      }
    }
    if (digits == 0) return std::nullopt;
  }
  if (parts[0] > kHoursMax || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  return sign * (parts[0] * kHour + parts[1] * 60 + parts[2]);
}

std::optional<int> FindZoneAbbreviation(std::string_view lower) {
  if (lower == "msk") return kMoscowTime;
  if (lower == "sgt") return kSingaporeTime;
  return FixedZoneAbbreviation(lower);
}

}  // namespace ordinal::types
