#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sql/expr/function_topics.h"
#include "sql/expr/keywords.h"
#include "sql/expr/series.h"
#include "types/array.h"
#include "types/datetime.h"
#include "types/timezone_list.h"

// Set-returning functions that list what the server knows: keywords, time zones, options (manual, tables 9.70
// and 9.72).
namespace ordinal::sql {
namespace {

using T = TypeId;
using Args = std::span<const Value>;

Value CategoryText(KeywordCategory category) {
  switch (category) {
    case KeywordCategory::kUnreserved:
      return Value::String("unreserved");
    case KeywordCategory::kColumnName:
      return Value::String("unreserved (cannot be function or type name)");
    case KeywordCategory::kTypeOrFunction:
      return Value::String("reserved (can be function or type name)");
    case KeywordCategory::kReserved:
      return Value::String("reserved");
  }
  return Value();
}

Value KeywordColumn(const Keyword& keyword, int column) {
  switch (column) {
    case 0:
      return Value::String(keyword.word);
    case 1:
      return Value::String(std::string(1, static_cast<char>(keyword.category)));
    case 2:
      return Value::Bool(keyword.bare_label);
    case 3:
      return CategoryText(keyword.category);
    default:
      return Value::String(keyword.bare_label ? "can be bare label" : "requires AS");
  }
}

Value OffsetOf(const types::ZoneFacts& zone) {
  return Value::OfInterval({.micros = zone.seconds_east * types::kMicrosPerSecond, .days = 0, .months = 0});
}

Value ZoneColumn(const types::ZoneFacts& zone, int column) {
  if (column == 0) return Value::String(zone.name);
  if (column == 1) return Value::String(zone.abbreviation);
  return column == 2 ? OffsetOf(zone) : Value::Bool(zone.is_daylight);
}

Value AbbreviationColumn(const types::ZoneFacts& zone, int column) {
  if (column == 0) return Value::String(zone.name);
  return column == 1 ? OffsetOf(zone) : Value::Bool(zone.is_daylight);
}

// Of "name=value"; an option without a sign has no value.
Value OptionColumn(std::string_view option, int column) {
  const std::size_t sign = option.find('=');
  if (column == 0) return Value::String(option.substr(0, sign));
  return sign == std::string_view::npos ? Value() : Value::String(option.substr(sign + 1));
}

Function Listing(std::string_view name, std::initializer_list<TypeId> arguments, base::Oid oid,
                 std::vector<OutColumn> columns) {
  Function function = WithKind(FunctionKind::kSetReturning, name, arguments, T::kRecord, oid);
  function.columns = std::move(columns);
  return Stable(std::move(function));
}

}  // namespace

std::optional<std::vector<Value>> ListingRows(const Function& function, Args args, EvalContext& context,
                                              int column) {
  std::vector<Value> rows;
  const std::int64_t now = context.settings().transaction_micros;
  if (function.name == "pg_get_keywords") {
    for (const Keyword& keyword : ListKeywords()) rows.push_back(KeywordColumn(keyword, column));
  } else if (function.name == "pg_timezone_names") {
    for (const auto& zone : types::ListTimeZones(now)) rows.push_back(ZoneColumn(zone, column));
  } else if (function.name == "pg_timezone_abbrevs") {
    for (const auto& zone : types::ListZoneAbbreviations(now)) {
      rows.push_back(AbbreviationColumn(zone, column));
    }
  } else if (function.name == "pg_options_to_table") {
    for (const Value& option : args[0].AsArray().values) {
      if (!option.is_null()) rows.push_back(OptionColumn(option.AsString(), column));
    }
  } else if (function.name != "pg_listening_channels") {
    return std::nullopt;
  }
  return rows;
}

void AddListingFunctions(FunctionList& out) {
  out.push_back(Listing("pg_get_keywords", {}, 1686,
                        {{"word", T::kText},
                         {"catcode", T::kChar},
                         {"barelabel", T::kBool},
                         {"catdesc", T::kText},
                         {"baredesc", T::kText}}));
  out.push_back(Listing(
      "pg_timezone_names", {}, 2856,
      {{"name", T::kText}, {"abbrev", T::kText}, {"utc_offset", T::kInterval}, {"is_dst", T::kBool}}));
  out.push_back(Listing("pg_timezone_abbrevs", {}, 2599,
                        {{"abbrev", T::kText}, {"utc_offset", T::kInterval}, {"is_dst", T::kBool}}));
  out.push_back(Listing("pg_options_to_table", {T::kTextArray}, 2289,
                        {{"option_name", T::kText}, {"option_value", T::kText}}));
  // Nobody listens to anything: NOTIFY is not there.
  out.push_back(Stable(WithKind(FunctionKind::kSetReturning, "pg_listening_channels", {}, T::kText, 3035)));
}

}  // namespace ordinal::sql
