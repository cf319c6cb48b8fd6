// Keeps foreign keys: notes what a statement did to rows that refer or are referred to, and at its end
// checks, and does what ON DELETE and ON UPDATE say (PostgreSQL 15, section 5.4.5 and CREATE TABLE).
//
// Events run in the order in which rows changed, for each row in the order of its constraints, after all rows
// of the statement. What an action changes is queued behind them. Everything happens in the transaction of
// the statement; rows found are locked by the rules of row_locks.h, so that of a check and a concurrent
// change of the row that it found, the later commit fails.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "sql/exec/deferred_constraints.h"
#include "sql/exec/exec_context.h"
#include "sql/exec/foreign_key_layout.h"
#include "sql/exec/table_writer.h"

namespace ordinal::sql {

using types::Row;

// Belongs to one statement, or to the end of one transaction; used by one thread.
class ForeignKeys {
 public:
  // `only_inserts`: nothing but Inserted will be called, so that one check serves all rows that refer to one.
  explicit ForeignKeys(ExecContext& context, bool only_inserts = false);
  ForeignKeys(const ForeignKeys&) = delete;
  ForeignKeys& operator=(const ForeignKeys&) = delete;

  // True when a foreign key begins or ends at the table.
  static bool Concern(const catalog::TableDescriptor& table, const catalog::Catalog& catalog);

  // These note a change. Rows have one slot for each entry of table->columns.
  void Inserted(const catalog::Catalog::TablePtr& table, const Row& row, const std::string& row_key);
  void Updated(const catalog::Catalog::TablePtr& table, const Row& old_row, const std::string& old_key,
               const Row& new_row, const std::string& new_key);
  void Deleted(const catalog::Catalog::TablePtr& table, const Row& row);

  // Runs what is not deferred. Makes the statement's writes visible to what reads after it. Errors: 23503,
  // and all that writing rows throws.
  void Finish();
  // Runs the deferred events of the transaction: all of them (its end), or those whose constraints are not
  // deferred any more (SET CONSTRAINTS).
  void RunDeferred(bool all);

 private:
  struct Event {
    ForeignKeyEventKind kind = ForeignKeyEventKind::kCheck;
    ForeignKeyLayoutPtr link;
    std::string row_key;
    KeyValues old_values;
    KeyValues new_values;
    bool may_be_old = false;  // the row may have changed since
  };
  struct Relations {
    std::vector<ForeignKeyLayoutPtr> outgoing;  // that the table declares
    std::vector<ForeignKeyLayoutPtr> incoming;  // that refer to it
  };
  struct ChildRow {
    std::string key;
    Row row;
  };

  const Relations& Of(const catalog::Catalog::TablePtr& table);
  static ForeignKeyLayoutPtr LinkOf(const catalog::Catalog::TablePtr& child,
                                    const catalog::ForeignKeyDescriptor& key,
                                    const catalog::Catalog& catalog);
  void Add(Event event);
  void RunQueue();
  void Run(Event& event);
  // Shows what has been written to what is read next.
  void Settle();

  // Checks (foreign_keys.cc).
  void Check(Event& event);
  std::optional<std::string> RowUnder(const IndexLayout& index, const std::string& key);
  void ReadAhead();
  bool IsStillProvided(const ForeignKeyLayout& link, const KeyValues& old_values);
  void RefuseIfReferenced(const ForeignKeyLayout& link, const KeyValues& old_values, bool may_be_provided);

  // Actions (foreign_key_actions.cc).
  void Act(const Event& event);
  // Visits the rows of the child that refer to the values, until it says false.
  using ChildVisitor = std::function<bool(ChildRow row)>;
  void VisitChildren(const ForeignKeyLayout& link, const KeyValues& of_parent, const ChildVisitor& visit);
  void SearchChildren(const ForeignKeyLayout& link, const KeyValues& of_parent,
                      const std::optional<KeyValues>& of_child, const ChildVisitor& visit);
  std::vector<ChildRow> ChildrenOf(const ForeignKeyLayout& link, const KeyValues& of_parent);
  void DeleteChildren(const ForeignKeyLayout& link, const KeyValues& of_parent);
  using RowChange = std::function<void(Row& row)>;
  void ChangeChildren(const ForeignKeyLayout& link, const KeyValues& of_parent, const RowChange& change);
  void SetChildren(const Event& event, bool to_default);
  void UpdateChildren(const Event& event);
  Value DefaultOf(const catalog::ColumnDescriptor& column);
  TableWriter WriterOf(const ForeignKeyLayout& link);

  ExecContext& context_;
  txn::Transaction& transaction_;
  DeferredConstraints& deferred_;
  std::map<base::Oid, Relations> relations_;  // by table
  std::deque<Event> queue_;
  const bool only_inserts_;
  absl::flat_hash_set<std::string> queued_;  // keys that checks in the queue will look for, if only_inserts_
  bool ending_ = false;                      // nothing is deferred any more
  bool unsettled_ = true;                    // the running statement may have written
  bool has_acted_ = false;                   // an action changed rows that an event may speak of
  // What is known to lie under keys of unique indexes, as long as nothing is written.
  absl::flat_hash_map<std::string, std::optional<std::string>> known_;
};

}  // namespace ordinal::sql
