// Tells how far a sequence is from its end.
#pragma once

#include <cstdint>
#include <optional>

#include "catalog/virtual_table.h"

namespace ordinal::syscat {

struct IdentityForecast {
  // What the counter gives next; nothing when it is exhausted.
  std::optional<std::int64_t> next_value;
  // Values until the limit, the next one included. A sequence with CYCLE counts to where it begins anew.
  __extension__ unsigned __int128 values_left = 0;
  // The part of the range between MINVALUE and MAXVALUE that lies behind: 0 at the first value, 1 at the end.
  double used_ratio = 0;
};

// REQUIRES a definition with increment != 0 and min_value <= max_value.
IdentityForecast Forecast(const catalog::SequenceDefinition& definition, const catalog::SequenceState& state);

}  // namespace ordinal::syscat
