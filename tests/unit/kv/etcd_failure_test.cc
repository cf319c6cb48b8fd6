// What an engine over etcd says when etcd refuses, has forgotten, or does not answer.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"
#include "kv/etcd/store_failure.h"
#include "unit/kv/engine_fixture.h"
#include "unit/kv/etcd_server.h"

namespace ordinal::kv {
namespace {

using std::chrono::milliseconds;

class EtcdFailureTest : public testing::Test {
 protected:
  void Open(std::vector<std::string> flags) {
    server_ = std::make_unique<EtcdServer>(std::move(flags));
    options_ = server_->Options();
    engine_ = OpenEtcd(options_, clock_);
  }
  // Runs etcdctl, as an administrator would; what it prints is of no interest.
  void Control(const std::string& words) const {
    const std::string command =
        "ETCDCTL_API=3 etcdctl --endpoints=" + options_.endpoints.front() + " " + words + " >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << words;
  }
  static Submission Rows(int count, std::size_t bytes) {
    Submission submission;
    for (int i = 0; i < count; ++i)
      submission.writes.push_back({"k" + std::to_string(i), std::string(bytes, 'v')});
    return submission;
  }
  static void ExpectRefused(const CommitResult& result, base::SqlState state, const char* message,
                            const char* hint_part) {
    ASSERT_EQ(result.outcome, Outcome::kRefused);
    ASSERT_NE(result.error, nullptr);
    EXPECT_EQ(result.error->sqlstate(), state);
    EXPECT_STREQ(result.error->what(), message);
    EXPECT_NE(result.error->report().hint.find(hint_part), std::string::npos) << result.error->report().hint;
  }
  template <typename Action>
  static void ExpectError(Action action, base::SqlState state, const char* message_part) {
    try {
      action();
      ADD_FAILURE() << "no error";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.sqlstate(), state) << error.what();
      EXPECT_NE(std::string(error.what()).find(message_part), std::string::npos) << error.what();
    }
  }

  base::SystemClock clock_;
  std::unique_ptr<EtcdServer> server_;
  EtcdOptions options_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EtcdFailureTest, TooManyOperationsNameTheFlag) {
  Open({"--max-txn-ops=64"});
  ExpectRefused(engine_->SubmitAndWait(Rows(100, 1)), base::sqlstate::kProgramLimitExceeded,
                "the transaction has more operations than etcd allows", "--max-txn-ops");
  EXPECT_EQ(engine_->SubmitAndWait(Rows(20, 1)).outcome, Outcome::kCommitted);
}

TEST_F(EtcdFailureTest, TooManyBytesNameTheFlag) {
  Open({"--max-txn-ops=20000", "--max-request-bytes=1048576"});
  for (const std::size_t bytes : {11'000, 100'000}) {  // refused by etcd, and by the frames below it
    ExpectRefused(engine_->SubmitAndWait(Rows(100, bytes)), base::sqlstate::kProgramLimitExceeded,
                  "the transaction has more bytes than etcd allows", "--max-request-bytes");
  }
}

TEST_F(EtcdFailureTest, AFullStoreSaysHowToMakeRoom) {
  Open({"--max-txn-ops=20000", "--quota-backend-bytes=1048576"});
  CommitResult result;
  for (int i = 0; i < 100 && result.outcome == Outcome::kCommitted; ++i) {
    result = engine_->SubmitAndWait(Rows(10, 20'000));
  }
  ExpectRefused(result, base::sqlstate::kDiskFull, "the store is full: etcd's space quota is used up",
                "--quota-backend-bytes");
  EXPECT_EQ(engine_->Get(*engine_->Latest(), "k1"), std::string(20'000, 'v'));
}

TEST_F(EtcdFailureTest, ACompactedSnapshotIsASerializationFailure) {
  Open({});
  Put(*engine_, "a", "1");
  const auto old = engine_->Latest();
  Put(*engine_, "a", "2");
  Control("compaction " + std::to_string(engine_->Latest()->revision()));
  const char* message = "the transaction is too old: the store has forgotten its snapshot";
  ExpectError([&] { engine_->Get(*old, "a"); }, base::sqlstate::kSerializationFailure, message);
  ExpectError([&] { Collect(*engine_, *old, {}); }, base::sqlstate::kSerializationFailure, message);
  EXPECT_EQ(Check(*engine_, old, Unchanged("a")).outcome, Outcome::kSnapshotTooOld);
  EXPECT_EQ(engine_->Get(*engine_->Latest(), "a"), "2");
}

TEST_F(EtcdFailureTest, UsersAndPasswordsAreEtcds) {
  Open({});
  Control("user add root:secret");
  Control("user grant-role root root");
  Control("user add nobody:nothing");
  Control("auth enable");
  EtcdOptions options = options_;
  ExpectError([&] { OpenEtcd(options, clock_); }, base::sqlstate::kInvalidAuthorizationSpecification,
              "the store asks for a user name and a password");
  options.user = "root";
  options.password = "wrong";
  ExpectError([&] { OpenEtcd(options, clock_); }, base::sqlstate::kInvalidPassword,
              "the store refused this node's user name or password");
  options.user = "nobody";
  options.password = "nothing";
  ExpectError([&] { OpenEtcd(options, clock_); }, base::sqlstate::kInvalidAuthorizationSpecification,
              "the store refused this node's user: ");
  options.user = "root";
  options.password = "secret";
  const auto engine = OpenEtcd(options, clock_);
  EXPECT_EQ(Put(*engine, "a", "1").outcome, Outcome::kCommitted);
  EXPECT_EQ(engine->Get(*engine->Latest(), "a"), "1");
}

TEST_F(EtcdFailureTest, WithTlsBothSidesMustShowTheirCertificates) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.path());
  const std::string key = directory.path() + "/key.pem";
  const std::string cert = directory.path() + "/cert.pem";
  const std::string make =
      "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 2 -addext "
      "subjectAltName=IP:127.0.0.1 "
      "-keyout " +
      key + " -out " + cert + " >/dev/null 2>&1";
  ASSERT_EQ(std::system(make.c_str()), 0);
  const EtcdServer server(
      {"--cert-file=" + cert, "--key-file=" + key, "--trusted-ca-file=" + cert, "--client-cert-auth"},
      "https");
  EtcdOptions options = server.Options();
  options.tls = true;
  options.ca_file = cert;
  options.cert_file = cert;
  options.key_file = key;
  const auto engine = OpenEtcd(options, clock_);
  EXPECT_EQ(Put(*engine, "a", "1").outcome, Outcome::kCommitted);
  options.timeout = milliseconds(1'000);
  options.cert_file = options.key_file = "";
  ExpectError([&] { OpenEtcd(options, clock_); }, base::sqlstate::kConnectionFailure,
              "the store cannot be reached: ");
  options.ca_file = directory.path() + "/absent.pem";
  ExpectError([&] { OpenEtcd(options, clock_); }, base::sqlstate::kInvalidParameterValue,
              "cannot read the file ");
}

TEST_F(EtcdFailureTest, ASilentStoreEndsReadsAndLeavesCommitsInDoubt) {
  Open({});
  Put(*engine_, "a", "1");
  EtcdOptions hasty = options_;
  hasty.timeout = milliseconds(2'000);
  hasty.attempt_timeout = milliseconds(700);
  const auto engine = OpenEtcd(hasty, clock_);
  Put(*engine, "a", "2");
  server_->Hang();
  ExpectError([&] { engine->Latest(); }, base::sqlstate::kConnectionFailure, "the store cannot be reached: ");
  const CommitResult result = Put(*engine, "a", "3");
  server_->Signal(SIGCONT);
  ASSERT_EQ(result.outcome, Outcome::kUnknown);
  ASSERT_NE(result.error, nullptr);
  EXPECT_EQ(result.error->sqlstate(), base::sqlstate::kTransactionResolutionUnknown);
  EXPECT_STREQ(result.error->what(), "the fate of the transaction is unknown");
  EXPECT_EQ(Put(*engine_, "b", "1").outcome, Outcome::kCommitted);
}

// The request lies in the silent member's buffers and takes its effect when that comes back; the answer must
// be found.
TEST_F(EtcdFailureTest, ACommitWhoseAnswerIsLateIsNotDoneTwice) {
  Open({});
  EtcdOptions patient = options_;
  patient.timeout = milliseconds(20'000);
  patient.attempt_timeout = milliseconds(150);
  const auto engine = OpenEtcd(patient, clock_);
  for (int round = 0; round < 3; ++round) {
    const std::string key = "counter" + std::to_string(round);
    const Revision seen = Put(*engine, key, "0").revision;
    server_->Hang();
    Submission submission;
    Guard guard = Unchanged(key, Sighting::kPresent);
    guard.seen_at = seen;
    submission.guards.push_back(std::move(guard));
    submission.writes.push_back({key, "1"});
    std::thread wake([&] {
      std::this_thread::sleep_for(milliseconds(700));
      server_->Signal(SIGCONT);
    });
    // Had an attempt's success been taken for somebody else's write, this would be a conflict.
    const CommitResult result = engine->SubmitAndWait(std::move(submission));
    wake.join();
    EXPECT_EQ(result.outcome, Outcome::kCommitted);
    EXPECT_EQ(engine->Get(*engine->Latest(), key), "1");
  }
}

TEST(StoreFailureTest, TellsEffectlessFailuresFromDoubtfulOnes) {
  using grpc::Status;
  using grpc::StatusCode;
  const auto kind = [](StatusCode code, const char* text) { return Classify(Status(code, text)).kind; };
  EXPECT_EQ(kind(StatusCode::UNAVAILABLE, "etcdserver: leader changed"), FailureKind::kUnreachable);
  EXPECT_EQ(kind(StatusCode::DEADLINE_EXCEEDED, ""), FailureKind::kUnreachable);
  EXPECT_EQ(kind(StatusCode::UNKNOWN, "etcdserver: request timed out"), FailureKind::kUnreachable);
  EXPECT_EQ(kind(StatusCode::RESOURCE_EXHAUSTED, "etcdserver: too many requests"), FailureKind::kBusy);
  EXPECT_EQ(
      Classify(Status(StatusCode::RESOURCE_EXHAUSTED, "etcdserver: too many requests")).error.sqlstate(),
      base::sqlstate::kInsufficientResources);
  EXPECT_EQ(kind(StatusCode::UNAUTHENTICATED, "etcdserver: invalid auth token"), FailureKind::kTokenEnded);
  EXPECT_EQ(kind(StatusCode::INVALID_ARGUMENT, "etcdserver: revision of auth store is old"),
            FailureKind::kRefused);
  EXPECT_EQ(kind(StatusCode::NOT_FOUND, "etcdserver: requested lease not found"), FailureKind::kLeaseGone);
  EXPECT_EQ(kind(StatusCode::OUT_OF_RANGE, "etcdserver: mvcc: required revision is a future revision"),
            FailureKind::kBehind);
  EXPECT_EQ(Classify(Status(StatusCode::DATA_LOSS, "etcdserver: corrupt cluster")).error.sqlstate(),
            base::sqlstate::kDataCorrupted);
}

}  // namespace
}  // namespace ordinal::kv
