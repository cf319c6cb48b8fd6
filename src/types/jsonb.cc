#include "types/jsonb.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "types/numeric.h"

namespace ordinal::types {
namespace {

using Kind = JsonNode::Kind;

template <typename T>
int Order(const T& left, const T& right) {
  return left < right ? -1 : (right < left ? 1 : 0);
}

// Names are ordered by length first, which finds differences soonest.
bool NamePrecedes(const JsonMember& left, const JsonMember& right) {
  if (left.name.size() != right.name.size()) return left.name.size() < right.name.size();
  return left.name < right.name;
}

// Sorts members and drops all but the last of each name.
void SortMembers(std::vector<JsonMember>& members) {
  if (std::is_sorted(members.begin(), members.end(), NamePrecedes) &&
      std::adjacent_find(members.begin(), members.end(), [](const JsonMember& a, const JsonMember& b) {
        return a.name == b.name;
      }) == members.end()) {
    return;
  }
  std::stable_sort(members.begin(), members.end(), NamePrecedes);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i + 1 < members.size() && members[i + 1].name == members[i].name) continue;
    if (kept != i) members[kept] = std::move(members[i]);
    ++kept;
  }
  members.resize(kept);
}

int CompareScalars(const JsonNode& left, const JsonNode& right) {
  if (left.kind != right.kind) return Order(left.kind, right.kind);
  switch (left.kind) {
    case Kind::kString:
      return left.text.compare(right.text);
    case Kind::kNumber:
      return Numeric::Compare(Numeric::Parse(left.text), Numeric::Parse(right.text));
    case Kind::kBool:
      return Order(left.truth, right.truth);
    default:
      return 0;
  }
}

std::size_t Mix(std::size_t seed, std::size_t hash) { return seed * 31 + hash; }

std::size_t HashNode(const JsonNode& node) {
  auto hash = static_cast<std::size_t>(node.kind);
  switch (node.kind) {
    case Kind::kString:
      return Mix(hash, std::hash<std::string>{}(node.text));
    case Kind::kNumber:
      return Mix(hash, Numeric::Parse(node.text).Hash());
    case Kind::kBool:
      return Mix(hash, node.truth ? 1 : 0);
    default:
      break;
  }
  for (const JsonNode& item : node.items) hash = Mix(hash, HashNode(item));
  for (const JsonMember& member : node.members) {
    hash = Mix(Mix(hash, std::hash<std::string>{}(member.name)), HashNode(member.value));
  }
  return hash;
}

bool NodeContains(const JsonNode& whole, const JsonNode& part);

bool HasItem(const JsonNode& whole, const JsonNode& sought) {
  return std::any_of(whole.items.begin(), whole.items.end(), [&](const JsonNode& item) {
    if (item.kind != sought.kind) return false;
    return sought.IsScalar() ? CompareScalars(item, sought) == 0 : NodeContains(item, sought);
  });
}

bool ObjectContains(const JsonNode& whole, const JsonNode& part) {
  if (whole.members.size() < part.members.size()) return false;
  return std::all_of(part.members.begin(), part.members.end(), [&](const JsonMember& sought) {
    const auto found = std::lower_bound(whole.members.begin(), whole.members.end(), sought, NamePrecedes);
    if (found == whole.members.end() || found->name != sought.name) return false;
    if (found->value.kind != sought.value.kind) return false;
    return sought.value.IsScalar() ? CompareScalars(found->value, sought.value) == 0
                                   : NodeContains(found->value, sought.value);
  });
}

// Both are arrays, or both are objects.
bool NodeContains(const JsonNode& whole, const JsonNode& part) {
  if (whole.kind == Kind::kObject) return ObjectContains(whole, part);
  return std::all_of(part.items.begin(), part.items.end(),
                     [&](const JsonNode& sought) { return HasItem(whole, sought); });
}

}  // namespace

void NormalizeJson(JsonNode& node) {
  if (node.kind == Kind::kNumber) node.text = Numeric::Parse(node.text).ToString();
  for (JsonNode& item : node.items) NormalizeJson(item);
  for (JsonMember& member : node.members) NormalizeJson(member.value);
  SortMembers(node.members);
}

void AppendJsonb(std::string& out, const JsonNode& node) {
  switch (node.kind) {
    case Kind::kNull:
      out += "null";
      return;
    case Kind::kString:
      return AppendJsonString(out, node.text);
    case Kind::kNumber:
      out += node.text;
      return;
    case Kind::kBool:
      out += node.truth ? "true" : "false";
      return;
    case Kind::kArray:
      out += '[';
      for (const JsonNode& item : node.items) {
        if (&item != &node.items.front()) out += ", ";
        AppendJsonb(out, item);
      }
      out += ']';
      return;
    case Kind::kObject:
      out += '{';
      for (const JsonMember& member : node.members) {
        if (&member != &node.members.front()) out += ", ";
        AppendJsonString(out, member.name);
        out += ": ";
        AppendJsonb(out, member.value);
      }
      out += '}';
      return;
  }
}

std::string JsonbText(const JsonNode& node) {
  std::string out;
  AppendJsonb(out, node);
  return out;
}

std::string ParseJsonb(std::string_view text) {
  JsonNode root = ParseJsonTree(text);
  NormalizeJson(root);
  return JsonbText(root);
}

int CompareJsonNodes(const JsonNode& left, const JsonNode& right) {
  if (left.kind != right.kind || left.IsScalar()) return CompareScalars(left, right);
  if (left.kind == Kind::kArray) {
    if (left.items.size() != right.items.size()) return Order(left.items.size(), right.items.size());
    for (std::size_t i = 0; i < left.items.size(); ++i) {
      const int order = CompareJsonNodes(left.items[i], right.items[i]);
      if (order != 0) return order;
    }
    return 0;
  }
  if (left.members.size() != right.members.size()) return Order(left.members.size(), right.members.size());
  for (std::size_t i = 0; i < left.members.size(); ++i) {
    const int names = left.members[i].name.compare(right.members[i].name);
    if (names != 0) return names;
    const int order = CompareJsonNodes(left.members[i].value, right.members[i].value);
    if (order != 0) return order;
  }
  return 0;
}

int CompareJsonb(std::string_view left, std::string_view right) {
  if (left == right) return 0;
  const Kind left_kind = KindOfJson(left);
  const Kind right_kind = KindOfJson(right);
  // A scalar that stands alone counts as an array of one: above the empty array, below all other arrays.
  const auto in_array = [](Kind kind, std::string_view array, Kind other) {
    return kind == Kind::kArray && other < Kind::kArray ? (array == "[]" ? -1 : 1) : 0;
  };
  if (const int order = in_array(left_kind, left, right_kind)) return order;
  if (const int order = in_array(right_kind, right, left_kind)) return -order;
  if (left_kind != right_kind) return Order(left_kind, right_kind);
  return CompareJsonNodes(ParseJsonTree(left), ParseJsonTree(right));
}

std::size_t HashJsonb(std::string_view text) { return HashNode(ParseJsonTree(text)); }

bool JsonbContains(std::string_view whole, std::string_view part) {
  JsonNode left = ParseJsonTree(whole);
  JsonNode right = ParseJsonTree(part);
  if ((left.kind == Kind::kObject) != (right.kind == Kind::kObject)) return false;
  if (left.kind == Kind::kObject) return NodeContains(left, right);
  // An array may contain a scalar, a scalar contains no array.
  if (right.IsScalar()) return left.IsScalar() ? CompareScalars(left, right) == 0 : HasItem(left, right);
  return left.kind == Kind::kArray && NodeContains(left, right);
}

}  // namespace ordinal::types
