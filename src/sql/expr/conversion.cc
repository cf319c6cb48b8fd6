#include "sql/expr/conversion.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.h"
#include "sql/expr/domain.h"
#include "sql/expr/identifier.h"
#include "sql/expr/object_name.h"
#include "sql/expr/record.h"
#include "types/array.h"
#include "types/datetime_text.h"
#include "types/text_codec.h"

namespace ordinal::sql {
namespace {

using base::Error;
using base::Oid;
using types::CastContext;
using T = TypeId;

constexpr std::size_t kNameBytesMax = 63;

// The types whose values are oids printed as names.
bool IsNamedOid(TypeId id) {
  return id == T::kRegclass || id == T::kRegtype || id == T::kRegproc || id == T::kRegprocedure ||
         id == T::kRegnamespace || id == T::kRegrole;
}

bool IsAnyInteger(TypeId id) { return types::IsInteger(id) || id == T::kOid; }

bool CanConvertNamedOid(TypeId from, TypeId to, CastContext context) {
  if (IsNamedOid(from) && IsNamedOid(to)) {
    return (from == T::kRegproc && to == T::kRegprocedure) || (from == T::kRegprocedure && to == T::kRegproc);
  }
  if (IsNamedOid(to)) {
    if (IsAnyInteger(from)) return true;
    if (to == T::kRegclass && (from == T::kText || from == T::kVarchar)) return true;
    return types::IsString(from) && context == CastContext::kExplicit;
  }
  if (to == T::kOid) return true;
  if (to == T::kInt4 || to == T::kInt8 || types::IsString(to)) return context != CastContext::kImplicit;
  return false;
}

std::optional<Oid> ParseDigits(std::string_view text) {
  if (text == "-") return base::kInvalidOid;
  Oid oid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), oid);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return oid;
}

// Drops a leading "pg_catalog." and the quotes of a quoted name.
std::string_view PlainName(std::string_view name) {
  constexpr std::string_view kPrefix = "pg_catalog.";
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  return name;
}

Oid ParseNamedOid(std::string_view text, TypeId type, EvalContext& eval) {
  if (const std::optional<Oid> oid = ParseDigits(text)) return *oid;
  switch (type) {
    case T::kRegclass:
      return eval.ResolveRelation(text, false);
    case T::kRegtype: {
      if (const Oid oid = FindTypeOid(text, eval)) return oid;
      throw Error(base::sqlstate::kUndefinedObject, "type \"" + std::string(text) + "\" does not exist");
    }
    case T::kRegnamespace: {
      const std::string name = ReadSingleName(text);
      const catalog::Catalog::SchemaPtr schema = eval.catalog().FindSchema(name);
      if (schema) return schema->oid;
      throw Error(base::sqlstate::kInvalidSchemaName, "schema \"" + name + "\" does not exist");
    }
    case T::kRegrole: {
      const std::string name = ReadSingleName(text);
      if (const auto role = eval.catalog().FindRole(name)) return role->oid;
      throw Error(base::sqlstate::kUndefinedObject, "role \"" + name + "\" does not exist");
    }
    case T::kRegprocedure:
      return FindProcedureByText(text, false, eval);
    default:
      return FindFunctionByText(text, false, eval);
  }
}

std::string PrintNamedOid(Oid oid, TypeId type, EvalContext& eval) {
  if (oid == base::kInvalidOid) return "-";
  switch (type) {
    case T::kRegclass:
      return eval.RelationName(oid);
    case T::kRegtype:
      if (types::FindType(oid) != nullptr) return types::FormatType({static_cast<TypeId>(oid), -1});
      if (const std::string name = DomainName(oid, eval); name != "???") return name;
      break;
    case T::kRegnamespace:
      if (const catalog::Catalog::SchemaPtr schema = eval.catalog().SchemaByOid(oid))
        return QuoteIdentifier(schema->name);
      break;
    case T::kRegrole:
      if (const auto role = eval.catalog().RoleByOid(oid)) return QuoteIdentifier(role->name);
      break;
    case T::kRegprocedure:
      if (const auto text = ShowProcedure(oid, eval)) return *text;
      break;
    default:
      if (const auto text = ShowFunction(oid, eval)) return *text;
      break;
  }
  return std::to_string(oid);
}

Value ConvertNamedOid(const Value& value, Type from, Type to, CastContext context, EvalContext& eval) {
  if (IsNamedOid(from.id) && types::IsString(to.id)) {
    std::string text = PrintNamedOid(static_cast<Oid>(value.AsInt()), from.id, eval);
    if (to.id == T::kName && text.size() > kNameBytesMax) text.resize(kNameBytesMax);
    return types::ApplyModifier(Value::String(text), to, context);
  }
  if (types::IsString(from.id)) return Value::Int(ParseNamedOid(value.AsString(), to.id, eval));
  if (IsNamedOid(from.id) && IsNamedOid(to.id)) return value;
  // Between numbers the value is that of an oid: negative smallint and integer wrap, a bigint must fit.
  if (IsNamedOid(from.id)) return types::Cast(value, {T::kOid, -1}, to, context, eval.settings());
  return types::Cast(value, from, {T::kOid, -1}, context, eval.settings());
}

// The type itself, or that of its elements.
TypeId InnermostOf(TypeId id) {
  const TypeId element = types::ElementType(id);
  return element == T::kInvalid ? id : element;
}

// Converts an array by its elements, and text to an array whose elements are names of objects.
Value ConvertArray(const Value& value, Type from, Type to, CastContext context, EvalContext& eval) {
  const Type element{types::ElementType(to.id), to.modifier};
  if (value.kind() != Value::Kind::kArray) {
    return types::ParseArray(value.AsString(), element.id, [&](std::string_view item) {
      return Convert(Value::String(item), {T::kUnknown, -1}, element, context, eval);
    });
  }
  return types::MapArray(value.AsArray(), element.id, [&](const Value& item) {
    return Convert(item, {types::ElementType(from.id), -1}, element, context, eval);
  });
}

bool DependsOnSettings(TypeId id) {
  return id == T::kDate || id == T::kTime || id == T::kTimestamp || id == T::kTimestamptz ||
         id == T::kTimetz || id == T::kInterval;
}

// True for the digits-only ISO forms, which every date style and time zone read alike, and for intervals that
// every style does.
bool IsPlainIso(std::string_view text, TypeId id) {
  if (id == T::kInterval) return !types::DependsOnIntervalStyle(text);
  if (id != T::kDate && id != T::kTimestamp && id != T::kTime) return false;
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == ':' || c == '.' || c == '-' || c == ' ';
  });
  if (!plain || text.empty()) return false;
  if (id == T::kTime) return text.find('-') == std::string_view::npos;
  return text.size() >= 10 && text[4] == '-' && text[7] == '-' && text.find('-') == 4;
}

Value ReadLiteral(std::string_view text, Type to, CastContext context, const types::Settings& settings) {
  // An interval's modifier says what a bare number counts, so that the parser must know it.
  if (to.id == T::kInterval) return types::ParseText(text, to, settings);
  return types::ApplyModifier(types::ParseText(text, {to.id, -1}, settings), to, context);
}

}  // namespace

bool CanConvert(TypeId from, TypeId to, CastContext context) {
  if (from == to || to == T::kInvalid || from == T::kUnknown) return true;
  if (types::IsArray(from) && types::IsArray(to)) {
    if (to == T::kInt2Vector || to == T::kOidVector) return false;
    return CanConvert(types::ElementType(from), types::ElementType(to), context);
  }
  if (IsNamedOid(from) || IsNamedOid(to)) return CanConvertNamedOid(from, to, context);
  return types::CanCast(from, to, context);
}

Volatility ConversionVolatility(TypeId from, TypeId to) {
  from = InnermostOf(from);
  to = InnermostOf(to);
  if (from != to && (from == T::kRecord || to == T::kRecord)) return Volatility::kStable;
  if (from == to) return Volatility::kImmutable;
  const bool text = types::IsString(from) || types::IsString(to);
  if (text && (IsNamedOid(from) || IsNamedOid(to))) return Volatility::kStable;
  if (text && (DependsOnSettings(from) || DependsOnSettings(to) || from == T::kBytea)) {
    return Volatility::kStable;
  }
  // What meets timestamp with time zone reads the zone, other than another of its kind.
  const bool zoned = from == T::kTimestamptz || to == T::kTimestamptz || to == T::kTimetz;
  return zoned ? Volatility::kStable : Volatility::kImmutable;
}

Value Convert(const Value& value, Type from, Type to, CastContext context, EvalContext& eval) {
  if (value.is_null()) return value;
  if (from.id == to.id) return types::ApplyModifier(value, to, context);
  if (IsNamedOid(from.id) || IsNamedOid(to.id)) return ConvertNamedOid(value, from, to, context, eval);
  if (to.id == T::kRecord && to.domain != 0) return ReadRow(value.AsString(), to, eval);
  const bool is_array = value.kind() == Value::Kind::kArray;
  if (types::IsArray(to.id) && (is_array || IsNamedOid(types::ElementType(to.id)))) {
    return ConvertArray(value, from, to, context, eval);
  }
  if (is_array || from.id == T::kRecord)
    return types::ApplyModifier(Value::String(Print(value, from.id, eval)), to, context);
  if (from.id == T::kUnknown && !types::IsString(to.id)) {
    return ReadLiteral(value.AsString(), to, context, eval.settings());
  }
  return types::Cast(value, from, to, context, eval.settings());
}

std::string Print(const Value& value, TypeId type, EvalContext& eval) {
  if (IsNamedOid(type)) return PrintNamedOid(static_cast<Oid>(value.AsInt()), type, eval);
  if (types::IsString(type)) return std::string(value.AsString());
  if (type == T::kRecord) return PrintRow(value.AsRecord(), eval);
  const TypeId element = types::ElementType(type);
  if (IsNamedOid(element) || element == T::kRecord) {
    std::string text;
    types::AppendArray(text, value.AsArray(),
                       [&](std::string& out, const Value& item) { out += Print(item, element, eval); });
    return text;
  }
  return types::ToText(value, type, eval.settings());
}

bool ParseLiteral(std::string_view text, Type to, CastContext context, Value& result) {
  static const types::Settings any_settings;
  if (to.id == T::kRecord && to.domain != 0) return false;
  if (IsNamedOid(to.id)) {
    const std::optional<Oid> oid = ParseDigits(text);
    if (oid) result = Value::Int(*oid);
    return oid.has_value();
  }
  const TypeId element = types::ElementType(to.id);
  if (IsNamedOid(element) || DependsOnSettings(element)) return false;
  if (DependsOnSettings(to.id) && !IsPlainIso(text, to.id)) return false;
  result = ReadLiteral(text, to, context, any_settings);
  return true;
}

TypeId FindTypeBySqlName(std::string_view name) {
  struct Spelling {
    std::string_view sql;
    TypeId id;
  };
  // What the grammar knows beside the names that pg_type and format_type use.
  static constexpr Spelling kSpellings[] = {
      {"int", T::kInt4},
      {"integer", T::kInt4},
      {"bigint", T::kInt8},
      {"smallint", T::kInt2},
      {"real", T::kFloat4},
      {"float", T::kFloat8},
      {"double precision", T::kFloat8},
      {"decimal", T::kNumeric},
      {"dec", T::kNumeric},
      {"boolean", T::kBool},
      {"char", T::kBpchar},
      {"character", T::kBpchar},
      {"character varying", T::kVarchar},
      {"time without time zone", T::kTime},
      {"time with time zone", T::kTimetz},
      {"timestamp without time zone", T::kTimestamp},
      {"timestamp with time zone", T::kTimestamptz},
  };
  constexpr std::string_view kArrayMark = "[]";
  if (name.ends_with(kArrayMark)) {
    return types::ArrayType(FindTypeBySqlName(name.substr(0, name.size() - kArrayMark.size())));
  }
  std::string lower(PlainName(name));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const Spelling& spelling : kSpellings) {
    if (spelling.sql == lower) return spelling.id;
  }
  const types::TypeInfo* info = types::FindTypeByName(lower);
  return info != nullptr ? info->id : T::kInvalid;
}

}  // namespace ordinal::sql
