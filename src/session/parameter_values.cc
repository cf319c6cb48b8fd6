#include "session/parameter_values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/error.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

struct Unit {
  std::string_view name;
  double millis;
};

constexpr std::array<Unit, 6> kUnits = {
    {{"us", 0.001}, {"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

[[noreturn]] void ThrowOutOfRange(std::string_view name, const std::string& shown, std::int64_t min,
                                  std::int64_t max) {
  throw Error(sqlstate::kInvalidParameterValue, shown + " is outside the valid range for parameter \"" +
                                                    std::string(name) + "\" (" + std::to_string(min) +
                                                    " .. " + std::to_string(max) + ")");
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

}  // namespace

void ThrowInvalidValue(std::string_view name, std::string_view value) {
  throw Error(sqlstate::kInvalidParameterValue,
              "invalid value for parameter \"" + std::string(name) + "\": \"" + std::string(value) + "\"");
}

std::string ReadBoolValue(std::string_view name, std::string_view value) {
  const std::string text = Lower(value);
  // Any beginning of a word will do that no other word shares.
  const auto begins = [&](std::string_view word, std::size_t least) {
    return text.size() >= least && word.starts_with(text);
  };
  if (begins("true", 1) || begins("yes", 1) || begins("on", 2) || text == "1") return "on";
  if (begins("false", 1) || begins("no", 1) || begins("off", 2) || text == "0") return "off";
  throw Error(sqlstate::kInvalidParameterValue,
              "parameter \"" + std::string(name) + "\" requires a Boolean value");
}

std::int64_t ReadIntegerValue(std::string_view name, std::string_view value, std::int64_t min,
                              std::int64_t max) {
  const std::string_view text = Trimmed(value);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::invalid_argument || end != text.data() + text.size())
    ThrowInvalidValue(name, value);
  if (error != std::errc() || number < min || number > max)
    ThrowOutOfRange(name, std::string(text), min, max);
  return number;
}

std::int64_t ReadMillisValue(std::string_view name, std::string_view value, std::int64_t max) {
  const std::string_view text = Trimmed(value);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !std::isfinite(number)) ThrowInvalidValue(name, value);
  const std::string_view unit = Trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  const auto* found = std::ranges::find(kUnits, unit.empty() ? "ms" : unit, &Unit::name);
  if (found == kUnits.end()) {
    throw Error(sqlstate::kInvalidParameterValue,
                "invalid value for parameter \"" + std::string(name) + "\": \"" + std::string(value) + "\"")
        .Hint("Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\".");
  }
  const double millis = std::nearbyint(number * found->millis);
  if (millis < 0 || millis > static_cast<double>(max)) {
    char shown[32];
    const auto written = std::to_chars(shown, shown + sizeof shown, millis);
    ThrowOutOfRange(name, std::string(shown, written.ptr) + " ms", 0, max);
  }
  return static_cast<std::int64_t>(millis);
}

std::string ShowMillis(std::int64_t millis) {
  if (millis == 0) return "0";
  for (auto unit = kUnits.rbegin(); unit->millis >= 1; ++unit) {
    const auto size = static_cast<std::int64_t>(unit->millis);
    if (millis % size == 0) return std::to_string(millis / size) + std::string(unit->name);
  }
  return std::to_string(millis) + "ms";
}

std::string ReadEnumValue(std::string_view name, std::string_view value,
                          std::span<const std::string_view> words) {
  std::string text = Lower(value);
  if (std::ranges::find(words, text) != words.end()) return text;
  std::string list;
  for (const std::string_view word : words) list += (list.empty() ? "" : ", ") + std::string(word);
  throw Error(sqlstate::kInvalidParameterValue,
              "invalid value for parameter \"" + std::string(name) + "\": \"" + std::string(value) + "\"")
      .Hint("Available values: " + list + ".");
}

bool IsUtf8Name(std::string_view encoding) {
  std::string letters = Lower(encoding);
  std::erase_if(letters, [](unsigned char c) { return std::isalnum(c) == 0; });
  return letters == "utf8" || letters == "unicode";
}

std::string Lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace ordinal::session
