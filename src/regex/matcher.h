// Finds matches, and divides them among groups.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regex/alphabet.h"
#include "regex/division.h"
#include "regex/look_around.h"
#include "regex/pattern.h"
#include "regex/syntax.h"

namespace ordinal::regex {

// The leftmost match is taken; of those that begin there the longest or the shortest, as the expression
// prefers. Then each part gets a stretch: of two parts the first has its preference, of alternatives the
// first that can.
class Matcher {
 public:
  // Errors: 2201B `invalid regular expression: regular expression is too complex`.
  explicit Matcher(SyntaxTree tree);

  void Watch(std::function<void()> check) { effort_.Watch(std::move(check)); }
  bool Matches(std::string_view text);
  bool Find(std::string_view text, std::size_t start, Groups& groups);

 private:
  // Of one text and call.
  struct Task {
    std::string_view text;
    Groups* groups = nullptr;
  };

  void Begin(std::string_view text, Groups* groups);
  bool MatchesWhole();
  bool FindFrom(std::size_t open, std::size_t close);
  bool FindAt(std::size_t begin);
  bool Accept(std::size_t begin, std::size_t end);
  Automaton& AutomatonOf(const Part& part);
  void Forget(const Part& part);

  bool DivideAmong(const Part& part, std::size_t begin, std::size_t end);
  bool DivideSequence(const Part& part, std::size_t begin, std::size_t end);
  bool DivideAt(const Part& part, std::size_t begin, std::size_t middle, std::size_t end);
  bool DivideChoice(const Part& part, std::size_t begin, std::size_t end);
  bool DivideIteration(const Part& part, std::size_t begin, std::size_t end);
  bool MatchReference(const Part& part, std::size_t begin, std::size_t end);
  bool SameText(std::size_t a, std::size_t b, std::size_t size) const;

  const SyntaxTree tree_;
  const Alphabet alphabet_;
  const Division division_;
  Effort effort_;
  LookAround looks_;
  Automaton search_;
  std::size_t instructions_ = 0;                      // of the automata of parts
  std::vector<std::unique_ptr<Automaton>> automata_;  // by number of part, made when needed
  bool begins_text_ = false;                          // a match begins where the text does
  std::string prefix_;                                // what every match begins with
  bool is_prefix_ = false;                            // the expression is no more than its prefix
  Task task_;
};

}  // namespace ordinal::regex
