// Says which casts exist.
#include <algorithm>

#include "types/cast.h"

namespace ordinal::types {
namespace {

struct Entry {
  TypeId from;
  TypeId to;
  CastContext context;
};

using enum TypeId;
using enum CastContext;

// PostgreSQL 15's pg_cast, less the casts that go through text.
constexpr Entry kCasts[] = {
    {kBool, kInt4, kExplicit},
    {kBool, kText, kAssignment},
    {kBool, kBpchar, kAssignment},
    {kBool, kVarchar, kAssignment},
    {kChar, kInt4, kExplicit},
    {kChar, kText, kImplicit},
    {kChar, kBpchar, kAssignment},
    {kChar, kVarchar, kAssignment},
    {kName, kText, kImplicit},
    {kName, kBpchar, kAssignment},
    {kName, kVarchar, kAssignment},
    {kInt8, kInt2, kAssignment},
    {kInt8, kInt4, kAssignment},
    {kInt8, kFloat4, kImplicit},
    {kInt8, kFloat8, kImplicit},
    {kInt8, kNumeric, kImplicit},
    {kInt2, kInt8, kImplicit},
    {kInt2, kInt4, kImplicit},
    {kInt2, kFloat4, kImplicit},
    {kInt2, kFloat8, kImplicit},
    {kInt2, kNumeric, kImplicit},
    {kInt4, kBool, kExplicit},
    {kInt4, kChar, kExplicit},
    {kInt4, kInt8, kImplicit},
    {kInt4, kInt2, kAssignment},
    {kInt4, kFloat4, kImplicit},
    {kInt4, kFloat8, kImplicit},
    {kInt4, kNumeric, kImplicit},
    {kText, kChar, kAssignment},
    {kText, kName, kImplicit},
    {kText, kBpchar, kImplicit},
    {kText, kVarchar, kImplicit},
    {kText, kRegclass, kImplicit},
    {kFloat4, kInt8, kAssignment},
    {kFloat4, kInt2, kAssignment},
    {kFloat4, kInt4, kAssignment},
    {kFloat4, kFloat8, kImplicit},
    {kFloat4, kNumeric, kAssignment},
    {kFloat8, kInt8, kAssignment},
    {kFloat8, kInt2, kAssignment},
    {kFloat8, kInt4, kAssignment},
    {kFloat8, kFloat4, kAssignment},
    {kFloat8, kNumeric, kAssignment},
    {kBpchar, kChar, kAssignment},
    {kBpchar, kName, kImplicit},
    {kBpchar, kText, kImplicit},
    {kBpchar, kVarchar, kImplicit},
    {kVarchar, kChar, kAssignment},
    {kVarchar, kName, kImplicit},
    {kVarchar, kText, kImplicit},
    {kVarchar, kBpchar, kImplicit},
    {kVarchar, kRegclass, kImplicit},
    {kDate, kTimestamp, kImplicit},
    {kDate, kTimestamptz, kImplicit},
    {kTime, kInterval, kImplicit},
    {kTime, kTimetz, kImplicit},
    {kTimestamp, kDate, kAssignment},
    {kTimestamp, kTime, kAssignment},
    {kTimestamp, kTimestamptz, kImplicit},
    {kTimestamptz, kDate, kAssignment},
    {kTimestamptz, kTime, kAssignment},
    {kTimestamptz, kTimestamp, kAssignment},
    {kTimestamptz, kTimetz, kAssignment},
    {kInterval, kTime, kAssignment},
    {kTimetz, kTime, kAssignment},
    {kXid8, kXid, kExplicit},
    {kNumeric, kInt8, kAssignment},
    {kNumeric, kInt2, kAssignment},
    {kNumeric, kInt4, kAssignment},
    {kNumeric, kFloat4, kImplicit},
    {kNumeric, kFloat8, kImplicit},
    {kJson, kJsonb, kAssignment},
    {kJsonb, kJson, kAssignment},
    {kJsonb, kBool, kExplicit},
    {kJsonb, kInt2, kExplicit},
    {kJsonb, kInt4, kExplicit},
    {kJsonb, kInt8, kExplicit},
    {kJsonb, kFloat4, kExplicit},
    {kJsonb, kFloat8, kExplicit},
    {kJsonb, kNumeric, kExplicit},
};

// regproc, regclass and the like, each an oid with a name.
bool IsReg(TypeId id) {
  return id == kRegproc || id == kRegprocedure || id == kRegclass || id == kRegtype || id == kRegnamespace ||
         id == kRegrole;
}

// The types of category S, which every type casts to and from through its text form.
bool HasStringCategory(TypeId id) { return id == kText || id == kVarchar || id == kBpchar || id == kName; }

bool CanCastObjectId(TypeId from, TypeId to, CastContext context) {
  const bool to_object = IsReg(to) || to == kOid;
  if (IsInteger(from)) return to_object;
  if (!IsReg(from) && from != kOid) return false;
  // A reg type becomes another one only by way of oid.
  if (from == kOid ? IsReg(to) : to == kOid) return true;
  return (to == kInt4 || to == kInt8) && context >= kAssignment;
}

}  // namespace

bool CanCast(TypeId from, TypeId to, CastContext context) {
  if (from == to || from == kUnknown) return true;
  if (CanCastObjectId(from, to, context)) return true;
  const bool listed = std::any_of(std::begin(kCasts), std::end(kCasts), [&](const Entry& entry) {
    return entry.from == from && entry.to == to && entry.context <= context;
  });
  if (listed) return true;
  if (from == kVoid || to == kVoid || to == kUnknown || IsPolymorphic(from) || IsPolymorphic(to))
    return false;
  // Vectors become arrays, but nothing becomes a vector.
  const TypeId from_element = ElementType(from);
  if (from_element != kInvalid && IsArray(to)) {
    return to != kInt2Vector && to != kOidVector && CanCast(from_element, ElementType(to), context);
  }
  if (HasStringCategory(to)) return context >= kAssignment;
  return HasStringCategory(from) && context == kExplicit;
}

}  // namespace ordinal::types
