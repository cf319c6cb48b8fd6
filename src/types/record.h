// Holds an SQL row as one value: of the type of a table's rows, or of no type with a name (record).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::types {

// How deep rows may lie within rows, arrays between them not counted.
inline constexpr int kRecordDepthMax = 500;

struct RecordField {
  std::string name;
  Type type;
};

// What all rows of one origin share. Immutable, and so shared between values and threads.
struct RecordShape {
  base::Oid type = base::kInvalidOid;  // the relation whose row type it is; kInvalidOid for a mere record
  std::string name;                    // of that type, as errors show it; empty for a mere record
  std::vector<RecordField> fields;
};
using ShapePtr = std::shared_ptr<const RecordShape>;

// The oid by which clients know the type.
base::Oid TypeOidOf(const RecordShape& shape);

struct Record {
  ShapePtr shape;             // never null
  std::vector<Value> values;  // one for each field, NULLs included
  int depth = 1;              // filled in by MakeRecord
};

// REQUIRES a value for each field. Throws 54001 for rows that lie too deep in each other.
Value MakeRecord(ShapePtr shape, std::vector<Value> values);

// Order and equality as PostgreSQL's: by fields, NULLs equal to each other and above all else. Throws 42804
// `cannot compare dissimilar column types integer and text at record column 1` and `cannot compare record
// types with different numbers of columns`, 42883 `could not identify a comparison function for type json`.
int CompareRecords(const Record& left, const Record& right);
// Throws likewise, but `could not identify an equality operator for type json`.
bool RecordsEqual(const Record& left, const Record& right);
std::size_t HashRecord(const Record& record);

// IS NULL and IS NOT NULL of a row: every field is.
bool IsNullRecord(const Record& record);
bool IsNotNullRecord(const Record& record);

// The text form (manual, section 8.16.6). Fields are printed and read by the caller, who may know names of
// objects.
using FieldPrinter = std::function<void(std::string& out, const Value& value, Type type)>;
void AppendRecord(std::string& out, const Record& record, const FieldPrinter& print);
// Splits a literal for a row of `count` fields; nullopt is a NULL. Errors: 22P02 `malformed record literal:
// "..."` with PostgreSQL's detail.
std::vector<std::optional<std::string>> SplitRecord(std::string_view text, std::size_t count);

}  // namespace ordinal::types
