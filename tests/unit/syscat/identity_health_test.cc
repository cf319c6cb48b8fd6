#include <gtest/gtest.h>

#include "syscat/identity_forecast.h"
#include "unit/syscat/fake_session.h"

namespace ordinal::syscat {
namespace {

TEST(IdentityForecast, CountsFromMinvalue) {
  const catalog::SequenceDefinition definition{.min_value = 1000, .max_value = 1999, .start = 1000};
  const IdentityForecast fresh = Forecast(definition, {1000, 0, false});
  EXPECT_EQ(fresh.next_value, 1000);
  EXPECT_EQ(fresh.values_left, 1000u);
  EXPECT_DOUBLE_EQ(fresh.used_ratio, 0.0);
  EXPECT_DOUBLE_EQ(Forecast(definition, {1499, 0, true}).used_ratio, 0.5);
}

TEST(IdentityForecast, ExhaustedHasNoNext) {
  const catalog::SequenceDefinition definition;
  const IdentityForecast forecast = Forecast(definition, {INT64_MAX, 0, true});
  EXPECT_FALSE(forecast.next_value);
  EXPECT_EQ(forecast.values_left, 0u);
  EXPECT_DOUBLE_EQ(forecast.used_ratio, 1.0);
}

TEST(IdentityForecast, Descends) {
  const catalog::SequenceDefinition definition{
      .increment = -2, .min_value = -9, .max_value = -1, .start = -1};
  const IdentityForecast forecast = Forecast(definition, {-5, 0, true});
  EXPECT_EQ(forecast.next_value, -7);
  EXPECT_EQ(forecast.values_left, 2u);
  EXPECT_DOUBLE_EQ(forecast.used_ratio, 0.6);
  EXPECT_FALSE(Forecast(definition, {-9, 0, true}).next_value);
}

TEST(IdentityForecast, CycleBeginsAnew) {
  const catalog::SequenceDefinition definition{.min_value = 5, .max_value = 8, .start = 6, .cycle = true};
  const IdentityForecast forecast = Forecast(definition, {8, 0, true});
  EXPECT_EQ(forecast.next_value, 5);
  EXPECT_EQ(forecast.values_left, 4u);
  EXPECT_DOUBLE_EQ(forecast.used_ratio, 0.0);
}

TEST(IdentityHealth, ShowsOwnedSequencesAndTheWholeRange) {
  FakeSession session;
  StoreSample(session);
  auto rows = Read(session, "identity_health");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(session.reads, 1);
  EXPECT_EQ(rows[0].at("column_name"), "id");
  EXPECT_EQ(rows[0].at("last_value"), "NULL");
  EXPECT_EQ(rows[0].at("next_value"), "1");
  EXPECT_EQ(rows[0].at("values_left"), "9223372036854775807");

  catalog::SequenceDescriptor wide = *session.catalog().SequenceByOid(20001);
  wide.definition.min_value = INT64_MIN;
  wide.definition.start = INT64_MIN;
  session.mutable_catalog().Store(wide);
  rows = Read(session, "identity_health");
  EXPECT_EQ(rows[0].at("values_left"), "18446744073709551616");
}

}  // namespace
}  // namespace ordinal::syscat
