#include "types/record.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "types/array.h"
#include "types/compare.h"
#include "types/scan.h"

namespace ordinal::types {
namespace {

using base::Error;

// Each level of rows within rows may double the text.
constexpr std::size_t kTextBytesMax = std::size_t{128} << 20;

int DepthOf(const Value& value) {
  if (value.kind() == Value::Kind::kRecord) return value.AsRecord().depth;
  if (value.kind() != Value::Kind::kArray || value.AsArray().element != TypeId::kRecord) return 0;
  int depth = 0;
  for (const Value& element : value.AsArray().values) depth = std::max(depth, DepthOf(element));
  return depth;
}

base::Oid OidOf(Type type) { return type.domain != 0 ? type.domain : static_cast<base::Oid>(type.id); }

// The type of a field as errors name it. Those of rows within rows have no name here.
std::string NameOf(Type type) { return FormatType({type.id, -1}); }

bool IsUnordered(TypeId type) {
  return type == TypeId::kJson || type == TypeId::kJsonpath || type == TypeId::kUnknown;
}

[[noreturn]] void ThrowMissing(const char* what, TypeId type) {
  throw Error(base::sqlstate::kUndefinedFunction,
              std::string("could not identify ") + what + FormatType({type, -1}));
}

void CheckComparable(Type left, Type right, std::size_t column, const char* what) {
  if (OidOf(left) != OidOf(right)) {
    throw Error(base::sqlstate::kDatatypeMismatch, "cannot compare dissimilar column types " + NameOf(left) +
                                                       " and " + NameOf(right) + " at record column " +
                                                       std::to_string(column + 1));
  }
  if (IsUnordered(left.id)) ThrowMissing(what, left.id);
}

void CheckWidth(const Record& left, const Record& right) {
  if (left.values.size() == right.values.size()) return;
  throw Error(base::sqlstate::kDatatypeMismatch,
              "cannot compare record types with different numbers of columns");
}

// Compares the fields that both have; zero when all of them are equal.
int CompareFields(const Record& left, const Record& right, const char* what) {
  const std::size_t shared = std::min(left.values.size(), right.values.size());
  for (std::size_t i = 0; i < shared; ++i) {
    const Type type = left.shape->fields[i].type;
    CheckComparable(type, right.shape->fields[i].type, i, what);
    const Value& a = left.values[i];
    const Value& b = right.values[i];
    int order = int{a.is_null()} - int{b.is_null()};
    if (!a.is_null() && !b.is_null()) order = Compare(a, b, type.id);
    if (order != 0) return order;
  }
  return 0;
}

bool NeedsQuotes(std::string_view text) {
  return text.empty() || std::any_of(text.begin(), text.end(), [](char c) {
           return c == '"' || c == '\\' || c == '(' || c == ')' || c == ',' || IsBlank(c);
         });
}

class LiteralReader {
 public:
  explicit LiteralReader(std::string_view text) : text_(text) {}

  std::vector<std::optional<std::string>> Read(std::size_t count) {
    SkipBlanks();
    if (!Take('(')) Fail("Missing left parenthesis.");
    std::vector<std::optional<std::string>> fields;
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0 && !Take(',')) Fail("Too few columns.");
      fields.push_back(ReadField());
    }
    if (!Take(')')) Fail("Too many columns.");
    SkipBlanks();
    if (next_ < text_.size()) Fail("Junk after right parenthesis.");
    return fields;
  }

 private:
  [[noreturn]] void Fail(const char* detail) const {
    throw Error(base::sqlstate::kInvalidTextRepresentation,
                "malformed record literal: \"" + std::string(text_) + "\"")
        .Detail(detail);
  }
  bool At(char c) const { return next_ < text_.size() && text_[next_] == c; }
  bool Take(char c) {
    if (!At(c)) return false;
    ++next_;
    return true;
  }
  char TakeAny() {
    if (next_ == text_.size()) Fail("Unexpected end of input.");
    return text_[next_++];
  }
  void SkipBlanks() {
    while (next_ < text_.size() && IsBlank(text_[next_])) ++next_;
  }

  std::optional<std::string> ReadField() {
    if (At(',') || At(')')) return std::nullopt;
    std::string field;
    bool quoted = false;
    while (quoted || (!At(',') && !At(')'))) {
      const char c = TakeAny();
      if (c == '\\') {
        field += TakeAny();
      } else if (c == '"' && !quoted) {
        quoted = true;
      } else if (c == '"' && Take('"')) {
        field += c;
      } else if (c == '"') {
        quoted = false;
      } else {
        field += c;
      }
    }
    return field;
  }

  std::string_view text_;
  std::size_t next_ = 0;
};

}  // namespace

base::Oid TypeOidOf(const RecordShape& shape) {
  return shape.type != base::kInvalidOid ? shape.type : static_cast<base::Oid>(TypeId::kRecord);
}

Value MakeRecord(ShapePtr shape, std::vector<Value> values) {
  int depth = 0;
  for (const Value& value : values) depth = std::max(depth, DepthOf(value));
  if (++depth > kRecordDepthMax) {
    throw Error(base::sqlstate::kStatementTooComplex, "rows are nested too deeply");
  }
  return Value::OfRecord({std::move(shape), std::move(values), depth});
}

int CompareRecords(const Record& left, const Record& right) {
  const int order = CompareFields(left, right, "a comparison function for type ");
  if (order == 0) CheckWidth(left, right);
  return order;
}

bool RecordsEqual(const Record& left, const Record& right) {
  if (CompareFields(left, right, "an equality operator for type ") != 0) return false;
  CheckWidth(left, right);
  return true;
}

std::size_t HashRecord(const Record& record) {
  std::size_t hash = 0;
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    const Value& value = record.values[i];
    const TypeId type = record.shape->fields[i].type.id;
    if (IsUnordered(type)) ThrowMissing("a comparison function for type ", type);
    hash = hash * 31 + (value.is_null() ? 0 : Hash(value, type));
  }
  return hash;
}

bool IsNullRecord(const Record& record) {
  return std::all_of(record.values.begin(), record.values.end(),
                     [](const Value& value) { return value.is_null(); });
}

bool IsNotNullRecord(const Record& record) {
  return std::none_of(record.values.begin(), record.values.end(),
                      [](const Value& value) { return value.is_null(); });
}

void AppendRecord(std::string& out, const Record& record, const FieldPrinter& print) {
  out += '(';
  std::string text;
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    if (i > 0) out += ',';
    if (record.values[i].is_null()) continue;
    text.clear();
    print(text, record.values[i], record.shape->fields[i].type);
    if (out.size() + text.size() > kTextBytesMax) {
      throw Error(base::sqlstate::kProgramLimitExceeded, "the text of a row is too long");
    }
    if (!NeedsQuotes(text)) {
      out += text;
      continue;
    }
    out += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') out += c;
      out += c;
    }
    out += '"';
  }
  out += ')';
}

std::vector<std::optional<std::string>> SplitRecord(std::string_view text, std::size_t count) {
  return LiteralReader(text).Read(count);
}

}  // namespace ordinal::types
