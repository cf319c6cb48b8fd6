#include "sql/expr/json_writer.h"

#include "base/error.h"
#include "sql/expr/conversion.h"
#include "types/array.h"
#include "types/datetime.h"
#include "types/jsonb.h"
#include "types/record.h"
#include "types/text_codec.h"

namespace ordinal::sql {
namespace {

using base::Error;
using types::Array;
using T = TypeId;

bool IsNumber(TypeId type) {
  return types::IsInteger(type) || type == T::kFloat4 || type == T::kFloat8 || type == T::kNumeric;
}

// Zones are shown with minutes: "+00" becomes "+00:00".
void CompleteZone(std::string& text, std::size_t start) {
  const std::size_t sign = text.find_last_of("+-");
  if (sign == std::string::npos || sign < start) return;
  std::size_t end = sign + 1;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  if (end == text.size() || text[end] == ' ') text.insert(end, ":00");
}

// Dates and timestamps are written as XML Schema writes them.
void AppendDateTime(std::string& out, const Value& value, TypeId type, EvalContext& context) {
  types::Settings settings = context.settings();
  settings.date_style = types::DateStyle::kIso;
  std::string text = types::ToText(value, type, settings);
  const std::size_t blank = text.find(' ');
  const bool infinite = type != T::kDate && types::IsInfiniteTimestamp(value.AsInt());
  if (type != T::kDate && !infinite) {
    text[blank] = 'T';
    if (type == T::kTimestamptz) CompleteZone(text, blank);
  }
  out += '"' + text + '"';
}

void AppendArrayLevel(std::string& out, const Array& array, std::size_t dimension, std::size_t& next,
                      EvalContext& context, bool line_feeds) {
  const bool innermost = dimension + 1 == array.dimensions.size();
  out += '[';
  for (std::int32_t i = 0; i < array.dimensions[dimension].length; ++i) {
    if (i > 0) out += line_feeds ? ",\n " : ",";
    if (innermost) {
      AppendAsJson(out, array.values[next++], array.element, context);
    } else {
      AppendArrayLevel(out, array, dimension + 1, next, context, false);
    }
  }
  out += ']';
}

void AppendRow(std::string& out, const types::Record& record, EvalContext& context, bool line_feeds) {
  out += '{';
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    if (i > 0) out += line_feeds ? ",\n " : ",";
    const types::RecordField& field = record.shape->fields[i];
    types::AppendJsonString(out, field.name);
    out += ':';
    AppendAsJson(out, record.values[i], field.type.id, context);
  }
  out += '}';
}

}  // namespace

void AppendAsJson(std::string& out, const Value& value, TypeId type, EvalContext& context, bool line_feeds) {
  if (value.is_null()) {
    out += "null";
    return;
  }
  if (type == T::kBool) {
    out += value.AsBool() ? "true" : "false";
  } else if (type == T::kJson || type == T::kJsonb) {
    out += value.AsString();
  } else if (types::IsArray(type)) {
    const Array& array = value.AsArray();
    std::size_t next = 0;
    if (array.dimensions.empty()) {
      out += "[]";
    } else {
      AppendArrayLevel(out, array, 0, next, context, line_feeds);
    }
  } else if (type == T::kDate || type == T::kTimestamp || type == T::kTimestamptz) {
    AppendDateTime(out, value, type, context);
  } else if (type == T::kRecord) {
    AppendRow(out, value.AsRecord(), context, line_feeds);
  } else {
    const std::string text = Print(value, type, context);
    const char last = text.empty() ? '\0' : text.back();
    if (IsNumber(type) && last >= '0' && last <= '9') {
      out += text;
    } else {
      types::AppendJsonString(out, text);
    }
  }
}

void AppendAsJsonName(std::string& out, const Value& value, TypeId type, EvalContext& context) {
  if (types::IsArray(type) || type == T::kJson || type == T::kJsonb || type == T::kRecord) {
    throw Error(base::sqlstate::kInvalidParameterValue,
                "key value must be scalar, not array, composite, or json");
  }
  if (type == T::kDate || type == T::kTimestamp || type == T::kTimestamptz) {
    return AppendDateTime(out, value, type, context);
  }
  types::AppendJsonString(
      out, type == T::kBool ? (value.AsBool() ? "true" : "false") : Print(value, type, context));
}

}  // namespace ordinal::sql
