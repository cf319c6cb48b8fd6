// Draws from many threads, notes when, and judges what came of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>
#include <vector>

#include "sequence/allocator.h"

namespace ordinal::sequence {

struct Timed {
  std::int64_t begin;
  std::int64_t end;
  std::int64_t value;
};

inline std::int64_t Nanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

inline std::vector<Timed> DrawFromThreads(const std::vector<Allocator*>& nodes, const SequenceDescriptor& s,
                                          int threads_count, int draws) {
  std::vector<std::vector<Timed>> drawn(static_cast<std::size_t>(threads_count));
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      threads.emplace_back([&, i] {
        Allocator& node = *nodes[i % nodes.size()];
        for (int n = 0; n < draws; ++n) {
          const std::int64_t begin = Nanos();
          const std::int64_t value = node.TakeAndWait(s, 1).first;
          drawn[i].push_back({begin, Nanos(), value});
        }
      });
    }
  }
  std::vector<Timed> all;
  for (const auto& part : drawn) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// A draw that ended before another began has the smaller value.
inline void ExpectRealTimeOrder(std::vector<Timed> all) {
  std::sort(all.begin(), all.end(), [](const Timed& a, const Timed& b) { return a.value < b.value; });
  // Walking down from the largest value, no draw may begin after one with a larger value has ended.
  std::int64_t earliest_end = INT64_MAX;
  for (auto it = all.rbegin(); it != all.rend(); ++it) {
    ASSERT_LE(it->begin, earliest_end) << "value " << it->value;
    earliest_end = std::min(earliest_end, it->end);
  }
}

inline void ExpectDistinct(const std::vector<Timed>& all) {
  std::set<std::int64_t> values;
  for (const Timed& draw : all) values.insert(draw.value);
  EXPECT_EQ(values.size(), all.size());
}

}  // namespace ordinal::sequence
