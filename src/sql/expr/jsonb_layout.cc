#include "sql/expr/jsonb_layout.h"

#include <string_view>

namespace ordinal::sql {
namespace {

using types::JsonNode;
using Kind = JsonNode::Kind;

constexpr std::size_t kEntryBytes = 4;

std::size_t Aligned(std::size_t offset) { return (offset + 3) / 4 * 4; }

// The bytes of a numeric: a header and groups of four decimal digits, without those that are zero at the
// ends.
std::size_t NumberBytes(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  while (whole.starts_with('0')) whole.remove_prefix(1);
  const auto group_is_zero = [&fraction](std::size_t group) {
    const std::string_view digits = fraction.substr(group * 4, 4);
    return digits.find_first_not_of('0') == std::string_view::npos;
  };
  const std::size_t before = (whole.size() + 3) / 4;
  std::size_t after = (fraction.size() + 3) / 4;
  while (after > 0 && group_is_zero(after - 1)) --after;
  std::size_t groups = before + after;
  long weight = static_cast<long>(before) - 1;
  if (after == 0) {
    // Groups of zeros at the end of a whole number are left out.
    std::string_view rest = whole;
    while (groups > 0 && rest.size() >= 4 && rest.substr(rest.size() - 4) == "0000") {
      rest.remove_suffix(4);
      --groups;
    }
  }
  if (before == 0) {
    for (std::size_t group = 0; group < after && group_is_zero(group); ++group) {
      --groups;
      --weight;
    }
  }
  const bool is_short = fraction.size() <= 63 && (groups == 0 || (weight >= -64 && weight <= 63));
  return (is_short ? 6 : 8) + 2 * groups;
}

class Layout {
 public:
  explicit Layout(const JsonNode& part) : part_(part) {}

  // Returns the end of the container that begins at `offset`.
  std::size_t Container(const JsonNode& node, std::size_t offset) {
    if (&node == &part_) found_ = offset;
    std::size_t end = offset + kEntryBytes;
    if (node.kind == Kind::kObject) {
      end += node.members.size() * 2 * kEntryBytes;
      for (const types::JsonMember& member : node.members) end += member.name.size();
      for (const types::JsonMember& member : node.members) end = Value(member.value, end);
    } else {
      end += node.items.size() * kEntryBytes;
      for (const JsonNode& item : node.items) end = Value(item, end);
    }
    return end;
  }

  std::optional<std::size_t> found() const { return found_; }

 private:
  std::size_t Value(const JsonNode& node, std::size_t offset) {
    switch (node.kind) {
      case Kind::kString:
        return offset + node.text.size();
      case Kind::kNumber:
        return Aligned(offset) + NumberBytes(node.text);
      case Kind::kArray:
      case Kind::kObject:
        return Container(node, Aligned(offset));
      default:
        return offset;
    }
  }

  const JsonNode& part_;
  std::optional<std::size_t> found_;
};

}  // namespace

std::optional<std::size_t> JsonbOffset(const JsonNode& whole, const JsonNode& part) {
  Layout layout(part);
  layout.Container(whole, 0);
  return layout.found();
}

}  // namespace ordinal::sql
