// Reads and writes the text forms of booleans, numbers, bytea and uuid. Blanks around numbers and booleans
// are allowed.
//
// Errors of the readers: 22P02 `invalid input syntax for type integer: "x"`, 22003 `value "99999" is out of
// range for type smallint`, `"1e400" is out of range for type double precision`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "types/settings.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::types {

bool ParseBool(std::string_view text);
// REQUIRES IsInteger(type).
std::int64_t ParseInteger(std::string_view text, TypeId type);
// Reads oid and its kin; negative numbers wrap around as PostgreSQL's do. "-" is no object, for the reg
// types.
std::int64_t ParseOid(std::string_view text, TypeId type);
double ParseDouble(std::string_view text);
// Returns a float's value.
double ParseFloat(std::string_view text);
// Returns the raw bytes. Reads the hex and the escape format.
std::string ParseBytea(std::string_view text);
Uuid ParseUuid(std::string_view text);
// Reads the type "char": the first byte, or \ooo in octal. The zero byte is the empty string.
std::string ParseChar(std::string_view text);

void AppendInt(std::string& out, std::int64_t value);
// Prints the shortest form that reads back as the same number when `extra_digits` is above zero, else rounds
// to 15 (6) digits plus `extra_digits`.
void AppendDouble(std::string& out, double value, int extra_digits);
void AppendFloat(std::string& out, float value, int extra_digits);
void AppendBytea(std::string& out, std::string_view bytes, ByteaOutput format);
void AppendChar(std::string& out, std::string_view value);
void AppendUuid(std::string& out, const Uuid& uuid);

}  // namespace ordinal::types
