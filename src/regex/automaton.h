// Runs programs over text as deterministic automata, whose states are made when they are first needed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "regex/alphabet.h"
#include "regex/effort.h"
#include "regex/program.h"

namespace ordinal::regex {

// Answers for lookaround: does number `look` hold at byte `place` of the text?
class LookAnswers {
 public:
  virtual ~LookAnswers() = default;
  virtual bool Holds(std::size_t look, std::string_view text, std::size_t place) = 0;
};

// One program's states. States are kept from text to text; past a bound of memory they are dropped and made
// anew. Places are bytes between characters. Only one thread may use it.
//
// A place is judged by what stands on both of its sides. So a state knows the character before it, and
// whether a match ended *before the last character taken*: that it learns with this character.
class Automaton {
 public:
  // `searches`: a match may begin at any place, not only where a walk begins. What is given must outlive it.
  Automaton(Program program, const Alphabet& alphabet, LookAnswers& looks, Effort& effort, bool searches);
  ~Automaton() { Drop(); }
  Automaton(const Automaton&) = delete;
  Automaton& operator=(const Automaton&) = delete;

  // The last and the first place where a match that begins at `begin` ends, not behind `stop` and for the
  // first not before `from`; nullopt when there is none.
  std::optional<std::size_t> Longest(std::string_view text, std::size_t begin, std::size_t stop);
  std::optional<std::size_t> Shortest(std::string_view text, std::size_t begin, std::size_t from,
                                      std::size_t stop);
  // True when the text from `begin` to `end` matches.
  bool Matches(std::string_view text, std::size_t begin, std::size_t end);
  // All places, counted from `begin`, where a match that begins there ends. The vector has a bit for each
  // place from `begin` to `stop`.
  std::vector<bool> Ends(std::string_view text, std::size_t begin, std::size_t stop);

  struct Found {
    std::size_t open;   // no match begins before this place
    std::size_t close;  // some match ends here, none before
  };
  // Looks for a match that begins at `begin` or behind it, and with `prefix`. REQUIRES a searching automaton.
  std::optional<Found> Search(std::string_view text, std::size_t begin, std::string_view prefix);
  // True when a match ends at `place`, wherever it begins. Asked place by place, it reads the text once.
  // REQUIRES a searching automaton, and the same text since Rewind.
  bool EndsAt(std::string_view text, std::size_t place);
  void Rewind() { reached_ = nullptr; }

 private:
  using Instructions = std::vector<std::uint32_t>;
  struct State {
    Instructions instructions;  // ascending; splits are followed already
    Neighbour before = 0;
    bool match = false;                // a match ended before the last character
    bool dead = false;                 // no match will end from here on
    bool fresh = false;                // no match has begun, but for one that may begin here
    bool notable = false;              // any of the three
    std::vector<std::uint32_t> looks;  // that it asks first, at most kLooksKept
    // By class; nullptr where it is not known, or depends on lookaround.
    std::vector<State*> next;
    // The same where it asks lookaround, by the answers and class.
    std::vector<State*> answered;
  };
  // Instructions, and `before` and `match` in a number.
  struct Key {
    Instructions instructions;
    std::uint32_t rest;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  template <typename Visit>
  void Walk(std::string_view text, std::size_t begin, std::size_t stop, const Visit& visit);
  State* StartAt(std::string_view text, std::size_t place);
  State* Next(State* state, CharacterClass character, std::string_view text, std::size_t place) {
    State* next = state->next[character];
    return next != nullptr ? next : Make(state, character, text, place);
  }
  State** SlotOf(State& state, CharacterClass character, std::string_view text, std::size_t place);
  State* Make(State* state, CharacterClass character, std::string_view text, std::size_t place);
  // Adds the instruction, or where it leads without a character or a question.
  void Follow(std::uint32_t instruction, Instructions& out);
  bool Resolve(const State& state, CharacterClass character, std::string_view text, std::size_t place,
               Instructions& out);
  void NewMarks();
  State* Intern(Instructions instructions, Neighbour before, bool match, bool fresh);
  void Drop();

  const Program program_;
  const Alphabet& alphabet_;
  LookAnswers& looks_;
  Effort& effort_;
  const bool searches_;
  std::unordered_map<Key, std::unique_ptr<State>, KeyHash> states_;
  std::array<State*, kNeighbours> starts_{};
  State* reached_ = nullptr;  // by EndsAt, nullptr at the beginning
  std::size_t reached_place_ = 0;
  std::size_t bytes_ = 0;
  std::size_t drops_ = 0;             // how often the states were dropped
  std::vector<std::uint32_t> marks_;  // by instruction, the generation that met it last
  std::uint32_t generation_ = 0;
  std::vector<std::uint32_t> pending_;
};

}  // namespace ordinal::regex
