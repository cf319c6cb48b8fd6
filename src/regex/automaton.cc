#include "regex/automaton.h"

#include <algorithm>
#include <utility>

namespace ordinal::regex {
namespace {

using Kind = Instruction::Kind;

constexpr std::size_t kBytesMax = 512 * 1024;
// The same where the expression has many automata.
constexpr std::size_t kBytesOfMany = 4 * 1024;
constexpr std::size_t kLooksKept = 3;
// What it takes to make a state, as multiples of a step to one that is known.
constexpr std::size_t kStepsOfState = 100;
constexpr std::size_t kStepsOfInstruction = 12;

bool StandsAt(Place place, Neighbour before, Neighbour behind) {
  const bool word_before = (before & kWordCharacter) != 0;
  const bool word_behind = (behind & kWordCharacter) != 0;
  switch (place) {
    case Place::kTextBegin:
      return (before & kNoCharacter) != 0;
    case Place::kTextEnd:
      return (behind & kNoCharacter) != 0;
    case Place::kLineBegin:
      return (before & (kNoCharacter | kNewline)) != 0;
    case Place::kLineEnd:
      return (behind & (kNoCharacter | kNewline)) != 0;
    case Place::kWordBegin:
      return !word_before && word_behind;
    case Place::kWordEnd:
      return word_before && !word_behind;
    case Place::kWordEdge:
      return word_before != word_behind;
    case Place::kNotWordEdge:
      return word_before == word_behind;
  }
  return false;
}

}  // namespace

std::size_t Automaton::KeyHash::operator()(const Key& key) const {
  std::size_t hash = key.rest;
  for (const std::uint32_t instruction : key.instructions) {
    hash = (hash ^ instruction) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
  }
  return hash;
}

Automaton::Automaton(Program program, const Alphabet& alphabet, LookAnswers& looks, Effort& effort,
                     bool searches)
    : program_(std::move(program)),
      alphabet_(alphabet),
      looks_(looks),
      effort_(effort),
      searches_(searches),
      marks_(program_.code.size(), 0) {}

// Calls `visit` with each place where a match ends, in order, until it answers true.
template <typename Visit>
void Automaton::Walk(std::string_view text, std::size_t begin, std::size_t stop, const Visit& visit) {
  State* state = StartAt(text, begin);
  std::size_t at = begin;
  while (at < stop) {
    const std::size_t place = at;
    const CharacterClass character = alphabet_.Take(text, at);
    state = Next(state, character, text, place);
    if (!state->notable) continue;
    if (state->match && visit(place)) return effort_.Spend(at - begin);
    if (state->dead) return effort_.Spend(at - begin);
  }
  effort_.Spend(at - begin + 1);
  if (Next(state, alphabet_.Peek(text, stop), text, stop)->match) visit(stop);
}

std::optional<std::size_t> Automaton::Longest(std::string_view text, std::size_t begin, std::size_t stop) {
  std::optional<std::size_t> last;
  Walk(text, begin, stop, [&last](std::size_t place) {
    last = place;
    return false;
  });
  return last;
}

std::optional<std::size_t> Automaton::Shortest(std::string_view text, std::size_t begin, std::size_t from,
                                               std::size_t stop) {
  std::optional<std::size_t> first;
  Walk(text, begin, stop, [&first, from](std::size_t place) {
    if (place < from) return false;
    first = place;
    return true;
  });
  return first;
}

bool Automaton::Matches(std::string_view text, std::size_t begin, std::size_t end) {
  return Shortest(text, begin, end, end).has_value();
}

std::vector<bool> Automaton::Ends(std::string_view text, std::size_t begin, std::size_t stop) {
  std::vector<bool> ends(stop - begin + 1);
  Walk(text, begin, stop, [&ends, begin](std::size_t place) {
    ends[place - begin] = true;
    return false;
  });
  return ends;
}

std::optional<Automaton::Found> Automaton::Search(std::string_view text, std::size_t begin,
                                                  std::string_view prefix) {
  State* state = StartAt(text, begin);
  std::size_t open = begin;
  std::size_t at = begin;
  while (true) {
    if (state->fresh) {
      if (!prefix.empty() && !text.substr(at).starts_with(prefix)) {
        effort_.Spend(at - begin);
        begin = at;
        at = text.find(prefix, at);
        if (at == std::string_view::npos) return std::nullopt;
        state = StartAt(text, at);
      }
      open = at;
    }
    const std::size_t place = at;
    const CharacterClass character = at == text.size() ? alphabet_.end() : alphabet_.Take(text, at);
    state = Next(state, character, text, place);
    const bool ends = place == text.size();
    if (!state->match && !ends) continue;
    effort_.Spend(at - begin + 1);
    if (state->match) return Found{open, place};
    return std::nullopt;
  }
}

bool Automaton::EndsAt(std::string_view text, std::size_t place) {
  if (reached_ == nullptr || reached_place_ > place) {
    reached_ = StartAt(text, 0);
    reached_place_ = 0;
  }
  effort_.Spend(place - reached_place_ + 1);
  while (reached_place_ < place) {
    const std::size_t at = reached_place_;
    const CharacterClass character = alphabet_.Take(text, reached_place_);
    reached_ = Next(reached_, character, text, at);
  }
  // What stands behind decides, but is not passed. Making that state may drop the one reached.
  const std::size_t drops = drops_;
  const bool ends = Next(reached_, alphabet_.Peek(text, place), text, place)->match;
  if (drops != drops_) reached_ = nullptr;
  return ends;
}

Automaton::State* Automaton::StartAt(std::string_view text, std::size_t place) {
  Neighbour before = 0;
  if (program_.has_places) {
    before = kNoCharacter;
    if (place > 0) {
      std::size_t at = Before(text, place);
      before = alphabet_.neighbour(alphabet_.Take(text, at));
    }
  }
  State*& start = starts_[before];
  if (start == nullptr) {
    Instructions instructions;
    NewMarks();
    Follow(program_.start, instructions);
    // Interning may drop all states, this place among them.
    State* made = Intern(std::move(instructions), before, false, true);
    starts_[before] = made;
    return made;
  }
  return start;
}

// Where the state that follows is kept. What lookaround says here chooses it.
Automaton::State** Automaton::SlotOf(State& state, CharacterClass character, std::string_view text,
                                     std::size_t place) {
  if (state.looks.empty()) return &state.next[character];
  std::size_t answers = 0;
  for (const std::uint32_t look : state.looks) {
    answers = answers << 1 | (looks_.Holds(look, text, place) ? 1 : 0);
  }
  return &state.answered[answers * alphabet_.size() + character];
}

Automaton::State* Automaton::Make(State* state, CharacterClass character, std::string_view text,
                                  std::size_t place) {
  State** slot = SlotOf(*state, character, text, place);
  if (*slot != nullptr) return *slot;
  Instructions resolved;
  const bool depends = Resolve(*state, character, text, place, resolved);
  bool match = false;
  Instructions taken;
  NewMarks();
  for (const std::uint32_t number : resolved) {
    const Instruction& instruction = program_.code[number];
    if (instruction.kind == Kind::kAccept) match = true;
    const bool takes = instruction.kind == Kind::kSet && character != alphabet_.end() &&
                       alphabet_.Contains(instruction.what, character);
    if (takes) Follow(instruction.next, taken);
  }
  const bool fresh = taken.empty() && searches_;
  if (searches_) Follow(program_.start, taken);
  effort_.Spend(kStepsOfState + kStepsOfInstruction * (resolved.size() + taken.size()));
  const Neighbour before = program_.has_places ? alphabet_.neighbour(character) : Neighbour{0};
  const std::size_t drops = drops_;
  State* next = Intern(std::move(taken), before, match, fresh);
  if (!depends && drops == drops_) *slot = next;
  return next;
}

void Automaton::NewMarks() {
  if (++generation_ != 0) return;
  std::fill(marks_.begin(), marks_.end(), 0);
  generation_ = 1;
}

void Automaton::Follow(std::uint32_t instruction, Instructions& out) {
  pending_.push_back(instruction);
  while (!pending_.empty()) {
    const std::uint32_t number = pending_.back();
    pending_.pop_back();
    if (std::exchange(marks_[number], generation_) == generation_) continue;
    const Instruction& met = program_.code[number];
    if (met.kind == Kind::kSplit) {
      pending_.push_back(met.next);
      pending_.push_back(met.other);
    } else {
      out.push_back(number);
    }
  }
}

// Passes the questions that are answered with yes at this place, with what stands before and behind it. True
// when lookaround was asked: then the answers hold at this place only.
bool Automaton::Resolve(const State& state, CharacterClass character, std::string_view text,
                        std::size_t place, Instructions& out) {
  const bool asks = std::any_of(state.instructions.begin(), state.instructions.end(), [this](auto number) {
    const Kind kind = program_.code[number].kind;
    return kind == Kind::kPlace || kind == Kind::kLook;
  });
  out = state.instructions;
  if (!asks) return false;
  bool asks_looks = false;
  NewMarks();
  for (const std::uint32_t number : out) marks_[number] = generation_;
  const Neighbour before = state.before;
  const Neighbour behind = alphabet_.neighbour(character);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Instruction instruction = program_.code[out[i]];
    const bool passes = (instruction.kind == Kind::kPlace &&
                         StandsAt(static_cast<Place>(instruction.what), before, behind)) ||
                        (instruction.kind == Kind::kLook && looks_.Holds(instruction.what, text, place));
    const bool is_kept =
        std::find(state.looks.begin(), state.looks.end(), instruction.what) != state.looks.end();
    asks_looks = asks_looks || (instruction.kind == Kind::kLook && !is_kept);
    if (passes) Follow(instruction.next, out);
  }
  return asks_looks;
}

Automaton::State* Automaton::Intern(Instructions instructions, Neighbour before, bool match, bool fresh) {
  std::sort(instructions.begin(), instructions.end());
  Key key{std::move(instructions), before | (match ? 0x100U : 0U) | (fresh ? 0x200U : 0U)};
  const auto known = states_.find(key);
  if (known != states_.end()) return known->second.get();
  if (bytes_ > (effort_.HoldsMuch() ? kBytesOfMany : kBytesMax)) Drop();
  auto state = std::make_unique<State>();
  state->instructions = key.instructions;
  state->before = before;
  state->match = match;
  state->dead = key.instructions.empty() && !searches_;
  state->fresh = fresh;
  state->notable = match || state->dead || fresh;
  for (const std::uint32_t number : key.instructions) {
    const Instruction& instruction = program_.code[number];
    const bool asks = instruction.kind == Kind::kLook && state->looks.size() < kLooksKept;
    const auto same = std::find(state->looks.begin(), state->looks.end(), instruction.what);
    if (asks && same == state->looks.end()) state->looks.push_back(instruction.what);
  }
  state->next.assign(alphabet_.size(), nullptr);
  if (!state->looks.empty()) state->answered.assign(alphabet_.size() << state->looks.size(), nullptr);
  const std::size_t bytes = sizeof(State) + 2 * sizeof(std::uint32_t) * key.instructions.size() +
                            sizeof(void*) * (state->next.size() + state->answered.size()) + 64;
  bytes_ += bytes;
  effort_.Hold(bytes);
  State* made = state.get();
  states_.emplace(std::move(key), std::move(state));
  return made;
}

void Automaton::Drop() {
  states_.clear();
  starts_.fill(nullptr);
  effort_.Release(bytes_);
  bytes_ = 0;
  ++drops_;
}

}  // namespace ordinal::regex
