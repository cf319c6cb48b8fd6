#include "session/relation_name.h"

#include <cctype>
#include <utility>
#include <vector>

#include "base/error.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

[[noreturn]] void ThrowInvalid() { throw Error(sqlstate::kInvalidName, "invalid name syntax"); }

class NameReader {
 public:
  explicit NameReader(std::string_view text) : text_(text) {}

  std::vector<std::string> Read() {
    std::vector<std::string> parts;
    SkipSpace();
    while (true) {
      parts.push_back(Peek() == '"' ? ReadQuoted() : ReadPlain());
      SkipSpace();
      if (at_ == text_.size()) return parts;
      if (text_[at_++] != '.') ThrowInvalid();
      SkipSpace();
    }
  }

 private:
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  std::string ReadQuoted() {
    std::string part;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        if (++at_ == text_.size() || text_[at_] != '"') return part;
      }
      part.push_back(text_[at_]);
    }
    ThrowInvalid();
  }
  std::string ReadPlain() {
    std::string part;
    for (; at_ < text_.size() && text_[at_] != '.' && !IsSpace(text_[at_]); ++at_) {
      part.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(text_[at_]))));
    }
    if (part.empty()) ThrowInvalid();
    return part;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string Joined(const std::vector<std::string>& parts) {
  std::string joined;
  for (const std::string& part : parts) joined += (joined.empty() ? "" : ".") + part;
  return joined;
}

}  // namespace

QualifiedName ReadRelationName(std::string_view text, std::string_view database) {
  std::vector<std::string> parts = NameReader(text).Read();
  if (parts.size() > 3) {
    throw Error(sqlstate::kSyntaxError, "improper relation name (too many dotted names): " + Joined(parts));
  }
  if (parts.size() == 3) {
    if (parts.front() != database) {
      throw Error(sqlstate::kFeatureNotSupported,
                  "cross-database references are not implemented: \"" + Joined(parts) + "\"");
    }
    parts.erase(parts.begin());
  }
  if (parts.size() == 1) return {.schema = "", .name = std::move(parts[0])};
  return {.schema = std::move(parts[0]), .name = std::move(parts[1])};
}

std::string QuoteName(const std::string& name) {
  bool plain = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0;
  for (const char c : name) {
    plain = plain && (std::islower(static_cast<unsigned char>(c)) != 0 ||
                      std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$');
  }
  if (plain) return name;
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace ordinal::session
