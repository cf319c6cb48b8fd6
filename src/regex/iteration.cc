#include "regex/iteration.h"

#include <algorithm>

namespace ordinal::regex {
namespace {

// What it takes to remember a situation; bounds their memory, too.
constexpr std::size_t kStepsOfSituation = 500;

std::size_t CountCharacters(std::string_view text, std::size_t begin, std::size_t end) {
  const auto from = text.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto to = text.begin() + static_cast<std::ptrdiff_t>(end);
  return static_cast<std::size_t>(std::count_if(from, to, [](char byte) { return !IsContinuation(byte); }));
}

}  // namespace

Iteration::Iteration(const Part& part, Automaton& automaton, Effort& effort, std::string_view text,
                     std::size_t begin, std::size_t end, const Verify& verify)
    : part_(part),
      automaton_(automaton),
      effort_(effort),
      text_(text),
      end_(end),
      verify_(verify),
      shortest_(part.children.front()->preference == Preference::kShortest),
      least_(static_cast<std::size_t>(std::max(part.min, 1))),
      most_(CountCharacters(text, begin, end)),
      places_{begin} {
  if (part.max != kUnbounded) most_ = std::min(most_, static_cast<std::size_t>(part.max));
  most_ = std::max(most_, least_);
}

bool Iteration::Run() {
  std::optional<std::size_t> last;
  while (true) {
    const std::optional<std::size_t> place = Candidate(last);
    if (!place || (*place != end_ && current() >= most_)) {
      effort_.Spend(kStepsOfSituation);
      dead_.insert(SituationKey());
      if (current() == 1) return false;
      last = places_.back();
      places_.pop_back();
      verified_ = std::min(verified_, current() - 1);
    } else if (*place != end_) {
      places_.push_back(*place);
      last.reset();
    } else if (current() < least_) {
      last = place;
    } else {
      places_.push_back(*place);
      const std::optional<std::size_t> failure = FirstFailure();
      if (!failure) return true;
      last = places_[*failure];
      places_.resize(*failure);
    }
  }
}

std::optional<std::size_t> Iteration::Candidate(std::optional<std::size_t> last) {
  if (!last && !dead_.empty() && dead_.contains(SituationKey())) return std::nullopt;
  return shortest_ ? ShortCandidate(last) : LongCandidate(last);
}

std::optional<std::size_t> Iteration::LongCandidate(std::optional<std::size_t> last) {
  const std::size_t begin = places_.back();
  std::size_t limit = end_;
  if (last) {
    if (*last == begin) return std::nullopt;
    limit = Before(text_, *last);
    if (limit == begin && !NeedsEmpty(begin)) return std::nullopt;
  }
  const std::optional<std::size_t> place = automaton_.Longest(text_, begin, limit);
  const bool is_empty = place == begin && place != end_;
  return is_empty && !NeedsEmpty(begin) ? std::nullopt : place;
}

std::optional<std::size_t> Iteration::ShortCandidate(std::optional<std::size_t> last) {
  const std::size_t begin = places_.back();
  std::size_t from = begin;
  if (last) {
    if (*last == end_) return std::nullopt;
    from = After(text_, *last);
  } else if (begin != end_ && !NeedsEmpty(begin)) {
    from = After(text_, begin);
  }
  if (current() >= most_) from = end_;
  return automaton_.Shortest(text_, begin, from, end_);
}

bool Iteration::NeedsEmpty(std::size_t place) const {
  return current() < least_ && least_ - current() >= CountCharacters(text_, place, end_);
}

std::optional<std::size_t> Iteration::FirstFailure() {
  for (std::size_t i = verified_ + 1; i < places_.size(); ++i) {
    if (!verify_(places_[i - 1], places_[i])) return i;
    verified_ = i;
  }
  return std::nullopt;
}

std::size_t Iteration::SituationKey() const {
  // With enough repetitions behind it, and no bound before it, it is no matter how many there were.
  const std::size_t count = part_.max == kUnbounded ? std::min(current(), least_) : current();
  return count * (text_.size() + 1) + places_.back();
}

}  // namespace ordinal::regex
