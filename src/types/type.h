// Names the SQL types. A type is its PostgreSQL OID plus a type modifier; of a value of a domain, those of
// the type that the domain stands upon.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace ordinal::types {

// Values are PostgreSQL's pg_type OIDs, which drivers know by heart.
enum class TypeId : std::uint32_t {
  kInvalid = 0,
  kBool = 16,
  kBytea = 17,
  kChar = 18,  // the one-byte type "char" of the system catalogs
  kName = 19,
  kInt8 = 20,
  kInt2 = 21,
  kInt2Vector = 22,
  kInt4 = 23,
  kRegproc = 24,
  kText = 25,
  kOid = 26,
  kXid = 28,
  kOidVector = 30,
  kJson = 114,
  kFloat4 = 700,
  kFloat8 = 701,
  kUnknown = 705,  // a string literal whose type is not decided yet
  kBpchar = 1042,
  kVarchar = 1043,
  kDate = 1082,
  kTime = 1083,
  kTimestamp = 1114,
  kTimestamptz = 1184,
  kInterval = 1186,
  kTimetz = 1266,
  kNumeric = 1700,
  kRegprocedure = 2202,
  kRegclass = 2205,
  kRegtype = 2206,
  kRecord = 2249,
  kVoid = 2278,
  kUuid = 2950,
  kTxidSnapshot = 2970,
  kJsonb = 3802,
  kJsonpath = 4072,
  kRegnamespace = 4089,
  kRegrole = 4096,
  kPgSnapshot = 5038,
  kXid8 = 5069,

  // Arrays of the above.
  kJsonArray = 199,
  kXid8Array = 271,
  kBoolArray = 1000,
  kByteaArray = 1001,
  kCharArray = 1002,
  kNameArray = 1003,
  kInt2Array = 1005,
  kInt2VectorArray = 1006,
  kInt4Array = 1007,
  kRegprocArray = 1008,
  kTextArray = 1009,
  kXidArray = 1011,
  kOidVectorArray = 1013,
  kBpcharArray = 1014,
  kVarcharArray = 1015,
  kInt8Array = 1016,
  kFloat4Array = 1021,
  kFloat8Array = 1022,
  kOidArray = 1028,
  kTimestampArray = 1115,
  kDateArray = 1182,
  kTimeArray = 1183,
  kTimestamptzArray = 1185,
  kIntervalArray = 1187,
  kNumericArray = 1231,
  kTimetzArray = 1270,
  kRegprocedureArray = 2207,
  kRegclassArray = 2210,
  kRegtypeArray = 2211,
  kRecordArray = 2287,
  kTxidSnapshotArray = 2949,
  kUuidArray = 2951,
  kJsonbArray = 3807,
  kJsonpathArray = 4073,
  kRegnamespaceArray = 4090,
  kRegroleArray = 4097,
  kPgSnapshotArray = 5039,

  // What functions over any type declare; no value has one of these types. Within one call, kAnyElement,
  // kAnyNonArray and the elements of kAnyArray are one type; so are those of the second family, after
  // implicit casts.
  kAnyArray = 2277,
  kAnyElement = 2283,
  kAnyNonArray = 2776,
  kAnyCompatible = 5077,
  kAnyCompatibleArray = 5078,
};

// Holds a type and its modifier. The modifier follows PostgreSQL: -1 for none; length + 4 for varchar and
// bpchar;
// ((precision << 16) | (scale & 0x7ff)) + 4 for numeric; the digits of a second for time types.
struct Type {
  TypeId id = TypeId::kInvalid;
  std::int32_t modifier = -1;
  // The domain that values belong to, by catalog oid; 0 for none. `id` and `modifier` are then those of the
  // type underneath, so that whoever does not ask treats values of a domain as values of that type.
  // With kRecord, the relation whose row type it is; 0 for a row whose type has no name.
  base::Oid domain = 0;
  friend bool operator==(const Type&, const Type&) = default;
};

// How a Value of the type is held; see value.h.
enum class Representation : std::uint8_t {
  kInt,
  kDouble,
  kString,
  kUuid,
  kNumeric,
  kInterval,
  kArray,
  kRecord
};

// Describes a type as pg_type does.
struct TypeInfo {
  TypeId id;
  const char* name;      // pg_type.typname: "int8"
  const char* sql_name;  // format_type without modifier: "bigint"
  Representation representation;
  std::int16_t length;  // pg_type.typlen; -1 for variable length
  char category;        // pg_type.typcategory
  bool preferred;       // pg_type.typispreferred
  // The type of an array's elements, int2vector and oidvector included; kInvalid for all other types.
  TypeId element = TypeId::kInvalid;
};

// Returns the description; REQUIRES a TypeId that is listed above, other than kInvalid.
const TypeInfo& InfoOf(TypeId id);
// The OID by which clients know values of the type: that of a row type is its own, domains are not seen.
base::Oid ClientOid(Type type);
// Looks a type up by the OID a client sent; nullptr when unknown.
const TypeInfo* FindType(base::Oid oid);
// Looks up by pg_type name ("int8", "bpchar", "timestamptz"); nullptr when unknown. SQL spellings such as
// "bigint" or "character varying" become these names in the PostgreSQL grammar.
const TypeInfo* FindTypeByName(std::string_view name);

// Prints the type as format_type() does: "numeric(10,2)", "character varying(5)", "timestamp(3) without time
// zone", "integer[]". The modifier of an array is that of its elements.
std::string FormatType(Type type);

// Returns the type of arrays of `element`, kInvalid when there is none. Vectors are arrays themselves, and
// have array types of their own.
TypeId ArrayType(TypeId element);
// Returns the type of the elements of an array or vector, kInvalid for all other types.
TypeId ElementType(TypeId array);
// True for the types whose values are held as arrays.
// True for the object identifier types whose text form is a name (regclass and kin), and arrays of them.
// Their values may be held as strings, which are then those names.
bool IsObjectName(TypeId id);

inline bool IsArray(TypeId id) { return ElementType(id) != TypeId::kInvalid; }
// True for kAnyElement and kin.
bool IsPolymorphic(TypeId id);

// True for smallint, integer and bigint.
bool IsInteger(TypeId id);
// True for text, varchar, bpchar, name, "char" and unknown.
bool IsString(TypeId id);

}  // namespace ordinal::types
