#include "syscat/identity_forecast.h"

#include <algorithm>

namespace ordinal::syscat {
namespace {

// Holds distances within the 64-bit range and sums of two 64-bit numbers.
__extension__ using Wide = __int128;

// Counts the values from `first` to the limit that `increment` runs into; zero when `first` is beyond it.
Wide CountFrom(Wide first, const catalog::SequenceDefinition& definition) {
  const Wide increment = definition.increment;
  const Wide distance = increment > 0 ? definition.max_value - first : first - definition.min_value;
  return distance < 0 ? 0 : distance / (increment > 0 ? increment : -increment) + 1;
}

}  // namespace

IdentityForecast Forecast(const catalog::SequenceDefinition& definition,
                          const catalog::SequenceState& state) {
  const Wide first = definition.increment > 0 ? definition.min_value : definition.max_value;
  Wide next = state.last_value;
  if (state.is_called) next += definition.increment;
  Wide left = CountFrom(next, definition);
  if (left == 0 && definition.cycle) {
    next = first;
    left = CountFrom(next, definition);
  }
  const Wide capacity = CountFrom(first, definition);
  IdentityForecast forecast;
  if (left > 0) forecast.next_value = static_cast<std::int64_t>(next);
  forecast.values_left = static_cast<decltype(forecast.values_left)>(left);
  forecast.used_ratio =
      std::clamp(static_cast<double>(capacity - left) / static_cast<double>(capacity), 0.0, 1.0);
  return forecast;
}

}  // namespace ordinal::syscat
