// Finds parts of JSON text without building a tree.
#include <utility>
#include <vector>

#include "types/jsonb.h"

namespace ordinal::types {
namespace {

using Kind = JsonNode::Kind;

bool IsJsonBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Steps over valid JSON.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { SkipBlanks(); }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void Take() {
    ++at_;
    SkipBlanks();
  }
  // Takes one value, and gives its text.
  std::string_view TakeValue() {
    const std::size_t start = at_;
    int depth = 0;
    do {
      const char c = text_[at_];
      if (c == '"') {
        SkipString();
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
      } else if (c == '}' || c == ']') {
        --depth;
        ++at_;
      } else if (depth == 0) {
        while (at_ < text_.size() && !IsJsonBlank(text_[at_]) && text_[at_] != ',' && text_[at_] != ']' &&
               text_[at_] != '}') {
          ++at_;
        }
      } else {
        ++at_;
      }
    } while (depth > 0 && at_ < text_.size());
    const std::string_view value = text_.substr(start, at_ - start);
    SkipBlanks();
    return value;
  }

 private:
  void SkipBlanks() {
    while (at_ < text_.size() && IsJsonBlank(text_[at_])) ++at_;
  }
  void SkipString() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool NameIs(std::string_view quoted, std::string_view name) {
  if (quoted.find('\\') == std::string_view::npos) return quoted.substr(1, quoted.size() - 2) == name;
  return ParseJsonTree(quoted).text == name;
}

}  // namespace

Kind KindOfJson(std::string_view text) {
  switch (Scanner(text).Peek()) {
    case '{':
      return Kind::kObject;
    case '[':
      return Kind::kArray;
    case '"':
      return Kind::kString;
    case 't':
    case 'f':
      return Kind::kBool;
    case 'n':
      return Kind::kNull;
    default:
      return Kind::kNumber;
  }
}

std::string_view JsonValueText(std::string_view text) { return Scanner(text).TakeValue(); }

std::optional<std::string_view> FindJsonMember(std::string_view text, std::string_view name) {
  std::optional<std::string_view> found;
  Scanner scanner(text);
  if (scanner.Peek() != '{') return found;
  scanner.Take();
  while (scanner.Peek() == '"') {
    const bool matches = NameIs(scanner.TakeValue(), name);
    scanner.Take();  // the colon
    const std::string_view value = scanner.TakeValue();
    if (matches) found = value;
    if (scanner.Peek() == ',') scanner.Take();
  }
  return found;
}

std::optional<std::string_view> FindJsonItem(std::string_view text, std::int64_t index) {
  Scanner scanner(text);
  if (scanner.Peek() != '[') return std::nullopt;
  scanner.Take();
  if (index < 0) {
    const std::vector<std::string_view> items = JsonItems(text);
    if (-index > static_cast<std::int64_t>(items.size())) return std::nullopt;
    return items[items.size() - static_cast<std::size_t>(-index)];
  }
  for (std::int64_t i = 0; scanner.Peek() != ']' && scanner.Peek() != '\0'; ++i) {
    const std::string_view value = scanner.TakeValue();
    if (i == index) return value;
    if (scanner.Peek() == ',') scanner.Take();
  }
  return std::nullopt;
}

std::vector<std::string_view> JsonItems(std::string_view text) {
  std::vector<std::string_view> items;
  Scanner scanner(text);
  if (scanner.Peek() != '[') return items;
  scanner.Take();
  while (scanner.Peek() != ']' && scanner.Peek() != '\0') {
    items.push_back(scanner.TakeValue());
    if (scanner.Peek() == ',') scanner.Take();
  }
  return items;
}

std::vector<JsonTextMember> JsonMembers(std::string_view text) {
  std::vector<JsonTextMember> members;
  Scanner scanner(text);
  if (scanner.Peek() != '{') return members;
  scanner.Take();
  while (scanner.Peek() == '"') {
    std::string name = ParseJsonTree(scanner.TakeValue()).text;
    scanner.Take();  // the colon
    members.push_back({std::move(name), scanner.TakeValue()});
    if (scanner.Peek() == ',') scanner.Take();
  }
  return members;
}

std::string JsonScalarText(std::string_view text) {
  Scanner scanner(text);
  if (scanner.Peek() == '"') return ParseJsonTree(text).text;
  return std::string(scanner.TakeValue());
}

}  // namespace ordinal::types
