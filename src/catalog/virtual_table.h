// Defines relations whose rows are computed: pg_catalog, information_schema and sys.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "types/transaction_id.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::catalog {

// What a sequence's counter says, for pg_sequences and `SELECT * FROM s`.
struct SequenceState {
  std::int64_t last_value = 0;
  std::int64_t log_count = 0;  // values persisted ahead of last_value
  bool is_called = false;
};

// A node of the cluster, for sys.nodes. Times are microseconds since 1970 on the node's own clock.
struct NodeState {
  std::int64_t id = 0;
  std::string address;
  std::string version;
  std::int64_t started_micros = 0;
  std::int64_t heartbeat_micros = 0;
};

// A piece of background work, for sys.jobs. Times are microseconds since 1970.
struct JobState {
  std::string id;
  std::string status;
  std::string details;  // empty for none
  std::string type;
  Oid class_id = 0;
  Oid object_id = 0;
  std::string object_name;
  std::int64_t started_micros = 0;
  std::int64_t updated_micros = 0;
};

// Times are in microseconds since 2000-01-01 UTC.
struct CursorState {
  std::string name;
  std::string statement;
  bool holds = false;
  bool binary = false;
  bool scrolls = false;
  std::int64_t created_micros = 0;
};

struct PreparedStatementState {
  std::string name;
  std::string statement;
  std::int64_t prepared_micros = 0;
  std::vector<types::TypeId> parameters;
  bool by_sql = false;
};

enum class TransactionOutcome : std::uint8_t { kInProgress, kCommitted, kAborted };

// What a virtual table may ask about the session and the node that read it.
class SessionView {
 public:
  virtual ~SessionView() = default;
  virtual const Catalog& catalog() const = 0;
  virtual std::string user_name() const = 0;
  virtual Oid current_role() const { return kAdminRole; }
  virtual std::string database_name() const = 0;
  virtual std::int32_t backend_id() const = 0;
  // The text that the client sent and that runs now.
  virtual std::string current_query() const { return {}; }
  // Random, and the same as long as the session lives.
  virtual types::Uuid session_uuid() const { return {}; }
  // Numbers the open transaction, higher than all that this process numbered before. It has no number until
  // somebody asks with `assign`.
  virtual std::optional<std::int64_t> TransactionNumber(bool assign) const {
    (void)assign;
    return std::nullopt;
  }
  // What became of the transaction that this process numbered so; nullopt when that is not known any more.
  virtual std::optional<TransactionOutcome> OutcomeOf(std::int64_t number) const {
    (void)number;
    return std::nullopt;
  }
  // Which of the numbered transactions had ended when the open one first asked.
  virtual types::Snapshot TransactionSnapshot() const { return {}; }
  // The schema of the session's temporary objects; kInvalidOid while it has none.
  virtual Oid temporary_schema() const { return base::kInvalidOid; }
  // Reads many counters at the price of one, in order. A sequence that is being altered reads as one without
  // a value.
  virtual std::vector<SequenceState> ReadSequences(
      std::span<const SequenceDescriptor* const> sequences) const = 0;
  SequenceState ReadSequence(const SequenceDescriptor& sequence) const {
    const SequenceDescriptor* const one = &sequence;
    return ReadSequences({&one, 1}).front();
  }
  // Prints a stored expression as SQL, with the names of today.
  virtual std::string DeparseExpression(const std::string& serialized,
                                        const TableDescriptor* table) const = 0;
  // Prints a view's query as SQL, with the names of today.
  virtual std::string ShowView(const ViewDescriptor& view) const = 0;
  // Prints the statement that would make an index.
  virtual std::string ShowIndex(const TableDescriptor& table, const IndexDescriptor& index) const = 0;
  // What the store has counted since this process started.
  virtual kv::Engine::Statistics StoreStatistics() const = 0;
  // All live nodes; none where one process owns the store.
  virtual std::vector<NodeState> Nodes() const = 0;
  // Background work that is under way, or ended not long ago.
  virtual std::vector<JobState> Jobs() const = 0;
  virtual std::vector<CursorState> Cursors() const = 0;
  virtual std::vector<PreparedStatementState> PreparedStatements() const = 0;
  // Name and value of every parameter that SHOW ALL lists.
  virtual std::vector<std::pair<std::string, std::string>> Parameters() const = 0;
};

using RowSink = std::function<void(types::Row row)>;

class VirtualTable {
 public:
  struct Column {
    std::string name;
    types::Type type;
  };
  virtual ~VirtualTable() = default;
  virtual Oid oid() const = 0;
  virtual Oid schema() const = 0;
  virtual const std::string& name() const = 0;
  virtual const std::vector<Column>& columns() const = 0;
  // Emits every row, each with one value for each column.
  virtual void Rows(const SessionView& session, const RowSink& sink) const = 0;
};

}  // namespace ordinal::catalog
