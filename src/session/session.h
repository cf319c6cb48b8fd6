// Runs one client's session: the state behind the messages of the protocol, the open transaction, prepared
// statements and portals. Drives parse, bind, plan and exec.
//
// A statement takes these steps, and the session may leave the event loop only between them:
//   prepare (parse, bind, plan) - claim (sequence values that a short plan will draw) - run - commit - answer
// Everything that is not short runs in Place::kPool, where steps may block.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/seeded_random.h"
#include "catalog/virtual_table.h"
#include "sequence/session_sequences.h"
#include "session/endpoint.h"
#include "session/environment.h"
#include "session/parameters.h"
#include "session/prepared.h"
#include "sql/bind/cursor.h"
#include "sql/bind/environment.h"
#include "sql/bind/utility.h"
#include "sql/exec/ddl.h"
#include "sql/exec/deferred_constraints.h"
#include "sql/exec/execution.h"
#include "sql/exec/routine.h"
#include "sql/exec/row_moves.h"
#include "sql/exec/session_services.h"
#include "txn/transaction.h"

namespace ordinal::copy {
class Writer;
}

namespace ordinal::session {

struct CopyRun;
struct FetchRun;
struct OpenCursor;
struct Savepoint;

// What a portal is in the middle of.
struct Portal {
  Portal();
  ~Portal();
  Portal(const Portal&) = delete;
  Portal& operator=(const Portal&) = delete;

  PreparedPtr prepared;
  types::Row parameters;
  std::vector<ColumnDescription> columns;
  // Set while rows remain to be fetched.
  std::unique_ptr<sql::ExecContext> context;
  std::unique_ptr<sql::Execution> execution;
  std::unique_ptr<Portal> executed;  // what EXECUTE runs
  std::unique_ptr<CopyRun> copy;     // of a COPY that has begun
  std::unique_ptr<copy::Writer> copy_writer;
  std::unique_ptr<OpenCursor> cursor;  // of a portal that DECLARE made
  std::unique_ptr<FetchRun> fetch;     // of a FETCH that has begun
  txn::ReadView view;                  // what `execution` reads, once later statements may have written
  std::uint64_t rows_sent = 0;
  std::uint64_t rows_in_fetch = 0;  // by the current Execute
  bool started = false;
  bool done = false;

  bool GivesRows() const { return !columns.empty() || prepared->GivesRows(); }
};

class Session final : public Endpoint,
                      private sql::SessionServices,
                      private sql::RoutineHost,
                      private catalog::SessionView {
 public:
  Session(const Environment& environment, std::function<void()> resume, std::int32_t backend_id);
  ~Session() override;

  StepResult Start(const std::vector<std::pair<std::string, std::string>>& parameters,
                   ResultSink& sink) override;
  StepResult Step(const FrontendMessage& message, ResultSink& sink, Place place) override;
  void Cancel() override { cancel_requested_ = true; }
  void Shutdown() override { shutdown_requested_ = true; }

 private:
  // Thrown where a recent state turns out to be old, to run the message again with the latest one.
  struct StaleState {};
  // Where the handling of the current message stands.
  enum class Stage : std::uint8_t { kBegin, kRun, kCommit, kAnswer };
  // Whether messages belong to COPY FROM STDIN: its input, and then its end.
  enum class Copying : std::uint8_t { kNo, kReads, kEnds };

  // Message handlers. They return kDone, or what Step shall return meanwhile.
  bool MayCallStore(const FrontendMessage& message) const;
  StepResult Dispatch(const FrontendMessage& message, ResultSink& sink, Place place);
  StepResult HandleQuery(const FrontendMessage& message, ResultSink& sink, Place place);
  StepResult HandleScript(const FrontendMessage& message, ResultSink& sink);
  StepResult HandleParse(const FrontendMessage& message, ResultSink& sink, Place place);
  StepResult HandleBind(const FrontendMessage& message, ResultSink& sink);
  StepResult HandleDescribe(const FrontendMessage& message, ResultSink& sink);
  StepResult HandleExecute(const FrontendMessage& message, ResultSink& sink, Place place);
  StepResult HandleSync(ResultSink& sink);
  void HandleClose(const FrontendMessage& message, ResultSink& sink);
  void Fail(const base::Report& report, bool extended, ResultSink& sink);

  // Statements.
  // Parses one statement; kEmpty when there is none. Throws 42601 for more than one.
  PreparedPtr Prepare(std::string_view text, std::vector<types::Type> declared);
  PreparedPtr PrepareStatement(const sql::parse::Tree& tree, const sql::parse::Statement& statement,
                               std::vector<types::Type> declared);
  void PreparePlan(Prepared& prepared, const sql::parse::Tree& tree, const void* node);
  void DescribeUtility(Prepared& prepared);
  void Refresh(Prepared& prepared);
  bool IsCurrent(const Prepared& prepared);
  std::shared_ptr<Portal> FindPortal(std::string_view name) const;
  PreparedPtr FindStatement(std::string_view name) const;
  std::optional<StepResult> RunPortal(Portal& portal, std::int32_t row_limit, ResultSink& sink, Place place,
                                      bool describe);
  std::optional<StepResult> RunPlan(Portal& portal, std::int32_t row_limit, ResultSink& sink, Place place,
                                    bool describe);
  std::optional<StepResult> ClaimAhead(const Prepared& prepared);
  void CollectShort(Portal& portal);
  void SendAnswer(Portal& portal, ResultSink& sink, bool describe);
  bool Stream(Portal& portal, std::int32_t row_limit, ResultSink& sink);
  // Ends the statement in the transaction; in sequences_ too, unless its own commit comes next.
  void FinishStatement(bool commit_follows);
  // True when an Execute may commit by itself, and so be run again after a conflict: it is all there is of an
  // implicit transaction that a Sync is about to commit.
  bool CommitsAtExecute(const FrontendMessage& message) const;
  void AbandonStatement();
  bool RetryAfterConflict(Portal& portal);
  void ForgetRun(Portal& portal);
  // Recent state; see recent_state.cc.
  bool MayStayRecent(const sql::PlannedStatement& plan) const;
  void SettleState(Prepared& prepared);
  bool IsStale();
  void RunAgainWithLatest(bool extended);
  void RunDdl(const Prepared& prepared, ResultSink& sink);
  void RunTableAs(const sql::parse::Tree& tree, sql::ExecContext& context, ResultSink& sink);
  // Whom the session acts for; see identity.cc.
  void Identify(const std::string& user);
  void SetAtStartup(const std::string& name, const std::string& value);
  // See role_settings.cc.
  void CountForRole();
  void ApplySettings(const catalog::ParameterSettings& settings, ResultSink& sink);
  void ApplyStoredSettings(ResultSink& sink);
  sql::AlterSettings SettleSetting(sql::AlterSettings alter) const;
  void SetIdentity(const sql::UtilityStatement& utility);
  std::string CheckIdentity(std::string_view name, const std::string& value);
  void ResolveRoles();
  // PREPARE and EXECUTE; see prepared_by_sql.cc.
  void RunPrepare(const Prepared& prepared);
  // The statement that an EXECUTE runs, and the values of its parameters.
  PreparedPtr FindExecuted(const ::Node& execute) const;
  types::Row ArgumentsOf(const ::Node& execute, const sql::parse::Tree& tree, const Prepared& executed);
  std::optional<StepResult> RunExecute(Portal& portal, std::int32_t row_limit, ResultSink& sink, Place place,
                                       bool describe);
  // Cursors; see cursors.cc.
  void RunDeclare(Portal& portal);
  void DescribeFetch(Prepared& prepared) const;
  void BeginFetch(Portal& portal);
  std::optional<StepResult> RunFetch(Portal& portal, std::int32_t row_limit, ResultSink& sink, Place place,
                                     bool describe);
  void CloseCursor(const std::string& name);
  std::string RowOfCursor(const std::string& cursor, base::Oid table) override;
  sql::RowMoves* row_moves() override;
  bool HasCursorsToHold() const;
  void HoldCursor(Portal& portal);
  void HoldCursors();
  void EndPortals(bool committed);
  // COPY; see copy.cc.
  std::optional<StepResult> RunCopy(Portal& portal, ResultSink& sink, Place place);
  void BeginCopy(Portal& portal);
  void BeginCopyIn(Portal& portal, ResultSink& sink);
  void EndCopyIn(Portal& portal);
  void InsertCopied(CopyRun& copy);
  void ReadCopied(CopyRun& copy);
  std::optional<StepResult> RunCopyOut(Portal& portal, ResultSink& sink);
  StepResult HandleCopyMessage(const FrontendMessage& message, ResultSink& sink, Place place);
  sql::DdlContext MakeDdlContext(sql::ExecContext& context, ResultSink& sink);
  types::Value ParseParameter(const FrontendMessage& message, std::size_t index, types::Type type);
  types::Row BindParameters(const FrontendMessage& message, const Prepared& prepared);
  bool NeedsPool(const sql::UtilityStatement& utility) const;
  void RunUtility(Portal& portal, ResultSink& sink);
  // Background work; see background.cc.
  std::optional<StepResult> RunCall(Portal& portal);
  void SubmitJob(const sql::JobRequest& request);
  void WakeJobs();
  // CREATE INDEX over more rows than one commit of the store takes is left to a job, which the session
  // awaits.
  bool MayBuildByJob(const Portal& portal) const;
  void BuildByJob(sql::BoundDdl& ddl, sql::DdlContext& context);
  void AwaitJob(const std::string& id);
  void DropUnfinished(base::Oid table, base::Oid index);
  void RunExplain(Portal& portal);
  // Runs the statement for its effects.
  void RunExplained(Prepared& prepared, const types::Row& parameters, sql::Actuals& actuals);
  // The query, data modification or EXECUTE whose plan EXPLAIN shows for the statement.
  const ::Node& QueryOfExplained(const ::Node& explained);
  void RunShow(const sql::UtilityStatement& utility);
  void ApplySequenceRules();
  void RunDiscard(const sql::UtilityStatement& utility);
  void RunSet(const sql::UtilityStatement& utility, ResultSink& sink);
  void RunSetConstraints(const sql::UtilityStatement& utility, ResultSink& sink);
  std::vector<base::Oid> ConstraintsNamed(const std::string& schema, const std::string& name);
  [[noreturn]] void ThrowRefused(const void* node);

  // Transactions.
  std::int64_t NowMicros() const;  // since 2000-01-01 UTC
  void EnsureTransaction();
  void StartStatement();
  // Sends what client_min_messages lets through.
  void Notify(const base::Report& report, ResultSink& sink) const;
  void Warn(base::SqlState state, const char* message, ResultSink& sink) const;
  void BeginBlock(const sql::UtilityStatement& utility, ResultSink& sink);
  void StartBlock(bool read_only);
  void CheckMayChain(bool commit) const;
  void EndBlock(const sql::UtilityStatement& utility, ResultSink& sink);
  void CheckMixing(bool ddl);
  void CheckNotFailed(const Prepared& prepared) const;
  // Makes other nodes hear of sequences that the transaction altered or dropped; then waits until they have.
  void AnnounceEpochs();
  void AwaitOtherNodes();
  // Begins the commit of the open transaction. True when the outcome is known already.
  // Checks what waits for the end of the transaction, or only what does not wait any more.
  void RunDeferredConstraints(bool all);
  bool StartCommit();
  void CommitAndWait();
  // Takes note of the outcome; throws when it was not a commit.
  void FinishCommit();
  void RollBack();
  void EndTransaction(bool committed);
  void EndTransactionNumber(bool committed);
  // SAVEPOINT, RELEASE, ROLLBACK TO; see savepoints.cc.
  void RunSavepoint(const sql::UtilityStatement& utility);
  void MakeSavepoint(const std::string& name);
  void RollBackTo(std::size_t savepoint);
  std::size_t FindSavepoint(const std::string& name) const;
  void DropPortal(const std::shared_ptr<Portal>& portal);
  void GuardDrawnSequences();
  const catalog::CatalogPtr& CurrentCatalog();
  char TransactionStatus() const { return failed_ ? 'E' : in_block_ ? 'T' : 'I'; }
  void ReportParameters(ResultSink& sink);
  void SendReady(ResultSink& sink);
  void SendTag(std::string_view tag, ResultSink& sink);
  std::vector<base::Oid> ResolvedSearchPath();
  // Temporary objects; see temporary.cc. kInvalidOid while there is no schema for them.
  base::Oid TemporarySchema() const;
  void MakeTemporarySchema();
  void DropTemporaryObjects();
  void ActOnCommit();
  sql::BindEnvironment BindEnvironmentFor(sql::EvalContext& context);

  // sql::SessionServices
  base::Oid ResolveRelation(std::string_view text, bool missing_ok) override;
  std::string RelationName(base::Oid oid) override;
  std::vector<std::string> SearchPath(bool include_implicit) override;
  std::string UserName() override;
  std::string SessionUserName() override;
  base::Oid CurrentRole() override;
  base::Oid SessionRole() override;
  std::string DatabaseName() override { return database_; }
  std::int32_t BackendId() override { return backend_id_; }
  std::string ServerVersion() override { return parameters_.profile().session.server_version; }
  std::optional<std::string> GetParameter(std::string_view name) override { return parameters_.Find(name); }
  void SetParameter(std::string_view name, std::string_view value, bool local) override;
  base::RandomSource& random() override { return environment_.random; }
  base::SeededRandom* seeded_random() override { return &seeded_random_; }
  const base::Clock& clock() override { return environment_.clock; }
  void CheckCanceled() override;
  const types::Settings& settings() override { return parameters_.settings(); }
  const catalog::SessionView& session_view() override { return *this; }
  sequence::SessionSequences& sequences() override { return sequences_; }
  bool IsCountedInTransaction(base::Oid sequence) override;
  void CheckEpoch(const catalog::SequenceDescriptor& sequence) override;
  bool IsReadOnly() override { return read_only_; }
  bool MayBlock() override { return may_block_; }
  sql::SizeLimits size_limits() override;
  sql::RowIdSource& row_ids() override { return environment_.row_ids; }
  sql::DeferredConstraints& deferred_constraints() override { return deferred_constraints_; }

  sql::RoutineHost* routine_host() override { return this; }

  // sql::RoutineHost; see routines.cc.
  sql::RoutineState& routine_state() override { return routine_state_; }
  sql::BindEnvironment RoutineEnvironment(sql::EvalContext& context) override;
  std::uint64_t plan_epoch() override { return parameters_.plan_epoch(); }
  base::Oid ActAs(base::Oid role) override;
  std::shared_ptr<void> Configure(const catalog::FunctionDescriptor& function) override;
  void BeforeModifying(std::string_view command) override;

  // catalog::SessionView
  const catalog::Catalog& catalog() const override { return *catalog_; }
  std::string user_name() const override { return const_cast<Session*>(this)->UserName(); }
  base::Oid current_role() const override { return const_cast<Session*>(this)->CurrentRole(); }
  std::string database_name() const override { return database_; }
  std::int32_t backend_id() const override { return backend_id_; }
  std::string current_query() const override { return portal_ ? portal_->prepared->text : ""; }
  types::Uuid session_uuid() const override;
  std::optional<std::int64_t> TransactionNumber(bool assign) const override;
  std::optional<catalog::TransactionOutcome> OutcomeOf(std::int64_t number) const override;
  types::Snapshot TransactionSnapshot() const override;
  base::Oid temporary_schema() const override { return TemporarySchema(); }
  std::vector<catalog::SequenceState> ReadSequences(
      std::span<const catalog::SequenceDescriptor* const> sequences) const override;
  std::string DeparseExpression(const std::string& serialized,
                                const catalog::TableDescriptor* table) const override;
  std::string ShowIndex(const catalog::TableDescriptor& table,
                        const catalog::IndexDescriptor& index) const override;
  std::string ShowView(const catalog::ViewDescriptor& view) const override;
  std::vector<catalog::NodeState> Nodes() const override;
  std::vector<catalog::JobState> Jobs() const override;
  std::vector<catalog::CursorState> Cursors() const override;
  std::vector<catalog::PreparedStatementState> PreparedStatements() const override;
  kv::Engine::Statistics StoreStatistics() const override { return environment_.engine.statistics(); }
  std::vector<std::pair<std::string, std::string>> Parameters() const override { return parameters_.All(); }

  const Environment& environment_;
  const std::function<void()> resume_;
  const std::int32_t backend_id_;
  const bool remote_;                           // the store is across a network
  base::Oid login_role_ = catalog::kAdminRole;  // that the client has proved to be
  bool counted_for_role_ = false;               // in environment_.role_sessions
  base::Oid session_role_ = catalog::kAdminRole;
  base::Oid current_role_ = catalog::kAdminRole;
  base::Oid acting_role_ = base::kInvalidOid;  // whom a SECURITY DEFINER function that runs acts for
  sql::RoutineState routine_state_;
  std::uint64_t role_epoch_ = 0;  // parameters' epoch to which the two belong
  // Every role whose name the parameters role and session_authorization have borne: they may return to it.
  std::map<std::string, base::Oid, std::less<>> known_roles_;
  std::string database_ = "postgres";
  class Parameters parameters_;
  base::SeededRandom seeded_random_{environment_.random};  // of random()
  sequence::SessionSequences sequences_;
  std::atomic<bool> cancel_requested_{false};
  std::atomic<bool> shutdown_requested_{false};

  // The open transaction.
  std::unique_ptr<txn::Transaction> transaction_;
  std::unique_ptr<catalog::CatalogEditor> editor_;  // once the transaction has changed descriptors
  catalog::CatalogPtr catalog_;                     // what the running statement sees
  kv::Revision catalog_revision_ = 0;               // of catalog_, while no DDL is pending
  std::vector<std::pair<base::Oid, std::uint64_t>> forget_after_commit_;
  sql::DeferredConstraints deferred_constraints_;
  std::set<base::Oid> counted_in_transaction_;  // sequences whose counter this transaction began
  std::vector<Savepoint> savepoints_;
  sql::RowMoves row_moves_;        // while there are cursors
  bool commit_requested_ = false;  // COMMIT was said
  std::optional<bool> chained_;    // with AND CHAIN: whether the next transaction is read-only
  mutable std::optional<std::int64_t> transaction_number_;
  mutable std::optional<types::Snapshot> transaction_snapshot_;
  mutable std::optional<types::Uuid> session_uuid_;
  bool in_block_ = false;
  bool failed_ = false;
  bool read_only_ = false;
  bool default_read_only_ = false;
  bool made_ddl_ = false;
  bool made_dml_ = false;
  bool executed_ = false;  // the open transaction has seen an Execute to its end
  bool submitted_job_ = false;

  // The commit under way.
  std::atomic<bool> commit_turn_{
      false};  // set by the first of the two that meet: the callback and the session
  kv::CommitResult commit_result_;

  // The current message.
  Stage stage_ = Stage::kBegin;
  Copying copying_ = Copying::kNo;
  bool copy_extended_ = false;  // the COPY came by Execute
  bool skip_until_sync_ = false;
  bool may_block_ = false;
  bool claimed_ = false;
  bool to_pool_ = false;
  bool call_begun_ = false;
  bool fills_index_ = false;   // the statement is a CREATE INDEX that commits alone
  bool build_by_job_ = false;  // it was too much for one commit
  int attempts_ = 0;
  bool script_ = false;                             // inside a simple query of several statements
  base::Oid temporary_schema_ = base::kInvalidOid;  // may be gone, by ROLLBACK or DROP
  bool commits_alone_ = false;  // the statement is followed by its own commit, before anything is answered
  bool latest_wanted_ = false;  // a run with a recent state has failed
  catalog::CatalogPtr epoch_catalog_;  // by which CheckEpoch judges the running statement
  std::uint64_t reported_epoch_ = 0;
  std::vector<types::Row> collected_;  // rows of a short statement, until its commit is known
  std::string tag_;
  bool streamed_ = false;         // rows of the statement have gone out
  bool statement_begun_ = false;  // sequences_ knows of the statement
  std::int64_t statement_micros_ = 0;
  std::int64_t statement_deadline_micros_ = 0;  // on the boot clock; 0 for none

  std::map<std::string, PreparedPtr, std::less<>> statements_;
  // Shared with portal_ while one runs, since the end of a transaction drops all portals.
  std::map<std::string, std::shared_ptr<Portal>, std::less<>> portals_;
  PreparedPtr unnamed_statement_;
  std::shared_ptr<Portal> unnamed_portal_;
  std::shared_ptr<Portal> portal_;                                 // that the current message runs
  std::map<std::string, PreparedPtr, std::less<>> plans_by_text_;  // of simple queries, at most kPlansMax
};

class SessionFactory final : public EndpointFactory {
 public:
  explicit SessionFactory(Environment environment) : environment_(environment) {}
  std::unique_ptr<Endpoint> Make(std::function<void()> resume, std::int32_t backend_id) override {
    return std::make_unique<Session>(environment_, std::move(resume), backend_id);
  }

 private:
  const Environment environment_;
};

}  // namespace ordinal::session
