#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/error.h"
#include "types/array.h"

namespace ordinal::types {
namespace {

constexpr std::string_view kNullWord = "NULL";

bool IsArrayBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool IsNullWord(std::string_view text) {
  return text.size() == kNullWord.size() &&
         std::equal(text.begin(), text.end(), kNullWord.begin(),
                    [](char c, char upper) { return (c & ~0x20) == upper; });
}

bool NeedsQuotes(std::string_view text) {
  if (text.empty() || IsNullWord(text)) return true;
  return std::any_of(text.begin(), text.end(), [](char c) {
    return c == '"' || c == '\\' || c == '{' || c == '}' || c == ',' || IsArrayBlank(c);
  });
}

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

// Reads one literal from left to right.
class LiteralReader {
 public:
  LiteralReader(std::string_view text, TypeId element, const ElementReader& read) : text_(text), read_(read) {
    array_.element = element;
  }

  Value Read() {
    SkipBlanks();
    ReadBounds();
    if (!At('{')) {
      Fail(stated_.empty() ? R"(Array value must start with "{" or dimension information.)"
                           : R"(Array contents must start with "{".)");
    }
    ReadLevel(0);
    SkipBlanks();
    if (next_ < text_.size()) Fail("Junk after closing right brace.");
    if (array_.values.empty()) {
      array_.dimensions.clear();
    } else {
      for (const std::int32_t length : lengths_) array_.dimensions.push_back({.length = length, .lower = 1});
    }
    if (!stated_.empty()) TakeStatedBounds();
    CheckShape(array_.dimensions);
    return Value::OfArray(std::move(array_));
  }

 private:
  [[noreturn]] void Fail(const char* detail) const {
    throw base::Error(base::sqlstate::kInvalidTextRepresentation,
                      "malformed array literal: \"" + std::string(text_) + "\"")
        .Detail(detail);
  }
  bool At(char c) const { return next_ < text_.size() && text_[next_] == c; }
  bool Take(char c) {
    if (!At(c)) return false;
    ++next_;
    return true;
  }
  void SkipBlanks() {
    while (next_ < text_.size() && IsArrayBlank(text_[next_])) ++next_;
  }

  std::int32_t ReadNumber() {
    std::int32_t number = 0;
    if (At('+')) ++next_;
    const auto [end, error] = std::from_chars(text_.data() + next_, text_.data() + text_.size(), number);
    if (error != std::errc()) Fail("Missing array dimension value.");
    next_ = static_cast<std::size_t>(end - text_.data());
    return number;
  }

  // Reads "[2:3][4]=", if it is there.
  void ReadBounds() {
    while (Take('[')) {
      if (stated_.size() == kArrayDimensionsMax) CheckShape(std::vector<ArrayDimension>(stated_.size() + 1));
      std::int32_t lower = 1;
      std::int32_t upper = ReadNumber();
      if (Take(':')) lower = std::exchange(upper, ReadNumber());
      if (!Take(']')) Fail(R"(Missing "]" after array dimensions.)");
      if (upper < lower) {
        throw base::Error(base::sqlstate::kArraySubscriptError,
                          "upper bound cannot be less than lower bound");
      }
      const std::int64_t length = std::int64_t{upper} - lower + 1;
      if (length > kArrayElementsMax) Fail("Specified array dimensions do not match array contents.");
      stated_.push_back({.length = static_cast<std::int32_t>(length), .lower = lower});
      SkipBlanks();
    }
    if (stated_.empty()) return;
    if (!Take('=')) Fail(R"(Missing "=" after array dimensions.)");
    SkipBlanks();
  }

  void TakeStatedBounds() {
    const bool fits =
        std::equal(stated_.begin(), stated_.end(), array_.dimensions.begin(), array_.dimensions.end(),
                   [](const auto& stated, const auto& found) { return stated.length == found.length; });
    if (!fits) Fail("Specified array dimensions do not match array contents.");
    array_.dimensions = stated_;
  }

  // Reads "{...}", whose items are elements, or all arrays of one shape.
  void ReadLevel(std::size_t depth) {
    if (depth == kArrayDimensionsMax) CheckShape(std::vector<ArrayDimension>(depth + 1));
    Take('{');
    std::int32_t items = 0;
    SkipBlanks();
    if (At('}')) {
      // Only the outermost braces may hold nothing.
      if (depth > 0) Fail(R"(Unexpected "}" character.)");
      ++next_;
    } else {
      do {
        SkipBlanks();
        ReadItem(depth);
        ++items;
        SkipBlanks();
      } while (Take(','));
      if (next_ == text_.size()) Fail("Unexpected end of input.");
      if (!Take('}')) Fail("Unexpected array element.");
    }
    if (lengths_.size() <= depth) lengths_.resize(depth + 1, -1);
    if (lengths_[depth] >= 0 && lengths_[depth] != items) {
      Fail("Multidimensional arrays must have sub-arrays with matching dimensions.");
    }
    lengths_[depth] = items;
  }

  void ReadItem(std::size_t depth) {
    const bool nested = At('{');
    // The first element decides how deep all others lie.
    if (nested ? leaf_depth_ && *leaf_depth_ == depth : leaf_depth_ && *leaf_depth_ != depth) {
      Fail("Multidimensional arrays must have sub-arrays with matching dimensions.");
    }
    if (nested) return ReadLevel(depth + 1);
    leaf_depth_ = depth;
    ReadElement();
  }

  void ReadElement() {
    if (next_ == text_.size()) Fail("Unexpected end of input.");
    if (At(',')) Fail(R"(Unexpected "," character.)");
    if (At('}')) Fail(R"(Unexpected "}" character.)");
    if (Take('"')) {
      array_.values.push_back(read_(ReadQuoted()));
      return;
    }
    std::string element;
    std::size_t kept = 0;  // what lies behind it are blanks that may be trailing ones
    bool escaped = false;
    while (next_ < text_.size() && !At(',') && !At('}')) {
      if (At('{')) Fail(R"(Unexpected "{" character.)");
      if (At('"')) Fail("Incorrectly quoted array element.");
      const bool escape = Take('\\');
      if (next_ == text_.size()) Fail("Unexpected end of input.");
      escaped |= escape;
      const char c = text_[next_++];
      element += c;
      if (escape || !IsArrayBlank(c)) kept = element.size();
    }
    element.resize(kept);
    array_.values.push_back(!escaped && IsNullWord(element) ? Value() : read_(element));
  }

  std::string ReadQuoted() {
    std::string element;
    while (!At('"')) {
      Take('\\');
      if (next_ == text_.size()) Fail("Unexpected end of input.");
      element += text_[next_++];
    }
    ++next_;
    SkipBlanks();
    if (next_ < text_.size() && !At(',') && !At('}')) Fail("Incorrectly quoted array element.");
    return element;
  }

  std::string_view text_;
  const ElementReader& read_;
  std::size_t next_ = 0;
  Array array_;
  std::vector<ArrayDimension> stated_;
  std::vector<std::int32_t> lengths_;  // by depth; -1 until an array of that depth has ended
  std::optional<std::size_t> leaf_depth_;
};

class LiteralPrinter {
 public:
  LiteralPrinter(std::string& out, const Array& array, const ElementPrinter& print)
      : out_(out), array_(array), print_(print) {}

  void Print() {
    if (array_.dimensions.empty()) {
      out_ += "{}";
      return;
    }
    const bool shifted = std::any_of(array_.dimensions.begin(), array_.dimensions.end(),
                                     [](const ArrayDimension& dimension) { return dimension.lower != 1; });
    if (shifted) {
      for (const ArrayDimension& dimension : array_.dimensions) {
        out_ += "[" + std::to_string(dimension.lower) + ":" + std::to_string(dimension.upper()) + "]";
      }
      out_ += '=';
    }
    PrintLevel(0);
  }

 private:
  void PrintLevel(std::size_t depth) {
    out_ += '{';
    for (std::int32_t i = 0; i < array_.dimensions[depth].length; ++i) {
      if (i > 0) out_ += ',';
      depth + 1 < array_.dimensions.size() ? PrintLevel(depth + 1) : PrintElement(array_.values[next_++]);
    }
    out_ += '}';
  }

  void PrintElement(const Value& value) {
    if (value.is_null()) {
      out_ += kNullWord;
      return;
    }
    element_.clear();
    print_(element_, value);
    NeedsQuotes(element_) ? AppendQuoted(out_, element_) : void(out_ += element_);
  }

  std::string& out_;
  const Array& array_;
  const ElementPrinter& print_;
  std::size_t next_ = 0;
  std::string element_;
};

}  // namespace

Value ParseArray(std::string_view text, TypeId element, const ElementReader& read) {
  return LiteralReader(text, element, read).Read();
}

void AppendArray(std::string& out, const Array& array, const ElementPrinter& print) {
  LiteralPrinter(out, array, print).Print();
}

}  // namespace ordinal::types
