#include "regex/look_around.h"

#include <algorithm>

namespace ordinal::regex {
namespace {

// Bounds the places whose answers are kept.
constexpr std::size_t kKnownMax = 64 * 1024;

}  // namespace

LookAround::LookAround(const SyntaxTree& tree, const Alphabet& alphabet, Effort& effort)
    : looks_(tree.looks) {
  if (tree.looks > 0) Collect(*tree.root, alphabet, effort);
}

void LookAround::Collect(const Alternation& alternation, const Alphabet& alphabet, Effort& effort) {
  for (const Branch& branch : alternation.branches) {
    for (const Atom& atom : branch.atoms) {
      if (atom.sub != nullptr) Collect(*atom.sub, alphabet, effort);
      if (atom.kind != AtomKind::kLook) continue;
      Look& look = looks_[atom.look];
      look.behind = atom.behind;
      look.negative = atom.negative;
      look.length = atom.sub->length;
      look.automaton =
          std::make_unique<Automaton>(Compile(Fragment::Of(*atom.sub)), alphabet, *this, effort, atom.behind);
    }
  }
}

void LookAround::Begin() {
  ++text_number_;
  for (Look& look : looks_) look.automaton->Rewind();
}

bool LookAround::Finds(Look& look, std::string_view text, std::size_t place) {
  if (!look.behind) return look.automaton->Shortest(text, place, place, text.size()).has_value();
  if (!look.length) return look.automaton->EndsAt(text, place);
  std::size_t begin = place;
  for (std::size_t i = 0; i < *look.length; ++i) {
    if (begin == 0) return false;
    begin = Before(text, begin);
  }
  return look.automaton->Matches(text, begin, place);
}

bool LookAround::Holds(std::size_t number, std::string_view text, std::size_t place) {
  Look& look = looks_[number];
  const bool keeps = place < kKnownMax;
  if (keeps && place >= look.known.size()) look.known.resize(std::min(text.size() + 1, kKnownMax));
  if (keeps && look.known[place] >> 1 == text_number_) return (look.known[place] & 1) != 0;
  const bool holds = Finds(look, text, place) != look.negative;
  if (keeps) look.known[place] = text_number_ << 1 | (holds ? 1 : 0);
  return holds;
}

}  // namespace ordinal::regex
