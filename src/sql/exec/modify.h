// Runs INSERT, UPDATE and DELETE. Private to the room.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "sql/exec/operator.h"
#include "sql/exec/table_writer.h"

namespace ordinal::sql {

// One run of a modification, row by row: a row is computed, judged, written and returned before the next one
// is looked for, as in PostgreSQL, so that both draw the same values in the same order.
class ModifyRun {
 public:
  ModifyRun(const PlannedModify& modify, ExecState& state);
  ModifyRun(const ModifyRun&) = delete;
  ModifyRun& operator=(const ModifyRun&) = delete;

  // Gives the next row of RETURNING; false at the end. Without RETURNING the first call runs to the end.
  bool Next(Row& returned);
  // INSERT of one row of expressions: inserts it for the parameters of the context, which differ from call to
  // call, unless `where` says no to the row. Finish ends the statement.
  void InsertOneMore(const Expression* where);
  void Finish();
  std::uint64_t count() const { return count_; }

 private:
  // A row of the table that UPDATE or DELETE found.
  struct Target {
    std::string row_key;
    Row row;  // of `from`; the table's columns first
  };
  // An update whose new key belongs to a row that the statement will still change.
  struct Deferred {
    std::string row_key;
    Row old_row;
    Row new_row;
  };

  bool NextInput();
  // These take one row of the input; false when it gives no row.
  bool InsertOne(const Expression* where = nullptr);
  bool UpdateConflicting(const TableWriter::Conflict& conflict);
  bool UpdateOne();
  bool DeleteOne();
  void CheckConflict(const TableWriter::Conflict& conflict);
  void WriteDeferred();
  void NoteUpdate(const Row& old_row, const std::string& row_key, const Row& new_row);
  // Computes assignments over `row` into `to`. Subqueries of SET append their slots to `row`.
  void Assign(const std::vector<Assignment>& assignments, Row& row, Row& to);
  void ComputeGenerated(Row& row);
  void CheckRow(const Row& row);
  // Judges a row that is written by what the views ask that the statement went through.
  void CheckViews(const Row& row);
  void Count();

  const PlannedModify& plan_;
  const BoundModify& bound_;
  ExecState& state_;
  ExecContext& context_;
  std::size_t width_;
  TableWriter writer_;
  ForeignKeys* foreign_keys_ = nullptr;  // null when none concerns the table
  OperatorPtr input_;
  base::Oid identity_ = base::kInvalidOid;  // the sequence whose values INSERT records
  std::string key_;                         // UPDATE, DELETE: of the current row
  Row source_;                              // the current row of the input
  Row row_;                                 // what RETURNING reads
  Row updated_;                             // UPDATE: the new row
  std::vector<Assignment> generated_;       // columns that are computed from the new row
  bool begun_ = false;
  bool done_ = false;
  bool may_repeat_ = false;   // one row of the table may come several times
  bool may_collide_ = false;  // a unique column is assigned
  absl::flat_hash_set<std::string> seen_;
  std::deque<Target> ahead_;  // rows found while looking for the owner of a key
  std::vector<Deferred> deferred_;
  std::uint64_t count_ = 0;
};

}  // namespace ordinal::sql
