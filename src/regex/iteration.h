// Divides a stretch of text among the repetitions of a part.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "regex/automaton.h"
#include "regex/division.h"

namespace ordinal::regex {

// Tries the divisions in the order that the repeated part prefers: the first repetition takes as much, or as
// little, as it can, then the second, and so on. Repetitions are not empty, unless fewer would not be enough.
class Iteration {
 public:
  // Tells whether the stretch between two places can be divided within the repeated part.
  using Verify = std::function<bool(std::size_t, std::size_t)>;

  // `automaton` is that of the repeated part. What is given must outlive it.
  Iteration(const Part& part, Automaton& automaton, Effort& effort, std::string_view text, std::size_t begin,
            std::size_t end, const Verify& verify);

  // True when the stretch can be divided; then the last call of `verify` was for the last repetition.
  bool Run();

 private:
  // The number of the repetition that is looked for, from 1.
  std::size_t current() const { return places_.size(); }
  // Where the current repetition may end, other than at those given up; `last` was the last of these.
  std::optional<std::size_t> Candidate(std::optional<std::size_t> last);
  std::optional<std::size_t> LongCandidate(std::optional<std::size_t> last);
  std::optional<std::size_t> ShortCandidate(std::optional<std::size_t> last);
  // True when an empty repetition at `place` is needed for there to be enough.
  bool NeedsEmpty(std::size_t place) const;
  // Verifies what is not yet; the number of the repetition that fails, or nullopt.
  std::optional<std::size_t> FirstFailure();
  // Names the current repetition and where it begins, as far as it matters to what may follow.
  std::size_t SituationKey() const;

  const Part& part_;
  Automaton& automaton_;
  Effort& effort_;
  const std::string_view text_;
  const std::size_t end_;
  const Verify& verify_;
  const bool shortest_;
  std::size_t least_;  // repetitions
  std::size_t most_;
  std::vector<std::size_t> places_;       // where repetitions end; the first is where all begin
  std::size_t verified_ = 0;              // how many of them are
  std::unordered_set<std::size_t> dead_;  // situations that lead nowhere
};

}  // namespace ordinal::regex
