#include "sequence/session_sequences.h"

#include "sequence/definition.h"
#include "unit/sequence/sequence_fixture.h"

namespace ordinal::sequence {
namespace {

class SessionSequencesTest : public SequenceTest {
 protected:
  explicit SessionSequencesTest(kv::Traits traits = {.exclusive = true, .remote = false})
      : SequenceTest(traits) {}

  std::int64_t Next(SessionSequences& session, const SequenceDescriptor& s) { return session.Next(s, true); }
  // Draws as a statement of its own.
  std::int64_t Nextval(SessionSequences& session, const SequenceDescriptor& s) {
    session.BeginStatement();
    const std::int64_t value = Next(session, s);
    session.FinishStatement();
    return value;
  }

  SessionSequences a_{*allocator_};
  SessionSequences b_{*allocator_};
};

TEST_F(SessionSequencesTest, CurrvalAndLastvalBeforeTheFirstDraw) {
  const auto s = Make();
  EXPECT_EQ(ErrorOf([&] { a_.Current(s); }),
            "55000 currval of sequence \"s\" is not yet defined in this session");
  EXPECT_EQ(ErrorOf([&] { a_.Last(catalog::Catalog()); }),
            "55000 lastval is not yet defined in this session");
  Nextval(b_, s);
  EXPECT_NE(ErrorOf([&] { a_.Current(s); }), "none");
}

TEST_F(SessionSequencesTest, CurrvalAndLastvalFollowTheSession) {
  const auto s = Make({}, 20001);
  const auto t = Make({.start = 100}, 20002);
  catalog::Catalog catalog;
  catalog.Store(s);
  auto other = t;
  other.name = "t";
  catalog.Store(other);
  Nextval(a_, s);
  Nextval(a_, t);
  Nextval(b_, s);
  EXPECT_EQ(a_.Current(s), 1);
  EXPECT_EQ(a_.Last(catalog), 100);
  EXPECT_EQ(b_.Current(s), 2);
  catalog.Erase(t.oid);
  EXPECT_EQ(ErrorOf([&] { a_.Last(catalog); }), "55000 lastval is not yet defined in this session");
}

TEST_F(SessionSequencesTest, LastvalMayEndWithTheTransaction) {
  const auto s = Make();
  catalog::Catalog catalog;
  catalog.Store(s);
  a_.SetLastValueScope(LastValueScope::kTransaction);
  Nextval(a_, s);
  EXPECT_EQ(a_.Last(catalog), 1);
  a_.EndTransaction();
  EXPECT_NE(ErrorOf([&] { a_.Last(catalog); }), "none");
  EXPECT_EQ(a_.Current(s), 1);
}

TEST_F(SessionSequencesTest, EachSessionOwnsItsCachedBlock) {
  const auto s = Make({.cache = 5});
  EXPECT_EQ(Nextval(a_, s), 1);
  EXPECT_EQ(allocator_->Read(s)->last_value, 5);
  EXPECT_EQ(allocator_->Read(s)->log_count, 32);
  EXPECT_EQ(Nextval(b_, s), 6);
  EXPECT_EQ(Nextval(a_, s), 2);
  for (int i = 0; i < 3; ++i) Nextval(a_, s);
  EXPECT_EQ(Nextval(a_, s), 11);
}

TEST_F(SessionSequencesTest, ACachedBlockEndsAtTheBoundAndAtTheWrap) {
  const auto s = Make({.max_value = 5, .cache = 100});
  for (std::int64_t expected = 1; expected <= 5; ++expected) EXPECT_EQ(Nextval(a_, s), expected);
  EXPECT_EQ(allocator_->Read(s)->last_value, 5);
  EXPECT_EQ(ErrorOf([&] { Nextval(a_, s); }), "2200H nextval: reached maximum value of sequence \"s\" (5)");
  const auto t = Make({.max_value = 3, .cache = 10, .cycle = true}, 20002);
  for (std::int64_t expected : {1, 2, 3, 1, 2, 3, 1}) EXPECT_EQ(Nextval(a_, t), expected);
}

TEST_F(SessionSequencesTest, NodeScopeSharesTheCacheAndKeepsCurrvalApart) {
  const auto s = Make({.cache = 100});
  a_.SetCacheScope(CacheScope::kNode);
  b_.SetCacheScope(CacheScope::kNode);
  EXPECT_EQ(Nextval(a_, s), 1);
  EXPECT_EQ(Nextval(b_, s), 2);
  EXPECT_EQ(Nextval(a_, s), 3);
  EXPECT_EQ(a_.Current(s), 3);
  EXPECT_EQ(b_.Current(s), 2);
}

TEST_F(SessionSequencesTest, SetvalDropsOnlyItsOwnSessionsBlock) {
  const auto s = Make({.cache = 10});
  EXPECT_EQ(Nextval(a_, s), 1);
  EXPECT_EQ(Nextval(b_, s), 11);
  EXPECT_EQ(b_.SetValue(s, 500, true), 500);
  EXPECT_EQ(b_.Current(s), 500);
  EXPECT_EQ(Nextval(b_, s), 501);
  EXPECT_EQ(Nextval(a_, s), 2);
  EXPECT_EQ(allocator_->Statistics(s.oid).dropped, 9u);
}

TEST_F(SessionSequencesTest, SetvalFalseLeavesCurrvalAlone) {
  const auto s = Make();
  EXPECT_EQ(a_.SetValue(s, 40, false), 40);
  EXPECT_NE(ErrorOf([&] { a_.Current(s); }), "none");
  EXPECT_EQ(Nextval(a_, s), 40);
  a_.SetValue(s, 7, false);
  EXPECT_EQ(a_.Current(s), 40);
}

TEST_F(SessionSequencesTest, SetvalOutOfBoundsChangesNothing) {
  const auto s = Make({.max_value = 9});
  Nextval(a_, s);
  EXPECT_EQ(ErrorOf([&] { a_.SetValue(s, 10, true); }),
            "22003 setval: value 10 is out of bounds for sequence \"s\" (1..9)");
  EXPECT_EQ(a_.SetValueAsync(s, 9, true, [](const base::Error*) { FAIL(); }), Ready::kYes);
  EXPECT_NE(ErrorOf([&] { Nextval(a_, s); }), "none");
}

TEST_F(SessionSequencesTest, LastvalShowsWhatSetvalSet) {
  const auto s = Make();
  catalog::Catalog catalog;
  catalog.Store(s);
  Nextval(a_, s);
  a_.SetValue(s, 50, true);
  EXPECT_EQ(a_.Last(catalog), 50);
}

TEST_F(SessionSequencesTest, ANewEpochDropsTheBlockAndKeepsCurrval) {
  const auto s = Make({.cache = 10});
  EXPECT_EQ(Nextval(a_, s), 1);
  ASSERT_EQ(Alter(s, Counter{1000, false}), kv::Outcome::kCommitted);
  EXPECT_EQ(a_.Current(s), 1);
  EXPECT_EQ(Nextval(a_, NextEpoch(s)), 1000);
  // A descriptor of an older snapshot must not revive what belonged to the older epoch.
  EXPECT_EQ(ErrorOf([&] { Nextval(a_, s); }), kEpochIsOver);
}

TEST_F(SessionSequencesTest, MayNotBlockMeansNeedsClaim) {
  const auto s = Make();
  engine_.Hold();
  EXPECT_THROW(a_.Next(s, false), NeedsClaim);
  std::atomic<int> called = 0;
  EXPECT_EQ(a_.Prepare(s, 3, [&] { ++called; }), Ready::kPending);
  EXPECT_THROW(a_.Next(s, false), NeedsClaim);
  engine_.Release();
  EXPECT_EQ(called, 1);
  for (std::int64_t expected : {1, 2, 3}) EXPECT_EQ(a_.Next(s, false), expected);
}

TEST_F(SessionSequencesTest, PrepareCountsWhatTheSessionHas) {
  const auto s = Make({.cache = 10});
  EXPECT_EQ(a_.Prepare(s, 25, [] { FAIL(); }), Ready::kYes);
  engine_.Hold();
  for (std::int64_t expected = 1; expected <= 25; ++expected) ASSERT_EQ(a_.Next(s, false), expected);
  EXPECT_EQ(a_.Prepare(s, 5, [] { FAIL(); }), Ready::kYes);
  engine_.Release();
}

TEST_F(SessionSequencesTest, ARewoundStatementDrawsTheSameValuesAndBurnsNothing) {
  const auto s = Make({}, 20001);
  const auto t = Make({.increment = -2, .min_value = -100, .max_value = -1, .start = -1}, 20002);
  a_.BeginStatement();
  EXPECT_EQ(Next(a_, s), 1);
  EXPECT_EQ(Next(a_, t), -1);
  EXPECT_EQ(Next(b_, s), 2);
  EXPECT_EQ(Next(a_, s), 3);
  EXPECT_EQ(Next(a_, t), -3);
  a_.Rewind();
  EXPECT_EQ(Next(a_, s), 1);
  a_.Rewind();  // a second restart, in the middle of the replay
  EXPECT_EQ(Next(a_, s), 1);
  EXPECT_EQ(Next(a_, s), 3);
  EXPECT_EQ(Next(a_, t), -1);
  EXPECT_EQ(Next(a_, t), -3);
  EXPECT_EQ(Next(a_, s), 4);
  EXPECT_EQ(Next(a_, t), -5);
  a_.FinishStatement();
  EXPECT_EQ(Nextval(a_, s), 5);
  EXPECT_EQ(allocator_->Statistics(s.oid).dropped, 0u);
}

TEST_F(SessionSequencesTest, ARewoundStatementSeesTheValuesOfBefore) {
  const auto s = Make({}, 20001);
  const auto t = Make({}, 20002);
  EXPECT_EQ(Nextval(a_, s), 1);
  a_.BeginStatement();
  EXPECT_EQ(Next(a_, s), 2);
  EXPECT_EQ(Next(a_, t), 1);
  a_.Rewind();
  EXPECT_EQ(a_.Current(s), 1);
  EXPECT_THROW(a_.Current(t), base::Error);
  EXPECT_EQ(Next(a_, s), 2);
  EXPECT_EQ(a_.Current(s), 2);
  a_.FinishStatement();
  EXPECT_EQ(a_.Current(s), 2);
}

TEST_F(SessionSequencesTest, AnAlteredSequenceLosesItsCachedBlockOnly) {
  const auto s = Make({.cache = 5});
  EXPECT_EQ(Nextval(a_, s), 1);
  EXPECT_EQ(Nextval(b_, s), 6);
  a_.DropCached(s.oid);
  EXPECT_EQ(a_.Current(s), 1);
  EXPECT_EQ(Nextval(a_, s), 11);
  EXPECT_EQ(Nextval(b_, s), 7);
}

TEST_F(SessionSequencesTest, AReplayWorksWithCachedBlocks) {
  const auto s = Make({.cache = 3});
  a_.BeginStatement();
  for (int i = 0; i < 4; ++i) Next(a_, s);
  a_.Rewind();
  for (std::int64_t expected = 1; expected <= 7; ++expected) EXPECT_EQ(Next(a_, s), expected);
  a_.FinishStatement();
}

TEST_F(SessionSequencesTest, ValuesLeftOverFromAReplayGoBack) {
  const auto s = Make();
  a_.BeginStatement();
  for (int i = 0; i < 5; ++i) Next(a_, s);
  a_.Rewind();
  Next(a_, s);
  a_.AbandonStatement();
  EXPECT_EQ(Nextval(a_, s), 2);
  EXPECT_EQ(allocator_->Statistics(s.oid).given_back, 4u);
  EXPECT_EQ(allocator_->Statistics(s.oid).dropped, 0u);
}

TEST_F(SessionSequencesTest, ValuesLeftOverBelowADrawOfAnotherAreAccountedFor) {
  const auto s = Make();
  a_.BeginStatement();
  for (int i = 0; i < 3; ++i) Next(a_, s);
  EXPECT_EQ(Next(b_, s), 4);
  for (int i = 0; i < 2; ++i) Next(a_, s);
  a_.Rewind();
  Next(a_, s);
  a_.FinishStatement();  // 5 and 6 go back, 2 and 3 are lost
  EXPECT_EQ(Nextval(a_, s), 5);
  EXPECT_EQ(allocator_->Statistics(s.oid).dropped, 2u);
}

TEST_F(SessionSequencesTest, ValuesLeftOverGoBackIntoACachedBlock) {
  const auto s = Make({.cache = 5});
  EXPECT_EQ(Nextval(a_, s), 1);
  a_.BeginStatement();
  for (int i = 0; i < 6; ++i) Next(a_, s);  // 2 to 5, 6 and 7
  a_.Rewind();
  for (int i = 0; i < 5; ++i) Next(a_, s);
  a_.FinishStatement();
  EXPECT_EQ(Nextval(a_, s), 7);
  EXPECT_EQ(Nextval(b_, s), 11);
}

TEST_F(SessionSequencesTest, NothingGoesBackPastASetvalInAStatement) {
  const auto s = Make();
  a_.BeginStatement();
  EXPECT_EQ(Next(a_, s), 1);
  EXPECT_EQ(Next(a_, s), 2);
  b_.SetValue(s, 2, true);
  EXPECT_EQ(Next(a_, s), 3);
  a_.Rewind();
  a_.AbandonStatement();
  EXPECT_EQ(Nextval(b_, s), 3);
}

TEST_F(SessionSequencesTest, AFinishedStatementIsNotReplayed) {
  const auto s = Make();
  EXPECT_EQ(Nextval(a_, s), 1);
  a_.BeginStatement();
  a_.Rewind();
  EXPECT_EQ(Next(a_, s), 2);
}

TEST_F(SessionSequencesTest, AReplayEndsWithItsEpoch) {
  const auto s = Make();
  a_.BeginStatement();
  EXPECT_EQ(Next(a_, s), 1);
  ASSERT_EQ(Alter(s, Counter{10, false}), kv::Outcome::kCommitted);
  a_.Rewind();
  EXPECT_EQ(Next(a_, NextEpoch(s)), 10);
}

TEST_F(SessionSequencesTest, AReplayNeverGoesPastASetval) {
  const auto s = Make();
  const auto run = [&] {
    std::vector<std::int64_t> values{Next(a_, s)};
    a_.SetValue(s, 100, true);
    values.push_back(Next(a_, s));
    return values;
  };
  a_.BeginStatement();
  EXPECT_FALSE(a_.StatementSetValue());
  EXPECT_EQ(run(), (std::vector<std::int64_t>{1, 101}));
  EXPECT_TRUE(a_.StatementSetValue());
  a_.Rewind();
  EXPECT_EQ(run(), (std::vector<std::int64_t>{1, 101}));
  EXPECT_EQ(Next(a_, s), 102);  // 101 was drawn once, though the statement ran twice
}

TEST_F(SessionSequencesTest, TheTransactionListsWhatItCarries) {
  const auto s = Make({}, 20001);
  const auto t = Make({}, 20002);
  Nextval(a_, s);
  Nextval(a_, t);
  Nextval(a_, s);
  ASSERT_EQ(a_.DrawnSequences().size(), 2u);
  EXPECT_EQ(a_.DrawnSequences()[0].oid, s.oid);
  EXPECT_EQ(a_.DrawnSequences()[0].epoch, s.epoch);
  EXPECT_EQ(a_.DrawnSequences()[1].oid, t.oid);
  ASSERT_EQ(Alter(s), kv::Outcome::kCommitted);
  Nextval(a_, NextEpoch(s));
  ASSERT_EQ(a_.DrawnSequences().size(), 3u);
  EXPECT_EQ(a_.DrawnSequences()[2].epoch, s.epoch + 1);
  a_.EndTransaction();
  EXPECT_TRUE(a_.DrawnSequences().empty());
  Nextval(a_, t);
  EXPECT_EQ(a_.DrawnSequences().size(), 1u);
}

// An autocommit statement that is run again after its commit met a conflict carries its replayed values anew.
TEST_F(SessionSequencesTest, ReplayedValuesAreCarriedByTheNextTransaction) {
  const auto s = Make();
  a_.BeginStatement();
  EXPECT_EQ(Next(a_, s), 1);
  a_.EndTransaction();
  a_.Rewind();
  EXPECT_EQ(Next(a_, s), 1);
  EXPECT_EQ(a_.DrawnSequences().size(), 1u);
}

TEST_F(SessionSequencesTest, IdentitiesOfTheLastStatementThatHadAny) {
  EXPECT_EQ(a_.FirstIdentity(), std::nullopt);
  a_.BeginStatement();
  a_.RecordIdentity(5);
  a_.RecordIdentity(6);
  a_.RecordIdentity(7);
  EXPECT_EQ(a_.FirstIdentity(), std::nullopt);  // the statement is still running
  a_.FinishStatement();
  EXPECT_EQ(a_.FirstIdentity(), 5);
  EXPECT_EQ(a_.LastIdentity(), 7);
  a_.BeginStatement();
  a_.FinishStatement();
  EXPECT_EQ(a_.FirstIdentity(), 5);
  a_.BeginStatement();
  a_.RecordIdentity(9);
  a_.AbandonStatement();
  EXPECT_EQ(a_.LastIdentity(), 7);
  a_.BeginStatement();
  a_.RecordIdentity(11);
  a_.Rewind();
  a_.RecordIdentity(12);
  a_.FinishStatement();
  EXPECT_EQ(a_.FirstIdentity(), 12);
}

TEST_F(SessionSequencesTest, DiscardForgetsBlocksAndValues) {
  const auto s = Make({.cache = 10});
  catalog::Catalog catalog;
  catalog.Store(s);
  Nextval(a_, s);
  a_.Discard();
  EXPECT_NE(ErrorOf([&] { a_.Current(s); }), "none");
  EXPECT_NE(ErrorOf([&] { a_.Last(catalog); }), "none");
  EXPECT_EQ(Nextval(a_, s), 11);
}

TEST_F(SessionSequencesTest, AFailedStatementBurnsExactlyWhatItDrew) {
  const auto s = Make();
  a_.BeginStatement();
  EXPECT_EQ(a_.Prepare(s, 10, [] {}), Ready::kYes);
  Next(a_, s);
  Next(a_, s);
  a_.AbandonStatement();
  EXPECT_EQ(Nextval(a_, s), 3);
}

TEST_F(SessionSequencesTest, ASequenceOfTheOpenTransactionIsCountedThroughIt) {
  SequenceDescriptor s;
  s.oid = 20009;
  s.name = "s";
  txn::Transaction transaction(engine_, {}, 0);
  WriteInitialCounter(transaction, s, {1, false});
  EXPECT_EQ(a_.NextInTransaction(transaction, s), 1);
  EXPECT_EQ(a_.NextInTransaction(transaction, s), 2);
  EXPECT_EQ(a_.SetValueInTransaction(transaction, s, 10, true), 10);
  EXPECT_EQ(a_.Current(s), 10);
  EXPECT_EQ(a_.NextInTransaction(transaction, s), 11);
  ASSERT_EQ(transaction.CommitAndWait().outcome, kv::Outcome::kCommitted);
  EXPECT_EQ(Nextval(b_, s), 12);
}

class RemoteSessionTest : public SessionSequencesTest {
 protected:
  RemoteSessionTest() : SessionSequencesTest({.exclusive = false, .remote = true}) {}
};

TEST_F(RemoteSessionTest, AnAnnouncedStatementClaimsOnce) {
  const auto s = Make();
  a_.BeginStatement();
  EXPECT_EQ(a_.Prepare(s, 1000, [] { FAIL(); }), Ready::kYes);
  for (std::int64_t expected = 1; expected <= 1000; ++expected) ASSERT_EQ(Next(a_, s), expected);
  a_.FinishStatement();
  EXPECT_EQ(allocator_->Statistics(s.oid).claims, 1u);
  EXPECT_EQ(Nextval(a_, s), 1001);
}

TEST_F(RemoteSessionTest, AReservationEndsWithItsStatement) {
  const auto s = Make();
  a_.BeginStatement();
  a_.Prepare(s, 10, [] {});
  Next(a_, s);
  a_.AbandonStatement();
  EXPECT_EQ(Nextval(a_, s), 2);  // what was left went back
  EXPECT_EQ(Nextval(b_, s), 3);
  EXPECT_EQ(Nextval(a_, s), 4);
  EXPECT_EQ(allocator_->Statistics(s.oid).given_back, 9u);
}

TEST_F(RemoteSessionTest, AStatementThatDrawsOnReservesMoreAndMore) {
  const auto s = Make();
  a_.BeginStatement();
  for (std::int64_t expected = 1; expected <= 1000; ++expected) ASSERT_EQ(Next(a_, s), expected);
  EXPECT_EQ(allocator_->Statistics(s.oid).claims, 10u);
  a_.FinishStatement();
  EXPECT_EQ(Nextval(a_, s), 1001);  // as if each had been drawn alone
  EXPECT_EQ(Nextval(b_, s), 1002);
  EXPECT_EQ(allocator_->Statistics(s.oid).dropped, 0u);
}

TEST_F(RemoteSessionTest, AStatementThatRunsAgainBurnsWhatItsLastRunDrew) {
  const auto s = Make();
  a_.BeginStatement();
  a_.Prepare(s, 10, [] {});
  for (std::int64_t expected = 1; expected <= 10; ++expected) EXPECT_EQ(Next(a_, s), expected);
  a_.EndTransaction();
  a_.Rewind();
  EXPECT_EQ(Next(a_, s), 1);
  EXPECT_EQ(Next(a_, s), 2);
  a_.AbandonStatement();
  EXPECT_EQ(Nextval(a_, s), 3);
}

TEST_F(RemoteSessionTest, AReservationBelowADrawOfAnotherIsLost) {
  const auto s = Make();
  a_.BeginStatement();
  a_.Prepare(s, 10, [] {});
  Next(a_, s);
  EXPECT_EQ(Nextval(b_, s), 11);
  a_.FinishStatement();
  EXPECT_EQ(Nextval(a_, s), 12);
  EXPECT_EQ(allocator_->Statistics(s.oid).dropped, 9u);
}

TEST_F(RemoteSessionTest, CachedBlocksBelongToSessionsInEitherScope) {
  const auto s = Make({.cache = 4});
  b_.SetCacheScope(CacheScope::kNode);
  EXPECT_EQ(Nextval(a_, s), 1);
  EXPECT_EQ(Nextval(b_, s), 5);
  EXPECT_EQ(Nextval(a_, s), 2);
}

}  // namespace
}  // namespace ordinal::sequence
