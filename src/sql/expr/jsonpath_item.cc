#include "sql/expr/jsonpath_item.h"

#include <utility>

#include "base/error.h"
#include "sql/expr/datetime_by_pattern.h"
#include "types/compare.h"
#include "types/datetime.h"
#include "types/jsonb.h"
#include "types/numeric.h"
#include "types/text_codec.h"

namespace ordinal::sql {
namespace {

using base::Error;
using types::JsonNode;
using types::Numeric;
using T = TypeId;
using Path = types::PathKind;

constexpr base::SqlState kInvalidDatetimeArgument{"22031"};

std::string OffsetText(int seconds_east) {
  const int seconds = seconds_east < 0 ? -seconds_east : seconds_east;
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return (seconds_east < 0 ? "-" : "+") + two(seconds / 3600) + ":" + two(seconds / 60 % 60);
}

std::string DateTimeText(const JsonDateTime& datetime) {
  const types::Settings settings;
  if (datetime.type == T::kTimetz) {
    const types::Interval& time = datetime.value.AsInterval();
    return types::ToText(Value::Int(time.micros), T::kTime, settings) + OffsetText(-time.days);
  }
  if (datetime.type != T::kTimestamp && datetime.type != T::kTimestamptz) {
    return types::ToText(datetime.value, datetime.type, settings);
  }
  std::int64_t local = datetime.value.AsInt();
  if (datetime.type == T::kTimestamptz) local += datetime.seconds_east * types::kMicrosPerSecond;
  std::string text = types::ToText(Value::Int(local), T::kTimestamp, settings);
  const std::size_t blank = text.find(' ');
  if (blank != std::string::npos) text[blank] = 'T';
  if (datetime.type != T::kTimestamptz) return text;
  const std::size_t era = text.find(' ');
  text.insert(era == std::string::npos ? text.size() : era, OffsetText(datetime.seconds_east));
  return text;
}

JsonTruth Decide(Path op, int order) {
  bool truth = false;
  switch (op) {
    case Path::kEqual:
      truth = order == 0;
      break;
    case Path::kNotEqual:
      truth = order != 0;
      break;
    case Path::kLess:
      truth = order < 0;
      break;
    case Path::kLessEqual:
      truth = order <= 0;
      break;
    case Path::kGreater:
      truth = order > 0;
      break;
    default:
      truth = order >= 0;
      break;
  }
  return truth ? JsonTruth::kTrue : JsonTruth::kFalse;
}

bool IsTimeOfDay(T type) { return type == T::kTime || type == T::kTimetz; }

const char* ShortName(T type) {
  switch (type) {
    case T::kDate:
      return "date";
    case T::kTime:
      return "time";
    case T::kTimetz:
      return "timetz";
    case T::kTimestamp:
      return "timestamp";
    default:
      return "timestamptz";
  }
}

// Brings a value to the type with more parts, of those that compare with each other.
Value Widen(const JsonDateTime& from, T to, bool zones, EvalContext& context) {
  if (from.type == to) return from.value;
  if (to == T::kTimestamp) return Value::Int(types::DateToTimestamp(from.value.AsInt()));
  if (!zones) {
    throw Error(base::sqlstate::kFeatureNotSupported, std::string("cannot convert value from ") +
                                                          ShortName(from.type) + " to " + ShortName(to) +
                                                          " without time zone usage")
        .Hint("Use *_tz() function for time zone support.");
  }
  const types::TimeZone zone = types::TimeZone::Get(context.settings().time_zone);
  if (to == T::kTimetz) {
    types::Interval time;
    time.micros = from.value.AsInt();
    time.days = -zone.OffsetAt(context.settings().transaction_micros);
    return Value::OfInterval(time);
  }
  if (from.type == T::kDate) return Value::Int(types::DateToTimestamptz(from.value.AsInt(), zone));
  return Value::Int(types::LocalToUtc(from.value.AsInt(), zone));
}

JsonTruth CompareDateTimes(Path op, const JsonDateTime& left, const JsonDateTime& right, bool zones,
                           EvalContext& context) {
  if (IsTimeOfDay(left.type) != IsTimeOfDay(right.type)) return JsonTruth::kUnknown;
  T type = left.type;
  if (left.type != right.type) {
    if (IsTimeOfDay(type)) {
      type = T::kTimetz;
    } else if (left.type == T::kTimestamptz || right.type == T::kTimestamptz) {
      type = T::kTimestamptz;
    } else {
      type = T::kTimestamp;
    }
  }
  const Value left_value = Widen(left, type, zones, context);
  const Value right_value = Widen(right, type, zones, context);
  return Decide(op, types::Compare(left_value, right_value, type));
}

[[noreturn]] void ThrowFormat(const char* message) {
  throw Error(base::sqlstate::kInvalidDatetimeFormat, message);
}

std::int64_t DaysOf(const DateByPattern& read, std::string_view text) {
  constexpr std::int64_t kYearMax = 6'000'000;
  if (read.year < kYearMax && read.year > -kYearMax) {
    const std::int64_t days = types::DaysFromCivil(read.year, read.month, read.day);
    if (types::IsFiniteDateInRange(days)) return days;
  }
  throw Error(base::sqlstate::kDatetimeFieldOverflow, "date out of range: \"" + std::string(text) + "\"");
}

JsonDateTime ReadByTemplate(std::string_view text, std::string_view pattern) {
  const DateByPattern read = ReadByPattern(text, pattern, true);
  if (!read.parts.date && !read.parts.time) ThrowFormat("datetime format is not dated and not timed");
  if (read.parts.zone && !read.parts.time) ThrowFormat("datetime format is zoned but not timed");
  const auto round = [&](std::int64_t micros) {
    return read.fraction_digits > 0 ? types::RoundMicros(micros, read.fraction_digits) : micros;
  };
  if (!read.parts.date && !read.parts.zone) return {T::kTime, Value::Int(round(read.micros)), 0};
  if (read.parts.zone && !read.seconds_east) {
    ThrowFormat(read.parts.date ? "missing time zone in input string for type timestamptz"
                                : "missing time zone in input string for type timetz");
  }
  if (!read.parts.date) {
    types::Interval time;
    time.micros = round(read.micros);
    time.days = -*read.seconds_east;
    return {T::kTimetz, Value::OfInterval(time), 0};
  }
  const std::int64_t days = DaysOf(read, text);
  if (!read.parts.time) return {T::kDate, Value::Int(days), 0};
  std::int64_t micros = types::JoinTimestamp(days, read.micros).value_or(types::kTimestampEnd);
  if (read.seconds_east && types::IsFiniteTimestampInRange(micros)) {
    micros -= *read.seconds_east * types::kMicrosPerSecond;
  }
  if (!types::IsFiniteTimestampInRange(micros)) {
    throw Error(base::sqlstate::kDatetimeFieldOverflow,
                read.parts.zone ? "timestamptz out of range" : "timestamp out of range");
  }
  if (!read.parts.zone) return {T::kTimestamp, Value::Int(round(micros)), 0};
  return {T::kTimestamptz, Value::Int(round(micros)), *read.seconds_east};
}

// The forms of ISO 8601 that need no template, in the order in which they are tried.
constexpr std::string_view kIsoForms[] = {
    "yyyy-mm-dd",
    "HH24:MI:SS.USTZH:TZM",
    "HH24:MI:SS.USTZH",
    "HH24:MI:SSTZH:TZM",
    "HH24:MI:SSTZH",
    "HH24:MI:SS.US",
    "HH24:MI:SS",
    "yyyy-mm-dd HH24:MI:SS.USTZH:TZM",
    "yyyy-mm-dd HH24:MI:SS.USTZH",
    "yyyy-mm-dd HH24:MI:SSTZH:TZM",
    "yyyy-mm-dd HH24:MI:SSTZH",
    "yyyy-mm-dd\"T\"HH24:MI:SS.USTZH:TZM",
    "yyyy-mm-dd\"T\"HH24:MI:SS.USTZH",
    "yyyy-mm-dd\"T\"HH24:MI:SSTZH:TZM",
    "yyyy-mm-dd\"T\"HH24:MI:SSTZH",
    "yyyy-mm-dd HH24:MI:SS.US",
    "yyyy-mm-dd HH24:MI:SS",
    "yyyy-mm-dd\"T\"HH24:MI:SS.US",
    "yyyy-mm-dd\"T\"HH24:MI:SS",
};

}  // namespace

JsonItem JsonItemPool::Add(JsonNode node) {
  nodes_.push_back(std::move(node));
  return {&nodes_.back(), nullptr};
}

JsonItem JsonItemPool::AddBool(bool truth) {
  JsonNode node;
  node.kind = JsonNode::Kind::kBool;
  node.truth = truth;
  return Add(std::move(node));
}

JsonItem JsonItemPool::AddNumber(std::string digits) {
  JsonNode node;
  node.kind = JsonNode::Kind::kNumber;
  node.text = std::move(digits);
  return Add(std::move(node));
}

JsonItem JsonItemPool::AddString(std::string text) {
  JsonNode node;
  node.kind = JsonNode::Kind::kString;
  node.text = std::move(text);
  return Add(std::move(node));
}

JsonItem JsonItemPool::AddDateTime(JsonDateTime datetime) {
  datetimes_.push_back(std::move(datetime));
  return {nullptr, &datetimes_.back()};
}

std::string JsonItemTypeName(const JsonItem& item) {
  if (item.datetime != nullptr) return types::FormatType({item.datetime->type, -1});
  constexpr const char* kNames[] = {"null", "string", "number", "boolean", "array", "object"};
  return kNames[static_cast<std::size_t>(item.node->kind)];
}

std::string JsonItemText(const JsonItem& item) {
  if (item.node != nullptr) return types::JsonbText(*item.node);
  std::string text;
  types::AppendJsonString(text, DateTimeText(*item.datetime));
  return text;
}

JsonTruth CompareJsonItems(Path op, const JsonItem& left, const JsonItem& right, bool zones,
                           EvalContext& context) {
  using Kind = JsonNode::Kind;
  if (left.datetime != nullptr && right.datetime != nullptr) {
    return CompareDateTimes(op, *left.datetime, *right.datetime, zones, context);
  }
  const bool same = left.node != nullptr && right.node != nullptr && left.node->kind == right.node->kind;
  if (!same) {
    if (!left.Is(Kind::kNull) && !right.Is(Kind::kNull)) return JsonTruth::kUnknown;
    return op == Path::kNotEqual ? JsonTruth::kTrue : JsonTruth::kFalse;
  }
  switch (left.node->kind) {
    case Kind::kNull:
      return Decide(op, 0);
    case Kind::kBool:
      return Decide(op, static_cast<int>(left.node->truth) - static_cast<int>(right.node->truth));
    case Kind::kNumber:
      return Decide(op, Numeric::Compare(Numeric::Parse(left.node->text), Numeric::Parse(right.node->text)));
    case Kind::kString:
      return Decide(op, left.node->text.compare(right.node->text));
    default:
      return JsonTruth::kUnknown;
  }
}

JsonDateTime ReadJsonDateTime(std::string_view text, const std::string* pattern) {
  if (pattern != nullptr) return ReadByTemplate(text, *pattern);
  for (const std::string_view form : kIsoForms) {
    try {
      return ReadByTemplate(text, form);
    } catch (const Error&) {
      continue;  // the next form may fit
    }
  }
  throw Error(kInvalidDatetimeArgument, "datetime format is not recognized: \"" + std::string(text) + "\"")
      .Hint("Use a datetime template argument to specify the input data format.");
}

}  // namespace ordinal::sql
