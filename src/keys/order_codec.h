// Encodes values so that comparing the bytes compares the values: the order is that of types::Compare, NULL
// last, and equal values have equal bytes. Encoded columns may be concatenated, for none is a prefix of
// another.
//
//   every value    0x01, then the value; NULL is 0x02 alone
//   bool           one byte
//   integers, oids, dates, times
//                  eight bytes, most significant first, sign bit flipped. One width for all, so that a bigint
//                  constant finds a row by its integer column whatever its size
//   real, double   eight bytes of the IEEE form; all bits flipped when negative, else the sign bit. -0 is 0
//   strings        bytes with 0x00 spelled 0x00 0xff, ended by 0x00 0x01. bpchar loses its trailing blanks
//   uuid           16 bytes
//   numeric        class (-Infinity, negative, zero, positive, Infinity, NaN), then for finite ones other
//   than zero the
//                  exponent in three bytes and two digits a byte, ended by 0x00; all inverted when negative
//
// What compares equal is encoded equally, so decoding cannot restore what the order ignores: the display
// scale of a numeric, -0, the trailing blanks of a bpchar. Who needs these reads them from the row.
#pragma once

#include <string>
#include <string_view>

#include "types/type.h"
#include "types/value.h"

namespace ordinal::keys {

// True for types whose values can be part of a key.
bool IsKeyType(types::TypeId type);

// Appends one column. REQUIRES IsKeyType(type) and a value of that type, or NULL.
void AppendKeyColumn(std::string& out, const types::Value& value, types::TypeId type);

// Takes one column off the front of `in`. Errors: XX001 when the bytes are no such column.
types::Value TakeKeyColumn(std::string_view& in, types::TypeId type);

}  // namespace ordinal::keys
