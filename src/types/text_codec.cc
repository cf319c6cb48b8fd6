#include "types/text_codec.h"

#include "base/error.h"
#include "types/array.h"
#include "types/cast.h"
#include "types/datetime_text.h"
#include "types/json.h"
#include "types/jsonb.h"
#include "types/jsonpath.h"
#include "types/numeric.h"
#include "types/record.h"
#include "types/scalar_text.h"
#include "types/scan.h"
#include "types/transaction_id.h"
#include "types/utf8.h"

namespace ordinal::types {
namespace {

constexpr std::size_t kNameBytesMax = 63;

Value CheckedString(std::string_view text) {
  CheckUtf8(text);
  return Value::String(text);
}

// The text form of int2vector and oidvector: numbers parted by blanks.
Value ParseVector(std::string_view text, TypeId element) {
  Array array{.element = element};
  for (text = TrimBlanks(text); !text.empty(); text = TrimBlanks(text)) {
    std::size_t end = 0;
    while (end < text.size() && !IsBlank(text[end])) ++end;
    const std::string_view item = text.substr(0, end);
    array.values.push_back(
        Value::Int(element == TypeId::kOid ? ParseOid(item, element) : ParseInteger(item, element)));
    text.remove_prefix(end);
  }
  return MakeVector(std::move(array));
}

void AppendVector(std::string& out, const Array& vector) {
  for (std::size_t i = 0; i < vector.values.size(); ++i) {
    if (i > 0) out.push_back(' ');
    AppendInt(out, vector.values[i].AsInt());
  }
}

Value ParseJson(std::string_view text) {
  CheckUtf8(text);
  CheckJson(text);
  return Value::String(text);
}

// Reads the text without applying a modifier; interval needs it to know what a bare number counts.
Value ParseUnmodified(std::string_view text, Type type, const Settings& settings) {
  switch (type.id) {
    case TypeId::kBool:
      return Value::Bool(ParseBool(text));
    case TypeId::kInt2:
    case TypeId::kInt4:
    case TypeId::kInt8:
      return Value::Int(ParseInteger(text, type.id));
    case TypeId::kOid:
    case TypeId::kXid:
    case TypeId::kRegproc:
    case TypeId::kRegprocedure:
    case TypeId::kRegclass:
    case TypeId::kRegtype:
    case TypeId::kRegnamespace:
    case TypeId::kRegrole:
      return Value::Int(ParseOid(text, type.id));
    case TypeId::kXid8:
      return Value::Int(HoldXid8(ParseXid8(text)));
    case TypeId::kPgSnapshot:
    case TypeId::kTxidSnapshot:
      return Value::String(SnapshotText(ParseSnapshot(text)));
    case TypeId::kFloat4:
      return Value::Double(ParseFloat(text));
    case TypeId::kFloat8:
      return Value::Double(ParseDouble(text));
    case TypeId::kNumeric:
      return Value::OfNumeric(Numeric::Parse(text));
    case TypeId::kText:
    case TypeId::kVarchar:
    case TypeId::kBpchar:
    case TypeId::kUnknown:
    case TypeId::kVoid:
      return CheckedString(text);
    case TypeId::kName:
      CheckUtf8(text);
      return Value::String(ClipToBytes(text, kNameBytesMax));
    case TypeId::kChar:
      CheckUtf8(text);
      return Value::String(ParseChar(text));
    case TypeId::kInt2Vector:
      return ParseVector(text, TypeId::kInt2);
    case TypeId::kOidVector:
      return ParseVector(text, TypeId::kOid);
    case TypeId::kBytea:
      return Value::String(ParseBytea(text));
    case TypeId::kUuid:
      return Value::OfUuid(ParseUuid(text));
    case TypeId::kJson:
      return ParseJson(text);
    case TypeId::kDate:
      return Value::Int(ParseDate(text, settings));
    case TypeId::kTime:
      return Value::Int(ParseTime(text, settings));
    case TypeId::kTimetz:
      return Value::OfInterval(ParseTimetz(text, settings));
    case TypeId::kTimestamp:
      return Value::Int(ParseTimestamp(text, settings));
    case TypeId::kTimestamptz:
      return Value::Int(ParseTimestamptz(text, settings));
    case TypeId::kInterval:
      return Value::OfInterval(ParseInterval(text, type.modifier, settings.interval_style));
    case TypeId::kJsonb:
      CheckUtf8(text);
      return Value::String(ParseJsonb(text));
    case TypeId::kJsonpath:
      CheckUtf8(text);
      return Value::String(JsonPathForm(ParseJsonPath(text)));
    case TypeId::kRecord:
      throw base::Error(base::sqlstate::kFeatureNotSupported,
                        "input of anonymous composite types is not implemented");
    default:
      break;
  }
  const TypeId element = ElementType(type.id);
  if (element == TypeId::kInvalid) {
    throw base::Error(base::sqlstate::kFeatureNotSupported,
                      "cannot accept a value of type " + FormatType({type.id, -1}));
  }
  return ParseArray(text, element, [&](std::string_view item) {
    return ParseUnmodified(item, {element, type.modifier}, settings);
  });
}

}  // namespace

Value ParseText(std::string_view text, Type type, const Settings& settings) {
  Value value = ParseUnmodified(text, type, settings);
  return type.modifier < 0 ? value : ApplyModifier(value, type, CastContext::kImplicit);
}

void AppendText(std::string& out, const Value& value, TypeId type, const Settings& settings) {
  switch (type) {
    case TypeId::kBool:
      out.push_back(value.AsBool() ? 't' : 'f');
      return;
    case TypeId::kXid8:
      out += std::to_string(NumberOfXid8(value.AsInt()));
      return;
    case TypeId::kFloat4:
      return AppendFloat(out, static_cast<float>(value.AsDouble()), settings.extra_float_digits);
    case TypeId::kFloat8:
      return AppendDouble(out, value.AsDouble(), settings.extra_float_digits);
    case TypeId::kNumeric:
      return value.AsNumeric().AppendText(out);
    case TypeId::kBytea:
      return AppendBytea(out, value.AsString(), settings.bytea_output);
    case TypeId::kChar:
      return AppendChar(out, value.AsString());
    case TypeId::kUuid:
      return AppendUuid(out, value.AsUuid());
    case TypeId::kDate:
      return AppendDate(out, value.AsInt(), settings);
    case TypeId::kTime:
      return AppendTime(out, value.AsInt());
    case TypeId::kTimetz:
      return AppendTimetz(out, value.AsInterval());
    case TypeId::kTimestamp:
      return AppendTimestamp(out, value.AsInt(), settings);
    case TypeId::kTimestamptz:
      return AppendTimestamptz(out, value.AsInt(), settings);
    case TypeId::kInterval:
      return AppendInterval(out, value.AsInterval(), settings.interval_style);
    case TypeId::kJsonpath:
      out += JsonPathText(ParseJsonPath(value.AsString()));
      return;
    case TypeId::kRegproc:
    case TypeId::kRegprocedure:
    case TypeId::kRegclass:
    case TypeId::kRegtype:
    case TypeId::kRegnamespace:
    case TypeId::kRegrole:
      if (value.AsInt() == 0) {
        out.push_back('-');
        return;
      }
      return AppendInt(out, value.AsInt());
    case TypeId::kInt2Vector:
    case TypeId::kOidVector:
      return AppendVector(out, value.AsArray());
    case TypeId::kRecord:
      return AppendRecord(out, value.AsRecord(), [&](std::string& to, const Value& item, Type field) {
        AppendText(to, item, field.id, settings);
      });
    default:
      if (value.kind() == Value::Kind::kInt) return AppendInt(out, value.AsInt());
      if (value.kind() != Value::Kind::kArray) {
        out += value.AsString();
        return;
      }
      AppendArray(out, value.AsArray(), [&](std::string& to, const Value& item) {
        AppendText(to, item, value.AsArray().element, settings);
      });
  }
}

std::string ToText(const Value& value, TypeId type, const Settings& settings) {
  std::string out;
  AppendText(out, value, type, settings);
  return out;
}

}  // namespace ordinal::types
