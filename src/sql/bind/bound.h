// Defines bound statements: names resolved to objects, every expression typed. The input of sql/plan.
//
// Inside one query level all FROM items share one flat row: item i occupies the slots from its `offset`. An
// aggregating query computes its targets over the row [group keys, aggregates]; set-returning calls in the
// select list append one slot each.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/virtual_table.h"
#include "sql/bind/access.h"
#include "sql/expr/aggregate.h"
#include "sql/expr/expression.h"
#include "sql/expr/function.h"

namespace ordinal::sql {

struct BoundQuery;
struct BoundModify;

struct OutputColumn {
  std::string name;
  Type type;
  base::Oid table = 0;  // where the column comes from, when it is a plain column
  base::AttributeNumber attribute = 0;
  types::ShapePtr shape = nullptr;  // of rows without a named type
};

enum class SourceKind : std::uint8_t {
  kTable,
  kVirtual,   // a system view
  kSequence,  // SELECT ... FROM a_sequence
  kFunction,  // set-returning or scalar functions in FROM
  kSubquery,
  kCte,
  kJoin,
};

enum class JoinKind : std::uint8_t { kInner, kLeft, kRight, kFull };

// One item of FROM, or a join of two.
struct BoundSource {
  SourceKind kind = SourceKind::kTable;
  int offset = 0;  // first slot
  int width = 0;   // number of slots; of a table that may be locked one more than columns, for the row's key
  catalog::Catalog::TablePtr table;
  catalog::Catalog::StatisticsPtr statistics;  // of the table; null when it was never analyzed
  const catalog::VirtualTable* virtual_table = nullptr;
  catalog::Catalog::SequencePtr sequence;
  std::vector<ExprPtr> functions;        // kFunction: each gives one column; they advance together
  bool ordinality = false;               // kFunction: a last column numbers the rows
  std::unique_ptr<BoundQuery> subquery;  // kSubquery
  bool is_work_table = false;            // kCte: the rows of the last step
  int cte = -1;                          // kCte: index into BoundStatement::ctes
  int cte_level = 0;                 // kCte, correlated: how many queries further in it is read than defined
  JoinKind join = JoinKind::kInner;  // kJoin
  std::unique_ptr<BoundSource> left;
  std::unique_ptr<BoundSource> right;
  ExprPtr condition;
  bool lateral = false;  // kSubquery: its level 1 is the row of this level
  bool renamed = false;  // kJoin: has an alias
  // How the text names it, for printing views.
  std::string alias;                        // empty: by its own name
  std::vector<std::string> column_aliases;  // of its first columns
  std::vector<std::string> using_columns;   // kJoin
  base::Oid view = base::kInvalidOid;       // kSubquery: the view that it stands for
};

struct BoundAggregate {
  const Function* function = nullptr;
  std::vector<ExprPtr> args;  // those of the function, then the keys of ORDER BY that are not among them
  AggregateUse use;
  ExprPtr filter;
};

struct SortKey {
  ExprPtr expression;  // over the row below the projection; null when `output` says which target
  int output = -1;
  bool descending = false;
  bool nulls_first = false;
};

enum class FrameMode : std::uint8_t { kRows, kRange, kGroups };
enum class FrameBound : std::uint8_t {
  kUnboundedPreceding,
  kPreceding,
  kCurrentRow,
  kFollowing,
  kUnboundedFollowing
};
enum class FrameExclusion : std::uint8_t { kNone, kCurrentRow, kGroup, kTies };

struct WindowFrame {
  FrameMode mode = FrameMode::kRange;
  FrameBound start = FrameBound::kUnboundedPreceding;
  FrameBound end = FrameBound::kCurrentRow;
  FrameExclusion exclusion = FrameExclusion::kNone;
  ExprPtr start_offset;  // of kPreceding and kFollowing; reads no row
  ExprPtr end_offset;
  // kRange: over [value of the key, offset], the value at the bound; `compared` brings values to its type.
  ExprPtr start_limit;
  ExprPtr end_limit;
  ExprPtr compared;
};

struct BoundWindow {
  std::vector<ExprPtr> partition;
  std::vector<SortKey> order;
  WindowFrame frame;
};

// A window function, or an aggregate over a window.
struct BoundWindowCall {
  const Function* function = nullptr;
  int window = 0;  // index into BoundQuery::windows
  int slot = 0;
  std::vector<ExprPtr> args;
  AggregateUse use;
  ExprPtr filter;
};

// The weaker locks of PostgreSQL between the two are taken as kUpdate: see docs/decisions/0010.
// kNone locks nothing: a cursor knows its rows by it, for WHERE CURRENT OF.
enum class RowLockKind : std::uint8_t { kNone, kKeyShare, kUpdate };

// FOR UPDATE and the like of one table of FROM.
struct RowLock {
  RowLockKind kind = RowLockKind::kUpdate;
  catalog::Catalog::TablePtr table;
  int slot = 0;  // where the scan leaves the key of the row
};

enum class SetOperation : std::uint8_t { kNone, kUnion, kIntersect, kExcept };

struct BoundQuery {
  std::unique_ptr<BoundSource> from;         // null: one empty row
  std::vector<std::vector<ExprPtr>> values;  // a VALUES list instead of FROM; the targets are its columns
  bool is_values = false;
  ExprPtr where;
  bool aggregated = false;
  std::vector<ExprPtr> group_keys;
  std::size_t dependent_keys = 0;  // the last of `group_keys`, which others decide
  std::vector<BoundAggregate> aggregates;
  std::vector<std::vector<int>> grouping_sets;  // which keys each groups by; empty: one set of all keys
  std::vector<std::vector<int>> groupings;      // calls of GROUPING; their slots follow the aggregates
  ExprPtr having;
  std::vector<BoundWindow> windows;
  std::vector<BoundWindowCall> window_calls;  // their slots follow the input row
  std::vector<ExprPtr> series;  // set-returning calls of the select list; slots follow the input row
  int input_width = 0;          // slots before `series`
  std::vector<ExprPtr> targets;
  std::vector<OutputColumn> outputs;
  std::vector<bool> volatile_targets;  // by target, as written; filled in by sql/plan
  bool distinct = false;
  std::vector<SortKey> distinct_on;  // DISTINCT ON; those that `order` has come first, in its order
  std::vector<SortKey> order;
  bool with_ties = false;
  ExprPtr limit;
  ExprPtr offset;
  SetOperation set_operation = SetOperation::kNone;
  bool set_all = false;
  std::vector<RowLock> locks;    // each table of FROM at most once
  std::vector<int> scoped_ctes;  // those of its WITH that refer to an outer query
  std::unique_ptr<BoundQuery> left;
  std::unique_ptr<BoundQuery> right;
};

enum class ModifyKind : std::uint8_t { kInsert, kUpdate, kDelete };
enum class ConflictAction : std::uint8_t { kError, kNothing, kUpdate };

struct Assignment {
  int column = 0;  // index into table->columns
  ExprPtr value;   // already of the column's type
};

// The source of SET (a, b) = (SELECT ...): runs before the assignments of each row, and fills slots behind
// those that its row has already. Without a row they become NULL.
struct RowSubquery {
  ExprPtr subquery;
  int slot = 0;
  int width = 0;
};

// A condition that a view asks of rows that are written through it; NULL is not enough.
struct ViewCheck {
  std::string view;
  ExprPtr condition;
};

// INSERT, UPDATE or DELETE. Rows of the table are vectors with one slot for each entry of table->columns
// (dropped ones stay NULL).
struct BoundModify {
  ModifyKind kind = ModifyKind::kInsert;
  catalog::Catalog::TablePtr table;

  // INSERT: `assignments` are computed over each row of the source, casts and defaults included. A single
  // VALUES row has no source. Columns without an assignment become NULL. Assignments are in column order,
  // which is the order in which PostgreSQL evaluates them.
  std::unique_ptr<BoundQuery> source;
  std::vector<Assignment> assignments;      // UPDATE: SET, over the row of `from`
  std::vector<RowSubquery> row_subqueries;  // of SET, that of DO UPDATE included

  ConflictAction on_conflict = ConflictAction::kError;
  base::Oid conflict_index = 0;  // 0: any unique index (DO NOTHING only)
  // DO UPDATE: over the row [existing row, excluded row].
  std::vector<Assignment> conflict_set;
  ExprPtr conflict_where;

  // UPDATE and DELETE: the table is the first source, at offset 0; more sources follow for FROM / USING.
  std::unique_ptr<BoundSource> from;
  ExprPtr where;
  std::string current_of;  // the cursor of WHERE CURRENT OF; empty: none

  // Over the new row (the old one for DELETE), followed by the other sources' slots.
  std::vector<ExprPtr> returning;
  std::vector<OutputColumn> outputs;

  std::vector<ExprPtr> checks;             // conditions over the new row, in order of table->checks
  std::vector<ViewCheck> conflict_checks;  // DO UPDATE: over the existing row, before anything else
  std::vector<ViewCheck> view_checks;      // over the new row, in the order in which they are judged
  bool is_referenced = false;              // UPDATE and DELETE of a table that foreign keys refer to
  int identity_column = -1;                // index into table->columns, or -1
};

struct BoundCte {
  std::string name;
  std::unique_ptr<BoundQuery> query;
  std::unique_ptr<BoundModify> modify;
  std::vector<OutputColumn> outputs;
  // WITH RECURSIVE: what follows `query`, over the rows that the last step gave.
  std::unique_ptr<BoundQuery> recursive;
  bool union_all = false;
  bool is_recursive = false;
  bool correlated =
      false;        // refers to an outer query, so that it runs anew with each run of the query it is of
  int number = -1;  // where it stands already in BoundStatement::ctes
};

// Everything that a planned statement needs.
struct BoundStatement {
  std::unique_ptr<BoundQuery> query;                    // SELECT, VALUES
  std::unique_ptr<BoundModify> modify;                  // INSERT, UPDATE, DELETE
  std::vector<BoundCte> ctes;                           // in order of appearance
  std::vector<std::unique_ptr<BoundQuery>> subqueries;  // by Expression::index
  std::vector<Type> parameters;
  std::vector<OutputColumn> outputs;
  std::vector<RelationAccess> accesses;
  std::string locking;  // the first FOR UPDATE or the like, as the command is called; empty: none
};

}  // namespace ordinal::sql
