// Encodes a row as tagged columns: one byte of format version, then for each column, ascending by attribute
// number, a varint of (attribute number * 8 + kind) and the value. A NULL is a tag without a value. A column
// that the bytes do not name was added after the row was written and reads as what the table's descriptor
// says for that case.
//
//   kind 0  NULL                       kind 4  uuid, 16 bytes
//        1  integer, zigzag varint          5  numeric, varint length and Numeric::AppendBytes
//        2  double, 8 bytes                 6  interval: microseconds, days, months, 16 bytes
//        3  string, varint length and bytes
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::keys {

// Names a column to encode. The value is borrowed.
struct ColumnSlot {
  base::AttributeNumber attribute = 0;
  const types::Value* value = nullptr;
};

// Appends the row. REQUIRES distinct attribute numbers, ascending, from 1.
void EncodeRow(std::string& out, std::span<const ColumnSlot> columns);

// Decodes chosen columns of rows of one table. Immutable, so any number of threads may share one.
class RowDecoder {
 public:
  struct Column {
    base::AttributeNumber attribute = 0;
    types::TypeId type = types::TypeId::kInvalid;
    std::size_t slot = 0;    // where the value goes in the Row
    types::Value if_absent;  // the value for rows written before the column was added
  };

  // Columns come in any order; their attribute numbers are distinct.
  explicit RowDecoder(std::vector<Column> columns);

  // Sets the slots of its columns and leaves the others alone. REQUIRES that `row` has all slots. Errors:
  // XX001 when the bytes are damaged, or hold a value that is not of the column's type.
  void Decode(std::string_view bytes, types::Row& row) const;

 private:
  std::vector<Column> columns_;                         // ascending by attribute number
  std::vector<types::Representation> representations_;  // of their types
};

}  // namespace ordinal::keys
