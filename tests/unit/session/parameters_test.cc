#include "session/parameters.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace ordinal::session {
namespace {

const dialect::Profile& Open() { return *dialect::FindProfile("postgresql"); }
const dialect::Profile& Strict() { return *dialect::FindProfile("aurora_dsql"); }

std::string CodeOf(auto&& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return std::string(error.sqlstate().view());
  }
  return "none";
}

TEST(Parameters, SetShowReset) {
  Parameters parameters(Open());
  parameters.Set("TimeZone", "Europe/Berlin", false);
  EXPECT_EQ(parameters.Get("timezone"), "Europe/Berlin");
  EXPECT_EQ(parameters.settings().time_zone, "Europe/Berlin");
  parameters.Reset("timezone", false);
  EXPECT_EQ(parameters.Get("timezone"), "UTC");
}

TEST(Parameters, DateStyleIsMerged) {
  Parameters parameters(Open());
  parameters.Set("datestyle", "dmy", false);
  EXPECT_EQ(parameters.Get("datestyle"), "ISO, DMY");
  parameters.Set("datestyle", "german", false);
  EXPECT_EQ(parameters.Get("datestyle"), "German, DMY");
}

TEST(Parameters, SearchPathKeepsQuotedNames) {
  Parameters parameters(Open());
  parameters.Set("search_path", "\"My Schema\", Public", false);
  EXPECT_EQ(parameters.search_path(), (std::vector<std::string>{"My Schema", "public"}));
}

TEST(Parameters, RollbackUndoesSetAndEndUndoesSetLocal) {
  Parameters parameters(Open());
  parameters.BeginTransaction();
  parameters.Set("application_name", "a", false);
  parameters.EndTransaction(false);
  EXPECT_EQ(parameters.Get("application_name"), "");
  parameters.BeginTransaction();
  parameters.Set("application_name", "b", true);
  EXPECT_EQ(parameters.Get("application_name"), "b");
  parameters.EndTransaction(true);
  EXPECT_EQ(parameters.Get("application_name"), "");
}

TEST(Parameters, RefusesWhatPostgresqlRefuses) {
  Parameters parameters(Open());
  EXPECT_EQ(CodeOf([&] { parameters.Set("no_such_thing", "1", false); }), "42704");
  EXPECT_EQ(CodeOf([&] { parameters.Set("server_version", "1", false); }), "55P02");
  EXPECT_EQ(CodeOf([&] { parameters.Set("timezone", "Nowhere/Land", false); }), "22023");
  EXPECT_EQ(CodeOf([&] { parameters.Set("client_encoding", "LATIN1", false); }), "22023");
  EXPECT_EQ(CodeOf([&] { parameters.Set("extra_float_digits", "x", false); }), "22023");
}

TEST(Parameters, TheStrictProfileRefusesMostParameters) {
  Parameters parameters(Strict());
  EXPECT_EQ(CodeOf([&] { parameters.Set("work_mem", "1MB", false); }), "0A000");
  EXPECT_EQ(CodeOf([&] { parameters.Set("application_name", "x", false); }), "none");
  parameters.Set("ordinal.profile", "postgresql", false);
  EXPECT_EQ(parameters.profile().name, "postgresql");
  EXPECT_EQ(CodeOf([&] { parameters.Set("work_mem", "1MB", false); }), "none");
}

TEST(Parameters, ReportsOnlyWhatChanged) {
  Parameters parameters(Open());
  EXPECT_FALSE(parameters.TakeReports().empty());
  EXPECT_TRUE(parameters.TakeReports().empty());
  parameters.Set("application_name", "x", false);
  const auto reports = parameters.TakeReports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].first, "application_name");
}

}  // namespace
}  // namespace ordinal::session
