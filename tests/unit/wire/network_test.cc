#include "wire/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "unit/wire/fake_endpoint.h"

namespace ordinal::wire {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::string_view_literals;

class NetworkTest : public ::testing::Test {
 protected:
  NetworkTest() {
    char pattern[] = "/tmp/ordinal-wire-XXXXXX";
    directory_ = ::mkdtemp(pattern);
    config_.port = 0;
    config_.socket_directory = directory_;
    config_.loops = 2;
    config_.workers = 2;
  }
  ~NetworkTest() override {
    network_.reset();
    ::rmdir(directory_.c_str());
    EXPECT_EQ(factory_.log.made, factory_.log.destroyed);
    EXPECT_EQ(factory_.log.overlapping, 0);
    EXPECT_EQ(factory_.log.destroyed_while_inside, 0);
    EXPECT_EQ(factory_.log.wrong_place, 0);
  }

  void Run() {
    network_ = std::make_unique<Network>(config_, random_);
    network_->Bind();
    network_->Start(factory_);
  }
  std::uint16_t port() const { return network_->port(); }

  std::string directory_;
  base::SystemRandom random_;
  FakeFactory factory_;
  NetworkConfig config_;
  std::unique_ptr<Network> network_;
};

TEST_F(NetworkTest, ServesTcpAndUnixSocket) {
  Run();
  RawClient tcp(port());
  EXPECT_EQ(tcp.Start(), "R: K S:useradmin S:databaseadmin Z:I");
  tcp.Query("echo one");
  EXPECT_EQ(tcp.ReadUntil('Z'), "D:one Z:I");
  RawClient local(network_->socket_path());
  EXPECT_EQ(local.Start("user\0a\0database\0b\0\0"sv), "R: K S:usera S:databaseb Z:I");
  local.Query("echo two");
  EXPECT_EQ(local.ReadUntil('Z'), "D:two Z:I");
  EXPECT_EQ(network_->session_count(), 2u);
  EXPECT_NE(tcp.backend_id, local.backend_id);
}

TEST_F(NetworkTest, AnswersInOrderWhereverAMessageRuns) {
  Run();
  RawClient client(port());
  client.Start();
  for (const char* text : {"echo a", "pool b", "wait c", "early d", "poolwait e", "echo f"})
    client.Query(text);
  std::string answers;
  for (int i = 0; i < 6; ++i) answers += client.ReadUntil('Z') + " ";
  EXPECT_EQ(answers, "D:a Z:I D:b Z:I D:c Z:I D:d Z:I D:e Z:I D:f Z:I ");
}

TEST_F(NetworkTest, TakesMessagesByteByByte) {
  Run();
  RawClient client(port());
  const std::string bytes = RawClient::Startup(3 << 16, "user\0admin\0\0"sv) +
                            RawClient::Message('P', "\0echo split\0\0\0"sv) +
                            RawClient::Message('E', "\0\0\0\0\0"sv) + RawClient::Message('S', "");
  for (const char byte : bytes) client.Send(std::string_view(&byte, 1));
  client.ReadUntil('Z');
  EXPECT_EQ(client.ReadUntil('Z'), "1: D:split Z:I");
}

TEST_F(NetworkTest, SaysWhenASyncFollowsAnExecute) {
  Run();
  RawClient client(port());
  client.Start();
  const std::string parse = RawClient::Message('P', "\0echo a\0\0\0"sv);
  const std::string execute = RawClient::Message('E', "\0\0\0\0\0"sv);
  const std::string sync = RawClient::Message('S', "");
  client.Send(parse + execute + execute + sync);
  EXPECT_EQ(client.ReadUntil('Z'), "1: D:a D:a Z:I");
  EXPECT_EQ(factory_.log.before_sync, 1);
  client.Send(parse + execute + RawClient::Message('H', ""));
  client.ReadUntil('D');
  client.Send(sync);
  client.ReadUntil('Z');
  EXPECT_EQ(factory_.log.before_sync, 1);
}

TEST_F(NetworkTest, FlushesFinishedAnswersBeforeALongMessage) {
  Run();
  RawClient client(port());
  client.Start();
  client.Send(RawClient::Message('Q', "echo first\0"sv) + RawClient::Message('Q', "hang\0"sv));
  EXPECT_EQ(client.ReadUntil('Z'), "D:first Z:I");
}

TEST_F(NetworkTest, HandlesDeepPipelines) {
  Run();
  RawClient client(port());
  client.Start();
  std::thread sender([&] {
    for (int i = 0; i < 5000; ++i) client.Query("echo " + std::to_string(i));
  });
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(client.ReadUntil('Z'), "D:" + std::to_string(i) + " Z:I");
  sender.join();
}

TEST_F(NetworkTest, SendsMoreThanFitsInBuffers) {
  Run();
  RawClient client(port());
  client.Start();
  client.Query("rows 20000");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  int rows = 0;
  while (client.Read()[0] == 'D') ++rows;
  EXPECT_EQ(rows, 20000);
}

TEST_F(NetworkTest, OneClientThatDoesNotReadBlocksNobody) {
  config_.workers = 1;
  Run();
  RawClient deaf(port());
  deaf.Start();
  deaf.Query("rows 20000");
  RawClient other(port());
  other.Start();
  other.Query("pool works");
  EXPECT_EQ(other.ReadUntil('Z'), "D:works Z:I");
}

TEST_F(NetworkTest, AcceptsMessagesUpToTheBound) {
  config_.message_bytes_max = 100'000;
  Run();
  RawClient client(port());
  client.Start();
  const std::string longest(100'000 - 4 - 5 - 1, 'x');
  client.Query("echo " + longest);
  EXPECT_EQ(client.ReadUntil('Z'), "D:" + longest + " Z:I");
  client.Query("echo " + longest + "x");
  EXPECT_THAT(client.ReadUntil('Z'), HasSubstr("FATALC08P01Minvalid message length"));
}

TEST_F(NetworkTest, ClosesAfterMalformedMessages) {
  Run();
  const auto answer = [&](std::string_view bytes) {
    RawClient client(port());
    client.Start();
    client.Send(bytes);
    return client.ReadUntil('Z');
  };
  EXPECT_THAT(answer("Q\0\0\0\3"sv), HasSubstr("C08P01Minvalid message length"));
  EXPECT_THAT(answer("z"), HasSubstr("C08P01Minvalid frontend message type 122"));
  EXPECT_THAT(answer(RawClient::Message('Q', "no end")), HasSubstr("C08P01Minvalid string in message"));
  EXPECT_THAT(answer(RawClient::Message('Q', "echo x\0"sv) + RawClient::Message('X', "")),
              StartsWith("D:x Z:I"));
  EXPECT_TRUE(Eventually([&] { return network_->session_count() == 0; }));
}

TEST_F(NetworkTest, SurvivesFailuresInsideASession) {
  Run();
  RawClient client(port());
  client.Start();
  client.Query("throw");
  EXPECT_THAT(client.ReadUntil('Z'), HasSubstr("SFATALVFATALCXX000Mit broke"));
  RawClient closing(port());
  closing.Start();
  closing.Query("close");
  EXPECT_THAT(closing.ReadUntil('Z'), HasSubstr("C57P01Mgo away"));
}

TEST_F(NetworkTest, NegotiatesStartup) {
  Run();
  RawClient client(port());
  client.Send(RawClient::Startup(80877104, ""));
  EXPECT_EQ(client.ReadBytes(1), "N");
  client.Send(RawClient::Startup(80877103, ""));
  EXPECT_EQ(client.ReadBytes(1), "N");
  client.Send(RawClient::Startup((3 << 16) + 2, "user\0a\0_pq_.x\0y\0\0"sv));
  EXPECT_THAT(client.ReadUntil('Z'), StartsWith("v:_pq_.x R: K "));

  RawClient old(port());
  old.Send(RawClient::Startup(2 << 16, ""));
  EXPECT_THAT(old.ReadUntil('Z'),
              HasSubstr("C0A000Munsupported frontend protocol 2.0: server supports 3.0 to 3.0"));
  RawClient browser(port());
  browser.Send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_THAT(browser.ReadUntil('Z'), HasSubstr("C08P01Minvalid length of startup packet"));
}

TEST_F(NetworkTest, LimitsSessions) {
  config_.connections_max = 2;
  Run();
  RawClient first(port());
  RawClient second(port());
  first.Start();
  second.Start();
  RawClient third(port());
  EXPECT_THAT(third.Start(), HasSubstr("FATALC53300Msorry, too many clients already"));
  first.Close();
  EXPECT_TRUE(Eventually([&] { return network_->session_count() == 1; }));
  RawClient fourth(port());
  EXPECT_THAT(fourth.Start(), HasSubstr("Z:I"));
}

TEST_F(NetworkTest, RefusesWhatDoesNotFitTheWorkerQueue) {
  config_.workers = 1;
  config_.worker_queue_max = 0;
  Run();
  // Beginning a session is work for the pool too.
  RawClient client(port());
  EXPECT_THAT(client.Start(), HasSubstr("C53300Msorry, too many statements are waiting for a worker"));
}

TEST_F(NetworkTest, DropsHalfOpenConnections) {
  config_.startup_timeout = std::chrono::milliseconds(100);
  Run();
  RawClient silent(port());
  RawClient halfway(port());
  halfway.Send("\0\0\0"sv);
  EXPECT_EQ(silent.Read(), "");
  EXPECT_EQ(halfway.Read(), "");
  RawClient quick(port());
  quick.Start();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  quick.Query("echo still here");
  EXPECT_EQ(quick.ReadUntil('Z'), "D:still here Z:I");
}

TEST_F(NetworkTest, CancelsByKey) {
  Run();
  RawClient client(port());
  client.Start();
  client.Query("hang");
  const auto cancel = [&](std::int32_t secret) {
    std::string key;
    base::AppendBigEndian(key, client.backend_id);
    base::AppendBigEndian(key, secret);
    RawClient other(port());
    other.Send(RawClient::Startup(80877102, key));
    EXPECT_EQ(other.Read(), "");
  };
  cancel(client.secret + 1);
  EXPECT_EQ(factory_.log.cancelled, 0);
  cancel(client.secret);
  EXPECT_THAT(client.ReadUntil('Z'), HasSubstr("C57014M"));
  EXPECT_EQ(factory_.log.cancelled, 1);
  client.Query("echo alive");
  EXPECT_EQ(client.ReadUntil('Z'), "D:alive Z:I");
}

TEST_F(NetworkTest, SurvivesClientsThatVanish) {
  Run();
  const std::vector<std::string> queries = {"wait x",     "early x", "poolwait x", "pool x",
                                            "rows 20000", "hang",    "echo x"};
  for (int round = 0; round < 5; ++round) {
    for (const std::string& query : queries) {
      for (const bool reset : {false, true}) {
        RawClient client(port());
        client.Start();
        client.Query(query);
        std::this_thread::sleep_for(std::chrono::milliseconds(round));
        reset ? client.Reset() : client.Close();
      }
    }
    RawClient incomplete(port());
    incomplete.Start();
    incomplete.Send("Q\0\0\1\0partial"sv);
  }
  EXPECT_TRUE(Eventually([&] { return network_->session_count() == 0; }));
}

TEST_F(NetworkTest, EndsSessionsOnStop) {
  Run();
  RawClient idle(port());
  idle.Start();
  RawClient waiting(port());
  waiting.Start();
  waiting.Query("wait x");
  RawClient hanging(port());
  hanging.Start();
  hanging.Query("hang");
  RawClient half_open(port());
  half_open.Send("\0"sv);
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(network_->Stop(std::chrono::seconds(5)), 0u);
  const std::string farewell = "C57P01Mterminating connection due to administrator command";
  EXPECT_THAT(idle.ReadUntil('Z'), HasSubstr(farewell));
  EXPECT_EQ(waiting.ReadUntil('Z'), "D:x Z:I");
  EXPECT_THAT(waiting.ReadUntil('Z'), HasSubstr(farewell));
  EXPECT_THAT(hanging.ReadUntil('Z'), HasSubstr("C57014"));
  RawClient late(port());
  EXPECT_EQ(late.Start(), "end");
}

TEST_F(NetworkTest, CutsClientsThatDoNotTakeTheirAnswersOnStop) {
  Run();
  RawClient deaf(port());
  deaf.Start();
  deaf.Query("rows 100000");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(network_->Stop(std::chrono::milliseconds(100)), 0u);
}

TEST_F(NetworkTest, ListensOnAddressesOnly) {
  for (const char* host : {"192.0.2.1", "example.org", "", "*"}) {
    config_.host = host;
    EXPECT_THROW(Run(), base::Error) << host;
  }
  config_.host = "::1";
  EXPECT_NO_THROW(Run());
}

TEST_F(NetworkTest, NamesTheAddressThatIsTaken) {
  Run();
  NetworkConfig second = config_;
  second.port = port();
  Network other(second, random_);
  try {
    other.Bind();
    FAIL() << "bound twice";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.report().message,
              "could not bind 127.0.0.1:" + std::to_string(port()) + ": Address already in use");
  }
  EXPECT_EQ(::access(network_->socket_path().c_str(), F_OK), 0);
}

TEST_F(NetworkTest, ReplacesAStaleSocketAndRefusesALiveOne) {
  Run();
  const std::string path = network_->socket_path();
  config_.port = port();
  network_->Stop(std::chrono::seconds(1));
  network_.reset();
  EXPECT_NE(::access(path.c_str(), F_OK), 0);

  { std::ofstream(path) << "not a socket"; }
  EXPECT_THROW(Run(), base::Error);
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
  ::unlink(path.c_str());

  // A socket file whose server is gone.
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(fd, 1), 0);
  EXPECT_THROW(Run(), base::Error);
  ::close(fd);
  Run();
  RawClient client(path);
  EXPECT_THAT(client.Start(), HasSubstr("Z:I"));
}

TEST_F(NetworkTest, TellsWhenOneClientIsAlone) {
  std::atomic<int> active = 0;
  config_.on_active_connections = [&](int count) { active = count; };
  Run();
  RawClient busy(port());
  RawClient idle(port());
  busy.Start();
  idle.Start();
  const auto work = [](RawClient& client, int count) {
    for (int i = 0; i < count; ++i) {
      client.Query("echo x");
      client.ReadUntil('Z');
    }
  };
  work(busy, 50);
  EXPECT_EQ(active, 1);
  work(idle, 1);
  EXPECT_EQ(active, 2);
  for (int i = 0; i < 20; ++i) {
    work(busy, 1);
    work(idle, 1);
  }
  EXPECT_EQ(active, 2);
  work(idle, 50);
  EXPECT_EQ(active, 1);
}

}  // namespace
}  // namespace ordinal::wire
