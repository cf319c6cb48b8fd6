// Writes rows of one table together with their index entries, guards and markers. For INSERT, UPDATE, DELETE,
// COPY and index builds.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "sql/exec/row_ids.h"
#include "sql/exec/row_moves.h"
#include "sql/exec/session_services.h"
#include "sql/exec/table_layout.h"
#include "txn/transaction.h"
#include "types/settings.h"

namespace ordinal::sql {

struct WriterEnvironment {
  txn::Transaction& transaction;
  const catalog::Catalog& catalog;
  const types::Settings& settings;
  RowIdSource& row_ids;
  SizeLimits limits;
  EvalContext& evaluation;    // for the conditions of partial indexes
  RowMoves* moves = nullptr;  // where changes of keys are noted; null where nobody asks
};

// Serves one statement; used by one thread. Rows have one slot for each entry of table->columns. The first
// write guards the table's descriptor, so that the commit fails when DDL changed the table.
//
// Errors of all writes: 23505 with DETAIL and the constraint's name, 54000 for sizes and for the row limit.
class TableWriter {
 public:
  TableWriter(std::shared_ptr<const TableLayout> layout, WriterEnvironment environment);

  struct Conflict {
    std::size_t index = 0;      // into the layout's indexes
    std::string row_key;        // of the row that is there
    bool in_statement = false;  // written by the running statement
  };
  // Looks for a row whose unique key equals that of `row`: in index `only`, or in any when it is kInvalidOid.
  std::optional<Conflict> FindConflict(const types::Row& row, base::Oid only = base::kInvalidOid);

  // As FindConflict for the keys that an update of this row changes. REQUIRES Withdraw of the row.
  std::optional<Conflict> FindConflictOfUpdate(const types::Row& old_row, const std::string& row_key,
                                               const types::Row& new_row);

  // Throws 23502 for a NULL in a NOT NULL column.
  void CheckNotNull(const types::Row& row) const;

  // Adds a row, and tells its key to who asks. REQUIRES CheckNotNull.
  void Insert(const types::Row& row, std::string* told_key = nullptr);
  void Delete(const types::Row& row, const std::string& row_key);

  // An update is the withdrawal of the old row, then the writing of the new one. So that keys may change
  // places, other rows may be withdrawn between the two.
  void Withdraw(const types::Row& old_row, const std::string& row_key, const types::Row& new_row);
  void WriteUpdated(const types::Row& old_row, const std::string& row_key, const types::Row& new_row);

  // Adds the entry of one index for a row that exists: index builds.
  void AddEntry(std::size_t index, const types::Row& row, std::string_view row_key);

  // Reads a row by its key, as of before the statement; false when it is gone.
  bool Read(const std::string& row_key, types::Row& row);
  // The key of a row; REQUIRES a table with a primary key.
  std::string RowKeyOf(const types::Row& row) const;

  // "Failing row contains (1, null)."
  std::string DescribeRow(const types::Row& row) const;
  // Throws 23514 for the named CHECK constraint.
  [[noreturn]] void ThrowCheckViolation(const types::Row& row, const std::string& constraint) const;
  // Throws 44000 for the check option of the named view. Who may not read the table is shown the columns that
  // he may, and those that the statement said.
  [[noreturn]] void ThrowViewCheckViolation(const types::Row& row, const std::string& view,
                                            const std::set<std::size_t>& said) const;

  const TableLayout& layout() const { return *layout_; }

 private:
  std::string ShowValue(const types::Row& row, std::size_t position) const;
  std::string DescribeVisible(const types::Row& row, const std::set<std::size_t>& said) const;

  // Remembers what is known about the keys of one unique index: a cursor between two neighbouring keys.
  struct Probe {
    std::unique_ptr<kv::Cursor> cursor;
    bool used = false;
    bool knows_gap = false;
    bool gap_is_open = false;  // the gap reaches to the end of the index
    std::string gap_begin;
    std::string gap_end;
  };

  // Returns the value stored under `key`, or nullopt; tells whether the running statement wrote it.
  std::optional<std::string> Lookup(std::size_t index, const std::string& key, bool& in_statement);
  // Sets `key` to the entry of `row`; returns true when no other row may have the same.
  bool Holds(const IndexLayout& index, const types::Row& row) const {
    return index.Holds(row, environment_.evaluation);
  }
  bool EncodeEntry(const IndexLayout& index, const types::Row& row, std::string_view row_key,
                   std::string& key) const;
  void InsertEntry(std::size_t index, const types::Row& row, std::string_view row_key);
  // Of an index that a job fills: rows may lack their entries, and of rows with equal keys one has the entry.
  void WithdrawFromUnfinished(const IndexLayout& index, const types::Row& row, const std::string& row_key);
  void CompleteUnfinished(std::size_t index, const types::Row& row, const std::string& row_key);
  void RenewIncluded(std::size_t index, const types::Row& old_row, const types::Row& new_row,
                     const std::string& row_key);
  void PutRow(const types::Row& row, std::string row_key, bool guard_absent);
  void GuardDescriptor();
  void CheckKeySize(std::string_view key) const;
  void CheckColumnSizes(const types::Row& row) const;
  std::string SchemaName() const;
  [[noreturn]] void ThrowDuplicate(std::size_t index, const types::Row& row) const;

  std::shared_ptr<const TableLayout> layout_;
  WriterEnvironment environment_;
  std::vector<Probe> probes_;
  std::optional<keys::RowDecoder> decoder_;
  bool descriptor_guarded_ = false;
  std::string key_;  // buffers
  std::string old_key_;
};

}  // namespace ordinal::sql
