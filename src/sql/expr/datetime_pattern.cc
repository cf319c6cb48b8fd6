#include "sql/expr/datetime_pattern.h"

#include <algorithm>

#include "base/error.h"
#include "types/scan.h"
#include "types/utf8.h"

namespace ordinal::sql {
namespace {

using base::Error;
using Calendar = DateCalendar;
using Field = DateField;
using Kind = DatePatternNode::Kind;

// Longer ones first where one begins another.
constexpr DatePatternKey kKeys[] = {
    {"A.D.", Field::kEraDots, false},
    {"A.M.", Field::kMeridiemDots, false},
    {"AD", Field::kEra, false},
    {"AM", Field::kMeridiem, false},
    {"B.C.", Field::kEraDots, false},
    {"BC", Field::kEra, false},
    {"CC", Field::kCentury, true},
    {"DAY", Field::kDayName, false},
    {"DDD", Field::kDayOfYear, true, Calendar::kGregorian},
    {"DD", Field::kDay, true, Calendar::kGregorian},
    {"DY", Field::kDayShort, false},
    {"D", Field::kDayOfWeek, true, Calendar::kGregorian},
    {"FF1", Field::kFraction, true},
    {"FF2", Field::kFraction, true},
    {"FF3", Field::kFraction, true},
    {"FF4", Field::kFraction, true},
    {"FF5", Field::kFraction, true},
    {"FF6", Field::kFraction, true},
    {"FX", Field::kFixed, false},
    {"HH24", Field::kHour24, true},
    {"HH12", Field::kHour12, true},
    {"HH", Field::kHour12, true},
    {"IDDD", Field::kIsoDayOfYear, true, Calendar::kIsoWeek},
    {"ID", Field::kIsoDay, true, Calendar::kIsoWeek},
    {"IW", Field::kIsoWeek, true, Calendar::kIsoWeek},
    {"IYYY", Field::kIsoYear, true, Calendar::kIsoWeek},
    {"IYY", Field::kIsoYear, true, Calendar::kIsoWeek},
    {"IY", Field::kIsoYear, true, Calendar::kIsoWeek},
    {"I", Field::kIsoYear, true, Calendar::kIsoWeek},
    {"J", Field::kJulian, true},
    {"MI", Field::kMinute, true},
    {"MM", Field::kMonth, true, Calendar::kGregorian},
    {"MONTH", Field::kMonthName, false, Calendar::kGregorian},
    {"MON", Field::kMonthShort, false, Calendar::kGregorian},
    {"MS", Field::kMillisecond, true},
    {"OF", Field::kZoneName, false},
    {"P.M.", Field::kMeridiemDots, false},
    {"PM", Field::kMeridiem, false},
    {"Q", Field::kQuarter, true},
    {"RM", Field::kRoman, false, Calendar::kGregorian},
    {"SSSSS", Field::kSecondOfDay, true},
    {"SSSS", Field::kSecondOfDay, true},
    {"SS", Field::kSecond, true},
    {"TZH", Field::kZoneHour, false},
    {"TZM", Field::kZoneMinute, true},
    {"TZ", Field::kZoneName, false},
    {"US", Field::kMicrosecond, true},
    {"WW", Field::kWeekOfYear, true, Calendar::kGregorian},
    {"W", Field::kWeekOfMonth, true, Calendar::kGregorian},
    {"Y,YYY", Field::kYearComma, true, Calendar::kGregorian},
    {"YYYY", Field::kYear, true, Calendar::kGregorian},
    {"YYY", Field::kYear, true, Calendar::kGregorian},
    {"YY", Field::kYear, true, Calendar::kGregorian},
    {"Y", Field::kYear, true, Calendar::kGregorian},
};

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
char Upper(char c) { return IsLower(c) ? static_cast<char>(c - ('a' - 'A')) : c; }

// Names are written in capitals or in small letters throughout; those of days and months also with a capital
// at the beginning.
bool IsWrittenAs(std::string_view text, const DatePatternKey& key) {
  const std::string_view name = key.name;
  if (text.size() < name.size()) return false;
  text = text.substr(0, name.size());
  if (!std::equal(name.begin(), name.end(), text.begin(), [](char a, char b) { return a == Upper(b); })) {
    return false;
  }
  const bool has_small = std::any_of(text.begin(), text.end(), IsLower);
  if (!has_small || std::none_of(text.begin(), text.end(), IsUpper)) return true;
  const bool is_name = key.field == Field::kDayName || key.field == Field::kDayShort ||
                       key.field == Field::kMonthName || key.field == Field::kMonthShort;
  return is_name && IsUpper(text[0]) && std::none_of(text.begin() + 1, text.end(), IsUpper);
}

const DatePatternKey* KeyAt(std::string_view text) {
  for (const DatePatternKey& key : kKeys) {
    if (IsWrittenAs(text, key)) return &key;
  }
  return nullptr;
}

class Parser {
 public:
  Parser(std::string_view pattern, bool standard) : rest_(pattern), standard_(standard) {}

  std::vector<DatePatternNode> Run() {
    while (!rest_.empty()) {
      DatePatternNode node;
      node.fill_mode = Take("FM") || Take("fm");
      // Names in the language of the session are English ones.
      if (!node.fill_mode && !Take("TM")) Take("tm");
      if (rest_.empty()) break;
      if (const DatePatternKey* key = KeyAt(rest_)) {
        TakeField(std::move(node), *key);
      } else if (rest_.front() == '"') {
        TakeQuoted();
      } else {
        TakeOther();
      }
    }
    return std::move(nodes_);
  }

 private:
  bool Take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  void TakeField(DatePatternNode node, const DatePatternKey& key) {
    node.kind = Kind::kField;
    node.key = &key;
    node.text = rest_.substr(0, key.name.size());
    rest_.remove_prefix(key.name.size());
    node.ordinal = Take("TH") || Take("th");
    if (!node.ordinal) Take("SP");
    nodes_.push_back(std::move(node));
  }

  void TakeQuoted() {
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      if (Take("\"")) return;
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      TakeCharacter(Kind::kText);
    }
  }

  void TakeOther() {
    if (standard_) {
      if (std::string_view("-./,':; ").find(rest_.front()) == std::string_view::npos) {
        throw Error(base::sqlstate::kInvalidDatetimeFormat,
                    "invalid datetime format separator: \"" +
                        std::string(rest_.substr(0, types::BytesOfCharacters(rest_, 1))) + "\"");
      }
      TakeCharacter(rest_.front() == ' ' ? Kind::kSpace : Kind::kSeparator);
      return;
    }
    if (rest_.starts_with("\\\"")) rest_.remove_prefix(1);
    if (IsDateSeparator(rest_.front())) {
      TakeCharacter(Kind::kSeparator);
    } else {
      TakeCharacter(types::IsBlank(rest_.front()) ? Kind::kSpace : Kind::kText);
    }
  }

  void TakeCharacter(Kind kind) {
    const std::size_t size = types::BytesOfCharacters(rest_, 1);
    DatePatternNode node;
    node.kind = kind;
    node.text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    nodes_.push_back(std::move(node));
  }

  std::string_view rest_;
  bool standard_;
  std::vector<DatePatternNode> nodes_;
};

}  // namespace

std::vector<DatePatternNode> ParseDatePattern(std::string_view pattern, bool standard) {
  return Parser(pattern, standard).Run();
}

DateParts PartsOf(const std::vector<DatePatternNode>& nodes) {
  DateParts parts;
  for (const DatePatternNode& node : nodes) {
    if (node.kind != Kind::kField) continue;
    switch (node.key->field) {
      case Field::kFixed:
        break;
      case Field::kMeridiem:
      case Field::kMeridiemDots:
      case Field::kHour12:
      case Field::kHour24:
      case Field::kMinute:
      case Field::kSecond:
      case Field::kMillisecond:
      case Field::kMicrosecond:
      case Field::kFraction:
      case Field::kSecondOfDay:
        parts.time = true;
        break;
      case Field::kZoneName:
      case Field::kZoneHour:
      case Field::kZoneMinute:
        parts.zone = true;
        break;
      default:
        parts.date = true;
        break;
    }
  }
  return parts;
}

bool IsDateSeparator(char c) { return c > ' ' && c < '\x7f' && !types::IsLetter(c) && !types::IsDigit(c); }

}  // namespace ordinal::sql
