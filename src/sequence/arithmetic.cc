#include "sequence/arithmetic.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "base/error.h"

namespace ordinal::sequence {
namespace {

__extension__ using Wide = __int128;

bool Ascends(const SequenceDefinition& definition) { return definition.increment > 0; }

std::int64_t FarBound(const SequenceDefinition& definition) {
  return Ascends(definition) ? definition.max_value : definition.min_value;
}

std::int64_t NearBound(const SequenceDefinition& definition) {
  return Ascends(definition) ? definition.min_value : definition.max_value;
}

// Counts the values from the counter's next one up to `end`, both included. The division is exact towards
// zero because distance and increment have one sign whenever anything is left.
Wide CountUpTo(const SequenceDefinition& definition, Counter counter, std::int64_t end) {
  const Wide distance = static_cast<Wide>(end) - counter.last_value;
  if (Ascends(definition) ? distance < 0 : distance > 0) return 0;
  return distance / definition.increment + (counter.is_called ? 0 : 1);
}

Wide WideRemaining(const SequenceDefinition& definition, Counter counter) {
  return CountUpTo(definition, counter, FarBound(definition));
}

// The counter that stands before the first value of a run that begins by wrapping.
Counter WrappedCounter(const SequenceDefinition& definition) { return {NearBound(definition), false}; }

std::int64_t FirstOf(const SequenceDefinition& definition, Counter counter) {
  return counter.is_called ? counter.last_value + definition.increment : counter.last_value;
}

// Adds in 128 bits; the caller knows that the sum is a value of the sequence and so fits.
std::int64_t Step(std::int64_t from, std::int64_t increment, Wide steps) {
  return static_cast<std::int64_t>(from + increment * steps);
}

std::uint64_t Saturated(Wide count) {
  return static_cast<std::uint64_t>(std::min<Wide>(count, static_cast<Wide>(UINT64_MAX)));
}

}  // namespace

std::int64_t Block::ValueAt(std::int64_t index) const { return Step(first, increment, index); }

Block Block::Tail(std::int64_t used) const {
  if (used == 0) return *this;
  return {ValueAt(used), last, count - used, increment, {ValueAt(used - 1), true}, generation};
}

Counter InitialCounter(const SequenceDefinition& definition) { return {definition.start, false}; }

std::uint64_t RemainingInRun(const SequenceDefinition& definition, Counter counter) {
  return Saturated(WideRemaining(definition, counter));
}

bool IsExhausted(const SequenceDefinition& definition, Counter counter) {
  return !definition.cycle && WideRemaining(definition, counter) == 0;
}

std::optional<Block> Draw(const SequenceDefinition& definition, Counter counter, std::int64_t wanted) {
  ORDINAL_DCHECK(wanted >= 1);
  Counter from = counter;
  Wide remaining = WideRemaining(definition, from);
  if (remaining == 0) {
    if (!definition.cycle) return std::nullopt;
    from = WrappedCounter(definition);
    remaining = WideRemaining(definition, from);
  }
  Block block;
  block.count = static_cast<std::int64_t>(std::min<Wide>(wanted, remaining));
  block.first = FirstOf(definition, from);
  block.last = Step(block.first, definition.increment, block.count - 1);
  block.increment = definition.increment;
  block.before = from;
  return block;
}

std::int64_t CountBetween(const SequenceDefinition& definition, Counter from, Counter to) {
  if (!to.is_called) return 0;
  return static_cast<std::int64_t>(std::min<Wide>(CountUpTo(definition, from, to.last_value), INT64_MAX));
}

std::optional<std::int64_t> ValueAfter(const SequenceDefinition& definition, Counter counter,
                                       std::uint64_t steps) {
  ORDINAL_DCHECK(steps >= 1);
  Wide left = steps;
  Counter from = counter;
  if (const Wide remaining = WideRemaining(definition, from); left > remaining) {
    if (!definition.cycle) return std::nullopt;
    from = WrappedCounter(definition);
    left = (left - remaining - 1) % WideRemaining(definition, from) + 1;
  }
  return Step(FirstOf(definition, from), definition.increment, left - 1);
}

std::optional<std::uint64_t> RemainingValues(const SequenceDefinition& definition, Counter counter) {
  if (definition.cycle) return std::nullopt;
  return RemainingInRun(definition, counter);
}

double UsedFraction(const SequenceDefinition& definition, Counter counter) {
  const Wide remaining = WideRemaining(definition, counter);
  Wide total = WideRemaining(definition, InitialCounter(definition));
  if (remaining > total) total = WideRemaining(definition, WrappedCounter(definition));
  if (total == 0) return 1;
  return 1 - static_cast<double>(std::min(remaining, total)) / static_cast<double>(total);
}

bool IsAhead(const SequenceDefinition& definition, std::int64_t value, Counter counter) {
  if (value == counter.last_value) return !counter.is_called;
  return Ascends(definition) ? value > counter.last_value : value < counter.last_value;
}

std::int64_t WithinEnd(const SequenceDefinition& definition, std::int64_t value) {
  return Ascends(definition) ? std::min(value, definition.max_value) : std::max(value, definition.min_value);
}

base::Error ExhaustionError(const SequenceDefinition& definition, std::string_view name) {
  std::string message = Ascends(definition) ? "nextval: reached maximum value of sequence \""
                                            : "nextval: reached minimum value of sequence \"";
  message.append(name).append("\" (").append(std::to_string(FarBound(definition))).append(")");
  return {base::sqlstate::kSequenceGeneratorLimitExceeded, std::move(message)};
}

}  // namespace ordinal::sequence
