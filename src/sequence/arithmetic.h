// Computes where a sequence stands and which values come next. Pure functions, 128 bits wide inside, so that
// no definition overflows; what they say equals PostgreSQL's nextval (src/backend/commands/sequence.c).
//
// A counter with is_called = false gives last_value itself next; otherwise the next value is one increment
// further. Beyond the bound in the direction of counting lies either the end (2200H) or, with CYCLE, the
// other bound. A run is what can be drawn without wrapping; a block never leaves its run.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "catalog/descriptor.h"

namespace ordinal::sequence {

using catalog::SequenceDefinition;

struct Counter {
  std::int64_t last_value = 0;
  bool is_called = false;
  friend bool operator==(const Counter&, const Counter&) = default;
};

// Holds consecutive values of one run, handed out together.
struct Block {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t count = 0;
  std::int64_t increment = 1;
  Counter
      before;  // the counter from which the block was drawn; what it is again when the whole block goes back
  // Which of the counter's histories the block belongs to: setval and a wrap begin a new one. See
  // Allocator::GiveBack.
  std::uint64_t generation = 0;

  // REQUIRES 0 <= index < count.
  std::int64_t ValueAt(std::int64_t index) const;
  // Returns what is left once `used` values are gone; REQUIRES 0 <= used < count.
  Block Tail(std::int64_t used) const;
  Counter after() const { return {last, true}; }
};

// The counter of a sequence that was just created.
Counter InitialCounter(const SequenceDefinition& definition);

// Counts the values that remain in the counter's run; saturates at UINT64_MAX.
std::uint64_t RemainingInRun(const SequenceDefinition& definition, Counter counter);

// Says that no value is left: the run is over and the sequence does not cycle.
bool IsExhausted(const SequenceDefinition& definition, Counter counter);

// Draws up to `wanted` values (at least 1): fewer at the end of the run, those of the next run when this one
// is over, nullopt when the sequence is exhausted.
std::optional<Block> Draw(const SequenceDefinition& definition, Counter counter, std::int64_t wanted);

// Counts the values of one run after `from` up to and with `to`; 0 when `to` is not ahead of `from`.
// Saturates at INT64_MAX.
std::int64_t CountBetween(const SequenceDefinition& definition, Counter from, Counter to);

// Returns the value that the `steps`-th draw from here gives (1 is the next), wraps included; nullopt when
// the sequence ends before. REQUIRES steps >= 1.
std::optional<std::int64_t> ValueAfter(const SequenceDefinition& definition, Counter counter,
                                       std::uint64_t steps);

// Counts the draws until 2200H; nullopt for a sequence that cycles and so never ends. Saturates at
// UINT64_MAX.
std::optional<std::uint64_t> RemainingValues(const SequenceDefinition& definition, Counter counter);

// Tells how much of the current run is used up, from 0 to 1. The run is taken to begin at START, or, once the
// counter was set behind START or has wrapped, at the bound that it counts away from.
double UsedFraction(const SequenceDefinition& definition, Counter counter);

// True when `value` lies beyond the counter in the direction of counting, so that handing out values from
// here would come to it or has passed over it only later.
bool IsAhead(const SequenceDefinition& definition, std::int64_t value, Counter counter);

// Returns `value`, or the end of the run when it lies beyond: past its end a sequence can only be exhausted.
std::int64_t WithinEnd(const SequenceDefinition& definition, std::int64_t value);

// 2200H `nextval: reached maximum value of sequence "name" (N)`, or minimum for a descending sequence.
base::Error ExhaustionError(const SequenceDefinition& definition, std::string_view name);

}  // namespace ordinal::sequence
