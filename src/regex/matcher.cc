#include "regex/matcher.h"

#include <utility>

#include "regex/iteration.h"

namespace ordinal::regex {
namespace {

// Of the automata of parts: in one match, and from match to match.
constexpr std::size_t kInstructionsMax = 2'000'000;
constexpr std::size_t kInstructionsKept = 100'000;

void AppendUtf8(std::string& out, char32_t character) {
  const auto add = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (character < 0x80) return add(character);
  if (character < 0x800) {
    add(0xC0 | character >> 6);
  } else {
    if (character < 0x10000) {
      add(0xE0 | character >> 12);
    } else {
      add(0xF0 | character >> 18);
      add(0x80 | (character >> 12 & 0x3F));
    }
    add(0x80 | (character >> 6 & 0x3F));
  }
  add(0x80 | (character & 0x3F));
}

// Returns the only character that an atom takes, once; nullopt for other atoms.
std::optional<char32_t> OnlyCharacter(const SyntaxTree& tree, const Atom& atom) {
  if (atom.kind != AtomKind::kSet || atom.quantifier.min != 1 || atom.quantifier.max != 1)
    return std::nullopt;
  const auto& ranges = tree.sets[atom.set].ranges();
  if (ranges.size() != 1 || ranges[0].first != ranges[0].last || ranges[0].last > kLastCharacter) {
    return std::nullopt;
  }
  return ranges[0].first;
}

std::string PrefixOf(const SyntaxTree& tree, bool& is_all) {
  std::string prefix;
  is_all = false;
  if (tree.root->branches.size() > 1) return prefix;
  for (const Atom& atom : tree.root->branches.front().atoms) {
    const std::optional<char32_t> character = OnlyCharacter(tree, atom);
    if (!character) return prefix;
    AppendUtf8(prefix, *character);
  }
  is_all = !prefix.empty();
  return prefix;
}

// Return the place so many characters behind, or before, another; the end or the beginning when there are
// fewer.
std::size_t Forward(std::string_view text, std::size_t place, std::size_t characters) {
  while (characters-- > 0 && place < text.size()) place = After(text, place);
  return place;
}
std::size_t Backward(std::string_view text, std::size_t place, std::size_t characters) {
  while (characters-- > 0 && place > 0) place = Before(text, place);
  return place;
}

bool BeginsText(const SyntaxTree& tree) {
  if (tree.root->branches.size() > 1 || tree.root->branches.front().atoms.empty()) return false;
  const Atom& first = tree.root->branches.front().atoms.front();
  return first.kind == AtomKind::kPlace && first.place == Place::kTextBegin;
}

}  // namespace

Matcher::Matcher(SyntaxTree tree)
    : tree_(std::move(tree)),
      alphabet_(tree_),
      division_(Divide(tree_)),
      looks_(tree_, alphabet_, effort_),
      search_(Compile(Fragment::Of(*tree_.root)), alphabet_, looks_, effort_, true),
      automata_(division_.parts),
      begins_text_(BeginsText(tree_)),
      prefix_(PrefixOf(tree_, is_prefix_)) {}

void Matcher::Begin(std::string_view text, Groups* groups) {
  effort_.Begin();
  looks_.Begin();
  task_ = {text, groups};
  if (instructions_ <= kInstructionsKept) return;
  for (auto& automaton : automata_) automaton.reset();
  instructions_ = 0;
}

bool Matcher::Matches(std::string_view text) {
  if (is_prefix_) return text.find(prefix_) != std::string_view::npos;
  Groups groups;
  if (tree_.has_references) return Find(text, 0, groups);
  Begin(text, nullptr);
  if (begins_text_) return AutomatonOf(*division_.root).Shortest(text, 0, 0, text.size()).has_value();
  return search_.Search(text, 0, prefix_).has_value();
}

bool Matcher::Find(std::string_view text, std::size_t start, Groups& groups) {
  if (start > text.size() || (begins_text_ && start > 0)) return false;
  groups.assign(static_cast<std::size_t>(tree_.captures) + 1, std::nullopt);
  if (is_prefix_) {
    const std::size_t found = text.find(prefix_, start);
    if (found != std::string_view::npos) groups[0] = Span{found, found + prefix_.size()};
    return groups[0].has_value();
  }
  Begin(text, &groups);
  if (begins_text_) return FindAt(0);
  while (true) {
    const std::optional<Automaton::Found> found = search_.Search(text, start, prefix_);
    if (!found) return false;
    if (FindFrom(found->open, found->close)) return true;
    if (found->close == text.size()) return false;
    start = After(text, found->close);
    // Only back references come here. As PostgreSQL does, leave out the end of the text.
    if (start == text.size()) return false;
  }
}

bool Matcher::FindFrom(std::size_t open, std::size_t close) {
  for (std::size_t begin = open;; begin = After(task_.text, begin)) {
    if (FindAt(begin)) return true;
    if (begin >= close) return false;
  }
}

// Tries the matches that begin here, as the expression prefers. But for back references the first fits.
bool Matcher::FindAt(std::size_t begin) {
  Automaton& automaton = AutomatonOf(*division_.root);
  const std::string_view text = task_.text;
  const bool shortest = division_.root->preference == Preference::kShortest;
  std::size_t limit = shortest ? begin : text.size();
  while (true) {
    const std::optional<std::size_t> end = shortest ? automaton.Shortest(text, begin, limit, text.size())
                                                    : automaton.Longest(text, begin, limit);
    if (!end) return false;
    if (Accept(begin, *end)) return true;
    if (*end == (shortest ? text.size() : begin)) return false;
    limit = shortest ? After(text, *end) : Before(text, *end);
  }
}

bool Matcher::Accept(std::size_t begin, std::size_t end) {
  Groups& groups = *task_.groups;
  if (division_.root->is_involved()) {
    groups.assign(groups.size(), std::nullopt);
    if (!DivideAmong(*division_.root, begin, end)) return false;
  }
  groups[0] = Span{begin, end};
  return true;
}

Automaton& Matcher::AutomatonOf(const Part& part) {
  std::unique_ptr<Automaton>& automaton = automata_[part.number];
  if (automaton == nullptr) {
    Program program = Compile(part.fragment);
    instructions_ += program.code.size();
    if (instructions_ > kInstructionsMax) ThrowFailed(kTooComplex);
    automaton = std::make_unique<Automaton>(std::move(program), alphabet_, looks_, effort_, false);
  }
  return *automaton;
}

// The groups of a part have not matched.
void Matcher::Forget(const Part& part) {
  if (part.first_capture == 0) return;
  for (int i = part.first_capture; i <= part.last_capture; ++i) {
    (*task_.groups)[static_cast<std::size_t>(i)].reset();
  }
}

bool Matcher::DivideAmong(const Part& part, std::size_t begin, std::size_t end) {
  effort_.Spend(1);
  bool fits = true;
  switch (part.kind) {
    case Part::Kind::kWhole:
      break;
    case Part::Kind::kReference:
      fits = MatchReference(part, begin, end);
      break;
    case Part::Kind::kSequence:
      fits = DivideSequence(part, begin, end);
      break;
    case Part::Kind::kChoice:
      fits = DivideChoice(part, begin, end);
      break;
    case Part::Kind::kIteration:
      fits = DivideIteration(part, begin, end);
      break;
    case Part::Kind::kWrapper:
      fits = DivideAmong(*part.children[0], begin, end);
      break;
  }
  if (fits && part.capture != 0) (*task_.groups)[static_cast<std::size_t>(part.capture)] = Span{begin, end};
  return fits;
}

bool Matcher::DivideSequence(const Part& part, std::size_t begin, std::size_t end) {
  const Part& first = *part.children[0];
  const Part& second = *part.children[1];
  // The whole matches here. So where a length is known there is one place to divide at, and it fits.
  if (first.length) return DivideAt(part, begin, Forward(task_.text, begin, *first.length), end);
  if (second.length) return DivideAt(part, begin, Backward(task_.text, end, *second.length), end);
  const bool shortest = first.preference == Preference::kShortest;
  Automaton& rest = AutomatonOf(second);
  // Mostly what the first part likes best fits.
  const std::optional<std::size_t> best = shortest
                                              ? AutomatonOf(first).Shortest(task_.text, begin, begin, end)
                                              : AutomatonOf(first).Longest(task_.text, begin, end);
  if (!best) return false;
  if (rest.Matches(task_.text, *best, end) && DivideAt(part, begin, *best, end)) return true;
  const std::vector<bool> ends = AutomatonOf(first).Ends(task_.text, begin, end);
  const std::size_t given_up = *best - begin;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const std::size_t offset = shortest ? i : ends.size() - 1 - i;
    if (!ends[offset] || offset == given_up) continue;
    const std::size_t middle = begin + offset;
    if (rest.Matches(task_.text, middle, end) && DivideAt(part, begin, middle, end)) return true;
  }
  return false;
}

bool Matcher::DivideAt(const Part& part, std::size_t begin, std::size_t middle, std::size_t end) {
  const Part& first = *part.children[0];
  const Part& second = *part.children[1];
  if (DivideAmong(first, begin, middle) && DivideAmong(second, middle, end)) return true;
  Forget(first);
  Forget(second);
  return false;
}

bool Matcher::DivideChoice(const Part& part, std::size_t begin, std::size_t end) {
  for (const auto& child : part.children) {
    if (AutomatonOf(*child).Matches(task_.text, begin, end) && DivideAmong(*child, begin, end)) return true;
    Forget(*child);
  }
  return false;
}

bool Matcher::DivideIteration(const Part& part, std::size_t begin, std::size_t end) {
  const Part& child = *part.children[0];
  const bool may_be_none = begin == end && part.min == 0;
  // A part that prefers little is rather not repeated at all than matched by nothing; others the other way
  // round.
  if (may_be_none && child.preference == Preference::kShortest) return true;
  const Iteration::Verify verify = [this, &child](std::size_t from, std::size_t to) {
    Forget(child);
    return DivideAmong(child, from, to);
  };
  if (Iteration(part, AutomatonOf(child), effort_, task_.text, begin, end, verify).Run()) return true;
  Forget(child);
  return may_be_none;
}

bool Matcher::MatchReference(const Part& part, std::size_t begin, std::size_t end) {
  const std::optional<Span>& group = (*task_.groups)[static_cast<std::size_t>(part.referred)];
  if (!group) return false;
  const std::size_t size = group->end - group->begin;
  if (size == 0) return begin == end;
  if ((end - begin) % size != 0) return false;
  const auto count = static_cast<int>((end - begin) / size);
  if (count < part.min || (part.max != kUnbounded && count > part.max)) return false;
  effort_.Spend(end - begin);
  for (std::size_t at = begin; at < end; at += size) {
    if (!SameText(group->begin, at, size)) return false;
  }
  return true;
}

bool Matcher::SameText(std::size_t a, std::size_t b, std::size_t size) const {
  for (std::size_t i = 0; i < size; ++i) {
    const auto left = static_cast<unsigned char>(task_.text[a + i]);
    const auto right = static_cast<unsigned char>(task_.text[b + i]);
    if (left != right && !(tree_.ignore_case && OtherCase(left) == right)) return false;
  }
  return true;
}

}  // namespace ordinal::regex
