#include "regex/length.h"

namespace ordinal::regex {
namespace {

constexpr std::size_t kLengthMax = 1'000'000;

Length LengthOf(const Atom& atom) {
  switch (atom.kind) {
    case AtomKind::kSet:
      return 1;
    case AtomKind::kGroup:
      return atom.sub->length;
    case AtomKind::kReference:
      return std::nullopt;
    case AtomKind::kPlace:
    case AtomKind::kLook:
      break;
  }
  return 0;
}

Length LengthOf(const Branch& branch, std::size_t begin, std::size_t end) {
  Length length = 0;
  for (std::size_t i = begin; i < end && length; ++i) {
    const Quantifier& quantifier = branch.atoms[i].quantifier;
    length = Sum(length, Times(LengthOf(branch.atoms[i]), quantifier.min, quantifier.max));
  }
  return length;
}

}  // namespace

Length Sum(Length a, Length b) {
  if (!a || !b || *a + *b > kLengthMax) return std::nullopt;
  return *a + *b;
}

Length Times(Length length, int min, int max) {
  if (length == 0U || max == 0) return 0;
  if (!length || min != max) return std::nullopt;
  const std::size_t total = *length * static_cast<std::size_t>(min);
  return total <= kLengthMax ? Length(total) : std::nullopt;
}

Length LengthOf(const Alternation& alternation) {
  const std::vector<Branch>& branches = alternation.branches;
  const Length first = LengthOf(branches.front(), 0, branches.front().atoms.size());
  for (const Branch& branch : branches) {
    if (LengthOf(branch, 0, branch.atoms.size()) != first) return std::nullopt;
  }
  return first;
}

Length LengthOf(const Fragment& fragment) {
  if (fragment.alternation != nullptr) return fragment.alternation->length;
  if (fragment.branch != nullptr) return LengthOf(*fragment.branch, fragment.begin, fragment.end);
  return Times(LengthOf(*fragment.atom), fragment.min, fragment.max);
}

}  // namespace ordinal::regex
