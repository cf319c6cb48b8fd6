// Runs DECLARE, FETCH, MOVE and CLOSE. Cursors and the portals of the protocol share their names.
#include <algorithm>
#include <utility>

#include "base/error.h"
#include "session/cursor_run.h"
#include "session/limits.h"
#include "session/session.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// Has reads go to what the transaction had written when the cursor was declared, for as long as it lives.
class Reading {
 public:
  Reading(txn::Transaction* transaction, const Portal& portal)
      : transaction_(portal.execution ? transaction : nullptr) {
    if (transaction_ != nullptr) transaction_->ReadFrom(portal.view);
  }
  ~Reading() {
    if (transaction_ != nullptr) transaction_->ReadFrom(nullptr);
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

 private:
  txn::Transaction* const transaction_;
};

// The tables whose rows the plan knows by their keys, at the time when it gives what came of them: nothing
// that keeps rows, such as a sort, lies above.
std::vector<base::Oid> TracedTables(const sql::PlanNode* node) {
  std::vector<base::Oid> tables;
  for (; node != nullptr; node = node->left.get()) {
    switch (node->kind) {
      case sql::NodeKind::kLockRows:
        for (const sql::RowLock& lock : node->locks) tables.push_back(lock.table->oid);
        break;
      case sql::NodeKind::kProject:
      case sql::NodeKind::kFilter:
      case sql::NodeKind::kLimit:
      case sql::NodeKind::kSubqueryScan:
      case sql::NodeKind::kCteScope:
        break;
      default:
        return tables;
    }
  }
  return tables;
}

// Gives the next row of the cursor's query, and behind it the keys of the rows that it came of.
bool NextTraced(Portal& portal, types::Row& row) {
  if (!portal.execution->Next(row)) return false;
  for (const sql::TracedRow& traced : portal.cursor->traced_rows) {
    row.push_back(types::Value::String(traced.key));
  }
  return true;
}

[[noreturn]] void ThrowCursorState(const std::string& cursor, const std::string& what) {
  throw Error(sqlstate::kInvalidCursorState, "cursor \"" + cursor + "\" " + what);
}

}  // namespace

void Session::RunDeclare(Portal& portal) {
  const sql::DeclareParts& parts = portal.prepared->declare;
  if (!in_block_ && !parts.hold) {
    throw Error(sqlstate::kNoActiveSqlTransaction, "DECLARE CURSOR can only be used in transaction blocks");
  }
  if (portals_.contains(parts.name)) {
    throw Error(sqlstate::kDuplicateCursor, "cursor \"" + parts.name + "\" already exists");
  }
  if (portals_.size() >= kStatementsMax)
    throw Error(sqlstate::kConfigurationLimitExceeded, "too many portals");
  StartStatement();
  SettleState(*portal.prepared);
  if (portal.prepared->denial) throw *portal.prepared->denial;
  auto opened = std::make_shared<Portal>();
  opened->prepared = portal.prepared;
  opened->parameters = portal.parameters;
  for (const sql::OutputColumn& output : portal.prepared->plan->outputs) {
    opened->columns.push_back({output.name, output.table, output.attribute, output.type,
                               static_cast<std::int16_t>(parts.binary ? 1 : 0)});
  }
  opened->context = std::make_unique<sql::ExecContext>(static_cast<sql::SessionServices&>(*this), catalog_,
                                                       *transaction_, statement_micros_);
  opened->context->session_settings = &parameters_.settings();
  opened->execution = std::make_unique<sql::Execution>(*portal.prepared->plan, *opened->context,
                                                       *transaction_, opened->parameters);
  opened->view = transaction_->TakeView();
  Portal* const source = opened.get();
  opened->cursor.reset(new OpenCursor{
      .cursor = Cursor([source](types::Row& row) { return NextTraced(*source, row); }, parts.scroll, *this),
      .statement = portal.prepared->text,
      .traced_tables = {},
      .declared = row_moves_.now(),
      .traced_rows = {},
      .row_keys = {},
      .binary = parts.binary,
      .hold = parts.hold,
      .created_micros = statement_micros_});
  opened->cursor->traced_tables = TracedTables(portal.prepared->plan->query.get());
  opened->context->traced_rows = &opened->cursor->traced_rows;
  if (!in_block_) HoldCursor(*opened);
  portals_.emplace(parts.name, std::move(opened));
  tag_ = "DECLARE CURSOR";
}

void Session::DescribeFetch(Prepared& prepared) const {
  const auto found = portals_.find(prepared.fetch.name);
  if (prepared.fetch.move || found == portals_.end() || !found->second->cursor) return;
  prepared.columns = found->second->columns;
  prepared.fetches_rows = true;
}

void Session::BeginFetch(Portal& portal) {
  StartStatement();
  CurrentCatalog();
  const sql::FetchParts& parts = portal.prepared->fetch;
  const auto found = portals_.find(parts.name);
  if (found == portals_.end() || !found->second->cursor) {
    throw Error(sqlstate::kInvalidCursorName, "cursor \"" + parts.name + "\" does not exist");
  }
  const std::shared_ptr<Portal> of = found->second;
  if (of->cursor->failed) {
    throw Error(sqlstate::kObjectNotInPrerequisiteState, "portal \"" + parts.name + "\" cannot be run");
  }
  if (!parts.move && portal.columns.size() != of->columns.size()) {
    throw Error(sqlstate::kFeatureNotSupported, "cached plan must not change result type");
  }
  for (std::size_t i = 0; i < portal.columns.size(); ++i) {
    const std::int16_t format = portal.columns[i].format;
    portal.columns[i] = of->columns[i];
    if (format != 0) portal.columns[i].format = format;
  }
  if (!statement_begun_) sequences_.BeginStatement();
  statement_begun_ = true;
  portal.context = std::make_unique<sql::ExecContext>(static_cast<sql::SessionServices&>(*this), catalog_,
                                                      *transaction_, statement_micros_);
  portal.context->session_settings = &parameters_.settings();
  portal.fetch.reset(new FetchRun{of, {}, parts.move});
  of->cursor->failed = true;  // until the FETCH has gone well
  const Reading reading(transaction_.get(), *of);
  portal.fetch->walk = of->cursor->cursor.Begin(parts);
  if (!of->cursor->cursor.on_row()) of->cursor->row_keys.clear();
}

std::optional<StepResult> Session::RunFetch(Portal& portal, std::int32_t row_limit, ResultSink& sink,
                                            Place place, bool describe) {
  if (place == Place::kLoop) return StepResult::kNeedPool;
  if (!portal.started) {
    BeginFetch(portal);
    portal.started = true;
    if (describe && portal.GivesRows()) sink.RowDescription(portal.columns);
  }
  FetchRun& fetch = *portal.fetch;
  Portal& of = *fetch.of;
  of.cursor->failed = true;
  const Reading reading(transaction_.get(), of);
  types::Row row;
  while (row_limit == 0 || portal.rows_in_fetch < static_cast<std::uint64_t>(row_limit)) {
    portal.done = !of.cursor->cursor.Step(fetch.walk, row);
    if (!of.cursor->cursor.on_row()) of.cursor->row_keys.clear();
    if (portal.done) break;
    const auto keys = row.end() - static_cast<std::ptrdiff_t>(of.cursor->traced_rows.size());
    of.cursor->row_keys.assign(keys, row.end());
    row.erase(keys, row.end());
    ++portal.rows_in_fetch;
    if (++portal.rows_sent % kRowsBetweenChecks == 0) CheckCanceled();
    if (fetch.move) continue;
    PrintNames(row, portal);
    sink.DataRow(row, portal.columns, parameters_.settings());
    streamed_ = true;
    if (sink.BufferedBytes() > kOutputBytesMax) return StepResult::kNeedDrain;
  }
  of.cursor->failed = false;
  tag_ = (fetch.move ? "MOVE " : "FETCH ") + std::to_string(portal.rows_in_fetch);
  if (portal.done) portal.fetch.reset();
  return std::nullopt;
}

void Session::CloseCursor(const std::string& name) {
  if (name.empty()) {
    std::erase_if(portals_, [](const auto& entry) { return entry.second->cursor != nullptr; });
  } else if (portals_.erase(name) == 0) {
    throw Error(sqlstate::kInvalidCursorName, "cursor \"" + name + "\" does not exist");
  }
}

// As PostgreSQL's WHERE CURRENT OF judges them: where a query locks rows, it is by those that a row is found.
std::string Session::RowOfCursor(const std::string& name, base::Oid table) {
  const auto found = portals_.find(name);
  if (found == portals_.end()) {
    throw Error(sqlstate::kInvalidCursorName, "cursor \"" + name + "\" does not exist");
  }
  const Portal& portal = *found->second;
  if (!portal.cursor) ThrowCursorState(name, "is not a SELECT query");
  const OpenCursor& cursor = *portal.cursor;
  if (cursor.cursor.held()) ThrowCursorState(name, "is held from a previous transaction");
  const bool locks = !portal.prepared->plan->locking.empty();
  const auto known = std::count(cursor.traced_tables.begin(), cursor.traced_tables.end(), table);
  const auto all = std::count_if(cursor.traced_rows.begin(), cursor.traced_rows.end(),
                                 [table](const sql::TracedRow& row) { return row.table == table; });
  const auto count = known == 0 ? 0 : std::max(known, all);
  if (count != 1) {
    const std::string of = " table \"" + catalog_->RelationByOid(table).table->name + "\"";
    if (!locks) ThrowCursorState(name, "is not a simply updatable scan of" + of);
    ThrowCursorState(name, count == 0 ? "does not have a FOR UPDATE/SHARE reference to" + of
                                      : "has multiple FOR UPDATE/SHARE references to" + of);
  }
  if (!cursor.cursor.on_row()) ThrowCursorState(name, "is not positioned on a row");
  for (std::size_t i = 0; i < cursor.row_keys.size(); ++i) {
    if (cursor.traced_rows[i].table != table) continue;
    return row_moves_.Follow(table, std::string(cursor.row_keys[i].AsString()), cursor.declared);
  }
  return {};
}

sql::RowMoves* Session::row_moves() {
  const bool wanted = std::any_of(portals_.begin(), portals_.end(), [](const auto& entry) {
    const OpenCursor* cursor = entry.second->cursor.get();
    return cursor != nullptr && !cursor->traced_tables.empty() && !cursor->cursor.held();
  });
  return wanted ? &row_moves_ : nullptr;
}

bool Session::HasCursorsToHold() const {
  for (const auto& [name, portal] : portals_) {
    if (portal->cursor && portal->cursor->hold && !portal->cursor->cursor.held()) return true;
  }
  return false;
}

void Session::HoldCursor(Portal& portal) {
  {
    const Reading reading(transaction_.get(), portal);
    portal.cursor->cursor.Hold();
  }
  portal.execution.reset();
  portal.context.reset();
  portal.view.reset();
}

void Session::HoldCursors() {
  for (auto& [name, portal] : portals_) {
    if (portal->cursor && portal->cursor->hold && !portal->cursor->cursor.held()) HoldCursor(*portal);
  }
}

// All portals end with their transaction, except for cursors that were held in time.
void Session::EndPortals(bool committed) {
  row_moves_.Truncate(0);
  std::erase_if(portals_, [committed](const auto& entry) {
    const OpenCursor* cursor = entry.second->cursor.get();
    return cursor == nullptr || !cursor->cursor.held() || !(committed || cursor->lasting);
  });
  for (auto& [name, portal] : portals_) portal->cursor->lasting = true;
}

}  // namespace ordinal::session
