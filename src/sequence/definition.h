// Turns the options of CREATE SEQUENCE, ALTER SEQUENCE and identity columns into a checked definition, with
// PostgreSQL's defaults, order of checks and texts (init_params in src/backend/commands/sequence.c).
#pragma once

#include <cstdint>
#include <optional>

#include "sequence/arithmetic.h"

namespace ordinal::sequence {

// States what a statement said; what it did not say is nullopt.
struct SequenceOptions {
  // MINVALUE n, MAXVALUE n; a Bound without value is NO MINVALUE, NO MAXVALUE.
  struct Bound {
    std::optional<std::int64_t> value = {};
  };
  // RESTART WITH n; without value, RESTART.
  struct Restart {
    std::optional<std::int64_t> value = {};
  };
  std::optional<types::TypeId> type = {};
  std::optional<std::int64_t> increment = {};
  std::optional<Bound> min_value = {};
  std::optional<Bound> max_value = {};
  std::optional<std::int64_t> start = {};
  std::optional<Restart> restart = {};
  std::optional<std::int64_t> cache = {};
  std::optional<bool> cycle = {};
  bool for_identity = false;  // chooses the text for a wrong type
};

struct ConfiguredSequence {
  SequenceDefinition definition;
  Counter counter;
};

// Returns what CREATE SEQUENCE makes. Errors are 22023. `CREATE SEQUENCE s RESTART 5` is accepted, as in
// PostgreSQL.
ConfiguredSequence CreateSequence(const SequenceOptions& options);

// Returns what ALTER SEQUENCE makes of a sequence that stands at `counter`. Errors are 22023.
ConfiguredSequence AlterSequence(const ConfiguredSequence& current, const SequenceOptions& options);

// Throws 22003 `setval: value 0 is out of bounds for sequence "s" (1..9)`.
void CheckSetValue(const SequenceDefinition& definition, std::string_view name, std::int64_t value);

}  // namespace ordinal::sequence
