// Converts values from and to PostgreSQL's binary wire form (the typsend and typreceive functions).
#pragma once

#include <string>
#include <string_view>

#include "types/type.h"
#include "types/value.h"

namespace ordinal::types {

// Reads `bytes`. Errors: 22P03 `incorrect binary data format ...`, 22021 for text that is not UTF-8.
Value ParseBinary(std::string_view bytes, Type type);

// Appends the binary form. REQUIRES a value that is not NULL.
void AppendBinary(std::string& out, const Value& value, TypeId type);

}  // namespace ordinal::types
