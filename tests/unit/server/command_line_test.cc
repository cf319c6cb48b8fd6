#include "server/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ordinal::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

CommandLine Parse(std::vector<const char*> words) {
  words.insert(words.begin(), "ordinal");
  return ParseCommandLine(static_cast<int>(words.size()), words.data(), "1.2.3");
}

// Says that the words are refused with one line that mentions `part`.
void ExpectRefusal(const std::vector<const char*>& words, const std::string& part) {
  const CommandLine command = Parse(words);
  EXPECT_FALSE(command.serve.has_value());
  EXPECT_EQ(command.exit_status, 1);
  EXPECT_EQ(command.output, "");
  EXPECT_THAT(command.error, AllOf(StartsWith("ordinal: "), HasSubstr(part), Not(HasSubstr("\n"))));
}

TEST(CommandLine, HasDefaults) {
  const CommandLine command = Parse({"serve"});
  ASSERT_TRUE(command.serve.has_value());
  EXPECT_EQ(command.serve->data_directory, "./data");
  EXPECT_EQ(command.serve->host, "127.0.0.1");
  EXPECT_EQ(command.serve->port, 5432);
  EXPECT_EQ(command.serve->profile, "aurora_dsql");
  EXPECT_EQ(command.serve->store, Store::kRocksdb);
  EXPECT_EQ(command.serve->socket_directory, "/tmp");
}

TEST(CommandLine, TakesOptionsInAnyOrderAndTheLastOfEach) {
  const CommandLine command =
      Parse({"serve", "--profile", "postgresql", "--listen", "127.0.0.1:1", "--store=memory", "--data", "/x",
             "--listen", "[::1]:0", "--socket-dir", ""});
  ASSERT_TRUE(command.serve.has_value()) << command.error;
  EXPECT_EQ(command.serve->data_directory, "/x");
  EXPECT_EQ(command.serve->host, "::1");
  EXPECT_EQ(command.serve->port, 0);
  EXPECT_EQ(command.serve->profile, "postgresql");
  EXPECT_EQ(command.serve->store, Store::kMemory);
  EXPECT_EQ(command.serve->socket_directory, "");
}

TEST(CommandLine, ShowsVersionAndHelp) {
  const CommandLine version = Parse({"--version"});
  EXPECT_EQ(version.output, "ordinal 1.2.3\n");
  EXPECT_EQ(version.exit_status, 0);
  EXPECT_THAT(Parse({"--help"}).output, AllOf(HasSubstr("serve"), HasSubstr("psql -h")));
  EXPECT_THAT(Parse({"serve", "--help"}).output,
              AllOf(HasSubstr("--data"), HasSubstr("HOST:PORT"), HasSubstr("memory")));
}

TEST(CommandLine, RefusesInOneLine) {
  ExpectRefusal({}, "subcommand");
  ExpectRefusal({"serve", "--bogus"}, "--bogus");
  ExpectRefusal({"serve", "extra"}, "extra");
  ExpectRefusal({"serve", "--store", "tape"}, "tape");
  ExpectRefusal({"serve", "--profile", "db2"}, "db2");
  ExpectRefusal({"serve", "--data"}, "--data");
  ExpectRefusal({"serve", "--connections-max", "0"}, "--connections-max");
  ExpectRefusal({"serve", "--connections-max", "many"}, "many");
}

TEST(CommandLine, RefusesBadAddresses) {
  for (const char* address : {"", "5432", ":5432", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                              "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:1x", "::1:5432"}) {
    ExpectRefusal({"serve", "--listen", address}, "--listen");
  }
}

}  // namespace
}  // namespace ordinal::server
