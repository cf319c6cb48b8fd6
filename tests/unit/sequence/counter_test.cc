#include "sequence/counter.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace ordinal::sequence {
namespace {

TEST(CounterTest, SurvivesEncoding) {
  for (const StoredCounter& stored :
       {StoredCounter{{1, false}, 0}, StoredCounter{{INT64_MIN, true}, 1},
        StoredCounter{{INT64_MAX, true}, INT64_MAX}, StoredCounter{{-1, true}, 300}}) {
    EXPECT_EQ(DecodeCounter(EncodeCounter(stored)), stored);
  }
}

TEST(CounterTest, DamageIsReported) {
  const std::string good = EncodeCounter({{5, true}, 32});
  std::string wrong_version = good;
  wrong_version[0] = 9;
  std::string wrong_flag = good;
  wrong_flag[1] = 2;
  for (const std::string& bytes :
       {std::string(), good.substr(0, good.size() - 1), good + "x", wrong_version, wrong_flag}) {
    try {
      DecodeCounter(bytes);
      ADD_FAILURE() << "decoded " << bytes.size() << " bytes";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.sqlstate().view(), "XX001");
    }
  }
}

TEST(CounterTest, KeysTellSequencesAndEpochsApart) {
  EXPECT_EQ(CounterKey(0x01020304, 0x05060708090a0b0cull),
            std::string("s\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c"));
  EXPECT_NE(CounterKey(1, 2), CounterKey(1, 3));
  EXPECT_LT(CounterKey(1, 255), CounterKey(1, 256));
}

}  // namespace
}  // namespace ordinal::sequence
