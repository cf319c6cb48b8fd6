#include "types/type.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace ordinal::types {
namespace {

using R = Representation;

// Sorted by OID. The facts are those of PostgreSQL 15's pg_type.
constexpr std::array kTypes = {
    TypeInfo{TypeId::kBool, "bool", "boolean", R::kInt, 1, 'B', true},
    TypeInfo{TypeId::kBytea, "bytea", "bytea", R::kString, -1, 'U', false},
    TypeInfo{TypeId::kChar, "char", "\"char\"", R::kString, 1, 'Z', false},
    TypeInfo{TypeId::kName, "name", "name", R::kString, 64, 'S', false},
    TypeInfo{TypeId::kInt8, "int8", "bigint", R::kInt, 8, 'N', false},
    TypeInfo{TypeId::kInt2, "int2", "smallint", R::kInt, 2, 'N', false},
    TypeInfo{TypeId::kInt2Vector, "int2vector", "int2vector", R::kArray, -1, 'A', false, TypeId::kInt2},
    TypeInfo{TypeId::kInt4, "int4", "integer", R::kInt, 4, 'N', false},
    TypeInfo{TypeId::kRegproc, "regproc", "regproc", R::kInt, 4, 'N', false},
    TypeInfo{TypeId::kText, "text", "text", R::kString, -1, 'S', true},
    TypeInfo{TypeId::kOid, "oid", "oid", R::kInt, 4, 'N', true},
    TypeInfo{TypeId::kXid, "xid", "xid", R::kInt, 4, 'U', false},
    TypeInfo{TypeId::kOidVector, "oidvector", "oidvector", R::kArray, -1, 'A', false, TypeId::kOid},
    TypeInfo{TypeId::kJson, "json", "json", R::kString, -1, 'U', false},
    TypeInfo{TypeId::kJsonArray, "_json", "json[]", R::kArray, -1, 'A', false, TypeId::kJson},
    TypeInfo{TypeId::kXid8Array, "_xid8", "xid8[]", R::kArray, -1, 'A', false, TypeId::kXid8},
    TypeInfo{TypeId::kFloat4, "float4", "real", R::kDouble, 4, 'N', false},
    TypeInfo{TypeId::kFloat8, "float8", "double precision", R::kDouble, 8, 'N', true},
    TypeInfo{TypeId::kUnknown, "unknown", "unknown", R::kString, -2, 'X', false},
    TypeInfo{TypeId::kBoolArray, "_bool", "boolean[]", R::kArray, -1, 'A', false, TypeId::kBool},
    TypeInfo{TypeId::kByteaArray, "_bytea", "bytea[]", R::kArray, -1, 'A', false, TypeId::kBytea},
    TypeInfo{TypeId::kCharArray, "_char", "\"char\"[]", R::kArray, -1, 'A', false, TypeId::kChar},
    TypeInfo{TypeId::kNameArray, "_name", "name[]", R::kArray, -1, 'A', false, TypeId::kName},
    TypeInfo{TypeId::kInt2Array, "_int2", "smallint[]", R::kArray, -1, 'A', false, TypeId::kInt2},
    TypeInfo{TypeId::kInt2VectorArray, "_int2vector", "int2vector[]", R::kArray, -1, 'A', false,
             TypeId::kInt2Vector},
    TypeInfo{TypeId::kInt4Array, "_int4", "integer[]", R::kArray, -1, 'A', false, TypeId::kInt4},
    TypeInfo{TypeId::kRegprocArray, "_regproc", "regproc[]", R::kArray, -1, 'A', false, TypeId::kRegproc},
    TypeInfo{TypeId::kTextArray, "_text", "text[]", R::kArray, -1, 'A', false, TypeId::kText},
    TypeInfo{TypeId::kXidArray, "_xid", "xid[]", R::kArray, -1, 'A', false, TypeId::kXid},
    TypeInfo{TypeId::kOidVectorArray, "_oidvector", "oidvector[]", R::kArray, -1, 'A', false,
             TypeId::kOidVector},
    TypeInfo{TypeId::kBpcharArray, "_bpchar", "character[]", R::kArray, -1, 'A', false, TypeId::kBpchar},
    TypeInfo{TypeId::kVarcharArray, "_varchar", "character varying[]", R::kArray, -1, 'A', false,
             TypeId::kVarchar},
    TypeInfo{TypeId::kInt8Array, "_int8", "bigint[]", R::kArray, -1, 'A', false, TypeId::kInt8},
    TypeInfo{TypeId::kFloat4Array, "_float4", "real[]", R::kArray, -1, 'A', false, TypeId::kFloat4},
    TypeInfo{TypeId::kFloat8Array, "_float8", "double precision[]", R::kArray, -1, 'A', false,
             TypeId::kFloat8},
    TypeInfo{TypeId::kOidArray, "_oid", "oid[]", R::kArray, -1, 'A', false, TypeId::kOid},
    TypeInfo{TypeId::kBpchar, "bpchar", "character", R::kString, -1, 'S', false},
    TypeInfo{TypeId::kVarchar, "varchar", "character varying", R::kString, -1, 'S', false},
    TypeInfo{TypeId::kDate, "date", "date", R::kInt, 4, 'D', false},
    TypeInfo{TypeId::kTime, "time", "time without time zone", R::kInt, 8, 'D', false},
    TypeInfo{TypeId::kTimestamp, "timestamp", "timestamp without time zone", R::kInt, 8, 'D', false},
    TypeInfo{TypeId::kTimestampArray, "_timestamp", "timestamp without time zone[]", R::kArray, -1, 'A',
             false, TypeId::kTimestamp},
    TypeInfo{TypeId::kDateArray, "_date", "date[]", R::kArray, -1, 'A', false, TypeId::kDate},
    TypeInfo{TypeId::kTimeArray, "_time", "time without time zone[]", R::kArray, -1, 'A', false,
             TypeId::kTime},
    TypeInfo{TypeId::kTimestamptz, "timestamptz", "timestamp with time zone", R::kInt, 8, 'D', true},
    TypeInfo{TypeId::kTimestamptzArray, "_timestamptz", "timestamp with time zone[]", R::kArray, -1, 'A',
             false, TypeId::kTimestamptz},
    TypeInfo{TypeId::kInterval, "interval", "interval", R::kInterval, 16, 'T', true},
    TypeInfo{TypeId::kIntervalArray, "_interval", "interval[]", R::kArray, -1, 'A', false, TypeId::kInterval},
    TypeInfo{TypeId::kNumericArray, "_numeric", "numeric[]", R::kArray, -1, 'A', false, TypeId::kNumeric},
    TypeInfo{TypeId::kTimetz, "timetz", "time with time zone", R::kInterval, 12, 'D', false},
    TypeInfo{TypeId::kTimetzArray, "_timetz", "time with time zone[]", R::kArray, -1, 'A', false,
             TypeId::kTimetz},
    TypeInfo{TypeId::kNumeric, "numeric", "numeric", R::kNumeric, -1, 'N', false},
    TypeInfo{TypeId::kRegprocedure, "regprocedure", "regprocedure", R::kInt, 4, 'N', false},
    TypeInfo{TypeId::kRegclass, "regclass", "regclass", R::kInt, 4, 'N', false},
    TypeInfo{TypeId::kRegtype, "regtype", "regtype", R::kInt, 4, 'N', false},
    TypeInfo{TypeId::kRegprocedureArray, "_regprocedure", "regprocedure[]", R::kArray, -1, 'A', false,
             TypeId::kRegprocedure},
    TypeInfo{TypeId::kRegclassArray, "_regclass", "regclass[]", R::kArray, -1, 'A', false, TypeId::kRegclass},
    TypeInfo{TypeId::kRegtypeArray, "_regtype", "regtype[]", R::kArray, -1, 'A', false, TypeId::kRegtype},
    TypeInfo{TypeId::kRecord, "record", "record", R::kRecord, -1, 'P', false},
    TypeInfo{TypeId::kAnyArray, "anyarray", "anyarray", R::kString, 4, 'P', false},
    TypeInfo{TypeId::kVoid, "void", "void", R::kString, 4, 'P', false},
    TypeInfo{TypeId::kAnyElement, "anyelement", "anyelement", R::kString, 4, 'P', false},
    TypeInfo{TypeId::kRecordArray, "_record", "record[]", R::kArray, -1, 'A', false, TypeId::kRecord},
    TypeInfo{TypeId::kAnyNonArray, "anynonarray", "anynonarray", R::kString, 4, 'P', false},
    TypeInfo{TypeId::kTxidSnapshotArray, "_txid_snapshot", "txid_snapshot[]", R::kArray, -1, 'A', false,
             TypeId::kTxidSnapshot},
    TypeInfo{TypeId::kUuid, "uuid", "uuid", R::kUuid, 16, 'U', false},
    TypeInfo{TypeId::kUuidArray, "_uuid", "uuid[]", R::kArray, -1, 'A', false, TypeId::kUuid},
    TypeInfo{TypeId::kTxidSnapshot, "txid_snapshot", "txid_snapshot", R::kString, -1, 'U', false},
    TypeInfo{TypeId::kJsonb, "jsonb", "jsonb", R::kString, -1, 'U', false},
    TypeInfo{TypeId::kJsonbArray, "_jsonb", "jsonb[]", R::kArray, -1, 'A', false, TypeId::kJsonb},
    TypeInfo{TypeId::kJsonpath, "jsonpath", "jsonpath", R::kString, -1, 'U', false},
    TypeInfo{TypeId::kJsonpathArray, "_jsonpath", "jsonpath[]", R::kArray, -1, 'A', false, TypeId::kJsonpath},
    TypeInfo{TypeId::kRegnamespace, "regnamespace", "regnamespace", R::kInt, 4, 'N', false},
    TypeInfo{TypeId::kRegnamespaceArray, "_regnamespace", "regnamespace[]", R::kArray, -1, 'A', false,
             TypeId::kRegnamespace},
    TypeInfo{TypeId::kRegrole, "regrole", "regrole", R::kInt, 4, 'N', false},
    TypeInfo{TypeId::kRegroleArray, "_regrole", "regrole[]", R::kArray, -1, 'A', false, TypeId::kRegrole},
    TypeInfo{TypeId::kPgSnapshot, "pg_snapshot", "pg_snapshot", R::kString, -1, 'U', false},
    TypeInfo{TypeId::kPgSnapshotArray, "_pg_snapshot", "pg_snapshot[]", R::kArray, -1, 'A', false,
             TypeId::kPgSnapshot},
    TypeInfo{TypeId::kXid8, "xid8", "xid8", R::kInt, 8, 'U', false},
    TypeInfo{TypeId::kAnyCompatible, "anycompatible", "anycompatible", R::kString, 4, 'P', false},
    TypeInfo{TypeId::kAnyCompatibleArray, "anycompatiblearray", "anycompatiblearray", R::kString, 4, 'P',
             false},
};
static_assert(std::is_sorted(kTypes.begin(), kTypes.end(),
                             [](const TypeInfo& a, const TypeInfo& b) { return a.id < b.id; }));

std::string WithNumber(const char* name, std::int32_t number, const char* tail = "") {
  return std::string(name) + "(" + std::to_string(number) + ")" + tail;
}

// Prints interval's modifier: field mask in the upper half, digits of a second in the lower.
std::string FormatInterval(std::int32_t modifier) {
  constexpr int kFullPrecision = 0xFFFF;
  struct Fields {
    int mask;
    const char* name;
  };
  // Bit numbers of PostgreSQL's field codes: month 1, year 2, day 3, hour 10, minute 11, second 12.
  constexpr int kMonth = 1 << 1, kYear = 1 << 2, kDay = 1 << 3, kHour = 1 << 10, kMinute = 1 << 11,
                kSecond = 1 << 12;
  static constexpr Fields kFields[] = {
      {kYear, " year"},
      {kMonth, " month"},
      {kDay, " day"},
      {kHour, " hour"},
      {kMinute, " minute"},
      {kSecond, " second"},
      {kYear | kMonth, " year to month"},
      {kDay | kHour, " day to hour"},
      {kDay | kHour | kMinute, " day to minute"},
      {kDay | kHour | kMinute | kSecond, " day to second"},
      {kHour | kMinute, " hour to minute"},
      {kHour | kMinute | kSecond, " hour to second"},
      {kMinute | kSecond, " minute to second"},
  };
  std::string text = "interval";
  const int mask = (modifier >> 16) & 0x7FFF;
  for (const Fields& fields : kFields) {
    if (fields.mask == mask) text += fields.name;
  }
  const int precision = modifier & 0xFFFF;
  if (precision != kFullPrecision) text += "(" + std::to_string(precision) + ")";
  return text;
}

}  // namespace

const TypeInfo* FindType(base::Oid oid) {
  const auto found = std::lower_bound(kTypes.begin(), kTypes.end(), static_cast<TypeId>(oid),
                                      [](const TypeInfo& info, TypeId id) { return info.id < id; });
  return found != kTypes.end() && found->id == static_cast<TypeId>(oid) ? &*found : nullptr;
}

const TypeInfo* FindTypeByName(std::string_view name) {
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [name](const TypeInfo& info) { return info.name == name; });
  return found != kTypes.end() ? &*found : nullptr;
}

const TypeInfo& InfoOf(TypeId id) {
  const TypeInfo* info = FindType(static_cast<base::Oid>(id));
  ORDINAL_CHECK(info != nullptr);
  return *info;
}

base::Oid ClientOid(Type type) {
  return type.id == TypeId::kRecord && type.domain != 0 ? type.domain : static_cast<base::Oid>(type.id);
}

TypeId ArrayType(TypeId element) {
  if (element == TypeId::kInvalid) return TypeId::kInvalid;
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [element](const TypeInfo& info) {
    return info.element == element && info.name[0] == '_';
  });
  return found != kTypes.end() ? found->id : TypeId::kInvalid;
}

TypeId ElementType(TypeId array) {
  const TypeInfo* info = FindType(static_cast<base::Oid>(array));
  return info != nullptr ? info->element : TypeId::kInvalid;
}

bool IsObjectName(TypeId id) {
  const TypeId element = ElementType(id);
  switch (element == TypeId::kInvalid ? id : element) {
    case TypeId::kRecord:
    case TypeId::kRegclass:
    case TypeId::kRegtype:
    case TypeId::kRegproc:
    case TypeId::kRegprocedure:
    case TypeId::kRegnamespace:
    case TypeId::kRegrole:
      return true;
    default:
      return false;
  }
}

bool IsPolymorphic(TypeId id) {
  return id == TypeId::kAnyArray || id == TypeId::kAnyElement || id == TypeId::kAnyNonArray ||
         id == TypeId::kAnyCompatible || id == TypeId::kAnyCompatibleArray;
}

std::string FormatType(Type type) {
  const TypeInfo& info = InfoOf(type.id);
  if (info.representation == R::kArray && ArrayType(info.element) == type.id) {
    return FormatType({info.element, type.modifier}) + "[]";
  }
  if (type.modifier < 0) {
    // character without a length means character(1) in SQL, so the unbounded type shows its internal name.
    return type.id == TypeId::kBpchar ? "bpchar" : info.sql_name;
  }
  switch (type.id) {
    case TypeId::kBpchar:
    case TypeId::kVarchar:
      return WithNumber(info.sql_name, type.modifier - 4);
    case TypeId::kNumeric: {
      const std::int32_t packed = type.modifier - 4;
      const std::int32_t scale = ((packed & 0x7FF) ^ 0x400) - 0x400;
      return "numeric(" + std::to_string((packed >> 16) & 0xFFFF) + "," + std::to_string(scale) + ")";
    }
    case TypeId::kTime:
      return WithNumber("time", type.modifier, " without time zone");
    case TypeId::kTimetz:
      return WithNumber("time", type.modifier, " with time zone");
    case TypeId::kTimestamp:
      return WithNumber("timestamp", type.modifier, " without time zone");
    case TypeId::kTimestamptz:
      return WithNumber("timestamp", type.modifier, " with time zone");
    case TypeId::kInterval:
      return FormatInterval(type.modifier);
    default:
      return info.sql_name;
  }
}

bool IsInteger(TypeId id) { return id == TypeId::kInt2 || id == TypeId::kInt4 || id == TypeId::kInt8; }

bool IsString(TypeId id) {
  switch (id) {
    case TypeId::kText:
    case TypeId::kVarchar:
    case TypeId::kBpchar:
    case TypeId::kName:
    case TypeId::kChar:
    case TypeId::kUnknown:
      return true;
    default:
      return false;
  }
}

}  // namespace ordinal::types
