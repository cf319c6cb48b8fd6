// Answers for the lookaround of an expression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "regex/automaton.h"

namespace ordinal::regex {

// What was found is kept until Begin, so that each question is asked once a place.
class LookAround final : public LookAnswers {
 public:
  // The tree, the alphabet and the effort must outlive it.
  LookAround(const SyntaxTree& tree, const Alphabet& alphabet, Effort& effort);

  // Forgets what was found in another text.
  void Begin();
  bool Holds(std::size_t look, std::string_view text, std::size_t place) override;

 private:
  struct Look {
    std::unique_ptr<Automaton> automaton;
    bool behind = false;
    std::optional<std::size_t> length;  // of what is looked for
    bool negative = false;
    // By place: twice the number of the text, and 1 where it holds. Only for the first places of a text.
    std::vector<std::uint64_t> known;
  };

  static bool Finds(Look& look, std::string_view text, std::size_t place);
  void Collect(const Alternation& alternation, const Alphabet& alphabet, Effort& effort);

  std::vector<Look> looks_;
  std::uint64_t text_number_ = 0;
};

}  // namespace ordinal::regex
