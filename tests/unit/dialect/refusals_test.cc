#include "dialect/refusals.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "dialect/profile.h"

namespace ordinal::dialect {
namespace {

std::string Said(const char* profile, Feature feature, std::string_view subject = {}) {
  try {
    FindProfile(profile)->CheckAllowed(feature, subject, 7);
    return "allowed";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.report().position, 7);
    return std::string(error.sqlstate().view()) + " " + error.what();
  }
}

TEST(RefusalsTest, NamesTheSubject) {
  EXPECT_EQ(Said("aurora_dsql", Feature::kStatement, "Lock"), "0A000 unsupported statement: Lock");
  EXPECT_EQ(Said("aurora_dsql", Feature::kArrayColumn, "integer[]"),
            "0A000 datatype integer[] not supported");
  EXPECT_EQ(Said("aurora_dsql", Feature::kStatement, "Merge"), "0A000 unsupported statement type: MERGE");
}

TEST(RefusalsTest, RefusesOnlyTheSubjectsItNames) {
  EXPECT_EQ(Said("aurora_dsql", Feature::kFunction, "pg_backend_pid"),
            "0A000 function pg_backend_pid not supported");
  EXPECT_EQ(Said("aurora_dsql", Feature::kFunction, "nextval"), "allowed");
  EXPECT_EQ(Said("aurora_dsql", Feature::kColumnType, "bigint"), "allowed");
}

TEST(RefusalsTest, TheOpenProfileRefusesNothingInWordsOfItsOwn) {
  for (int feature = 0; feature <= static_cast<int>(Feature::kIndexAtOnce); ++feature) {
    EXPECT_EQ(Said("postgresql", static_cast<Feature>(feature), "money"), "allowed");
  }
}

TEST(RefusalsTest, EachIsStatedOnceAndWithOneMarkAtMost) {
  std::set<std::pair<Feature, std::string_view>> seen;
  for (const Refusal& refusal : AuroraDsqlRefusals()) {
    EXPECT_TRUE(seen.emplace(refusal.feature, refusal.subject).second) << refusal.text << refusal.subject;
    EXPECT_EQ(refusal.text.find('%'), refusal.text.rfind('%')) << refusal.text;
  }
}

}  // namespace
}  // namespace ordinal::dialect
