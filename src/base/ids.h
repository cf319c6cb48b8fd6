// Names the numbers that identify things, so that signatures say which one they mean.
#pragma once

#include <cstdint>

namespace ordinal::base {

// Identifies a catalog object (table, sequence, index, type, role ...). Numbers below
// kFirstUserOid belong to built-in objects and equal PostgreSQL's where PostgreSQL has the object.
using Oid = std::uint32_t;
inline constexpr Oid kInvalidOid = 0;
inline constexpr Oid kFirstUserOid = 16384;

// Numbers a column within its table, from 1, as pg_attribute.attnum does; never reused.
using AttributeNumber = std::int16_t;

// Orders the commits of one database. Zero is "before everything".
using Revision = std::uint64_t;

}  // namespace ordinal::base
