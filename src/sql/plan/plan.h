// Defines planned statements: how each source is reached, in which order operators run, and what the session
// must know before it runs them. The input of sql/exec. A plan is immutable once made, so that executions may
// share it.
//
// Rows. All nodes of one query level below its projection work on one flat row (see sql/bind/bound.h): each
// source fills its own slots. kProject, kAggregate and kSubqueryScan own the row of the level below them,
// whose width is the child's `row_width`. A subquery in FROM sees the enclosing
// queries of the level around it, never that level's own row.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/bind/bound.h"
#include "sql/expr/eval_context.h"

namespace ordinal::sql {

enum class NodeKind : std::uint8_t {
  kOneRow,     // one row without a column
  kValues,     // rows of expressions
  kTableScan,  // `access` says how
  kVirtualScan,
  kSequenceScan,
  kFunctionScan,
  kSubqueryScan,  // left: the plan of the subquery
  kCteScan,
  kNestedLoop,   // left, right; kInner or kLeft
  kHashJoin,     // left, right; keeps the rows of `right` by their keys
  kMergeJoin,    // left, right; both come in the order of their keys; kInner or kLeft
  kMaterialize,  // keeps what `left` gave, for a second pass
  kFilter,
  kAggregate,
  kWindow,      // left gives rows in order of partition and keys; fills the slots of its calls
  kDistinctOn,  // of rows that lie together and have equal `sort_keys`, the first
  kProjectSet,  // appends the values of set-returning functions
  kProject,
  kSort,
  kDistinct,
  kLockRows,  // locks the rows that it passes up, by `locks`
  kLimit,
  kCteScope,      // begins the queries of WITH in `scoped_ctes` anew each time that it is opened
  kSetOperation,  // left, right
};

enum class AccessKind : std::uint8_t { kFull, kPoints, kRange };

// Says which rows of a table a scan visits, and by which index. Key expressions are evaluated over the flat
// row when the scan begins, so on the inner side of a nested loop they may read the outer side's slots. A key
// that is NULL selects nothing.
struct Access {
  AccessKind kind = AccessKind::kFull;
  int index =
      -1;  // into table->indexes; -1: the rows themselves, in order of the primary key or hidden row id
  std::vector<ExprPtr> equal;  // kPoints, kRange: one for each leading key column
  // Alternatives for the column after `equal`; an array stands for its elements. A kRange has a range for
  // each.
  std::vector<ExprPtr> any_of;
  bool may_be_many = false;  // nobody knows how many; beyond some the scan reads all rows instead
  // kRange without alternatives: bounds of the column after `equal`; null when open.
  ExprPtr lower;
  ExprPtr upper;
  bool lower_inclusive = false;
  bool upper_inclusive = false;
  bool backward = false;
  std::string current_of;   // kPoints: the row that this cursor stands on, and nothing else
  bool index_only = false;  // kRange: the entries of the index hold all columns that are needed
};

struct PlanNode;
using PlanPtr = std::unique_ptr<PlanNode>;

struct PlanSortKey {
  ExprPtr expression;
  bool descending = false;
  bool nulls_first = false;
};

struct PlanNode {
  NodeKind kind = NodeKind::kOneRow;
  int row_width = 0;  // slots of the rows that the node passes up
  int offset = 0;     // sources: first slot filled
  int width = 0;      // sources: slots filled
  PlanPtr left;
  PlanPtr right;

  // Sources: what the text calls them and their first columns; for EXPLAIN.
  std::string alias;
  std::vector<std::string> column_names;
  catalog::Catalog::TablePtr table;
  Access access;
  std::vector<bool> needed;  // kTableScan: by column, whether anything reads it
  int key_slot = -1;         // kTableScan: where the key of the row goes; -1: nowhere
  std::vector<RowLock> locks;
  const catalog::VirtualTable* virtual_table = nullptr;
  catalog::Catalog::SequencePtr sequence;
  bool ordinality = false;  // kFunctionScan: a last slot numbers the rows
  int cte = -1;
  bool is_work_table = false;  // kCteScan: gives the rows of the last step
  std::vector<int> scoped_ctes;
  bool lateral = false;  // kSubqueryScan: sees the row of its level
  JoinKind join = JoinKind::kInner;
  std::vector<int> inner_slots;  // of joins: what is read of `right`; NULL without a match
  std::vector<int> outer_slots;  // kHashJoin: of `left`

  ExprPtr condition;  // kFilter, kNestedLoop
  ExprPtr gate;       // kFilter: decides once, before the first row; may be all there is
  // kProject: targets; kProjectSet, kFunctionScan: calls; kAggregate: group keys; joins by key: keys of
  // `left`
  std::vector<ExprPtr> expressions;
  std::vector<ExprPtr> inner_keys;              // joins by key: of `right`, each of the type of its partner
  std::vector<std::vector<int>> grouping_sets;  // kAggregate; see BoundQuery
  std::vector<std::vector<int>> groupings;
  std::vector<BoundAggregate> aggregates;
  std::vector<std::vector<ExprPtr>> values;  // kValues
  std::vector<PlanSortKey> sort_keys;
  std::vector<Type> types;  // of the rows: kDistinct, kSetOperation
  std::unique_ptr<BoundWindow> window;
  std::vector<BoundWindowCall> window_calls;
  ExprPtr limit;
  ExprPtr offset_rows;
  bool with_ties = false;  // kLimit: rows that `sort_keys` do not tell from the last one follow it
  SetOperation set_operation = SetOperation::kNone;
  bool set_all = false;
};

// INSERT, UPDATE or DELETE. `bound` keeps everything but its source.
struct PlannedModify {
  std::unique_ptr<BoundModify> bound;
  // INSERT: the rows to insert, null for one row of expressions. UPDATE, DELETE: flat rows, the table's
  // first.
  PlanPtr input;
};

// Neither query nor modification: the CTE became a subquery of FROM.
struct PlannedCte {
  std::string name;
  PlanPtr query;
  std::unique_ptr<PlannedModify> modify;
  std::vector<OutputColumn> outputs;
  PlanPtr recursive;  // WITH RECURSIVE: what follows `query`; its work table is what the last step gave
  bool union_all = false;
};

struct PlannedSubquery {
  PlanPtr plan;
  bool correlated = false;  // reads a row of an enclosing query, and so runs anew for every row
  // Of EXISTS and IN: not anew, but once. The answer for an enclosing row is among the rows whose last
  // columns equal these expressions over it.
  std::vector<ExprPtr> keys;
};

struct PlannedStatement {
  PlanPtr query;                          // SELECT, VALUES
  std::unique_ptr<PlannedModify> modify;  // INSERT, UPDATE, DELETE
  std::vector<PlannedCte> ctes;
  std::vector<PlannedSubquery> subqueries;  // by Expression::index
  std::vector<Type> parameters;
  std::vector<OutputColumn> outputs;

  // True when the statement touches a bounded handful of rows, so that it may run on an event loop.
  bool short_plan = false;
  // For short plans, and those that read nothing: how many values of which sequence the statement probably
  // draws. A hint, never a bound.
  std::vector<std::pair<base::Oid, std::int64_t>> foreseen_draws;
  // True when nothing is modified. A read-only plan may still call nextval or setval, which ExecContext
  // refuses in a READ ONLY transaction.
  bool read_only = true;
  // False when the statement looks at nothing that is stored but descriptors that its commit guards and the
  // counters of sequences: an INSERT of given rows, or a SELECT without tables.
  bool reads_store = false;
  bool draws = false;  // calls nextval
  std::vector<base::Oid> written_tables;
  std::string locking;  // see BoundStatement
  std::vector<RelationAccess> accesses;
  // Expressions whose constant parts a run computes for their errors before it does anything else; see
  // simplify.h.
  std::vector<ExprPtr> early;
};

// Plans. `context` computes constants, and need not outlive the call. Errors: 0A000 for a FULL JOIN without
// an equality.
std::unique_ptr<PlannedStatement> Plan(BoundStatement statement, EvalContext& context);

}  // namespace ordinal::sql
