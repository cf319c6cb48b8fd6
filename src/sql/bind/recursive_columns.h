// The columns that SEARCH and CYCLE add to a recursive query: PostgreSQL's manual, section 7.8.2.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sql/bind/bound.h"

namespace ordinal::sql {

struct RecursiveColumns {
  std::vector<int> search;  // places of the columns that order; empty: no SEARCH
  bool breadth_first = false;
  std::string sequence;
  std::vector<int> cycle;  // places of the columns that tell a repetition; empty: no CYCLE
  std::string mark;
  ExprPtr found;      // what the mark is where a row repeats
  ExprPtr otherwise;  // of the same type
  std::string path;

  // What follows the columns of the query, in this order: the sequence, the mark, the path.
  std::vector<OutputColumn> outputs() const;
  // Adds them to the term that begins. Throws 0A000 where PostgreSQL does: it must be a SELECT.
  std::unique_ptr<BoundQuery> AddToFirst(std::unique_ptr<BoundQuery> query) const;
  // Adds them to the term that reads the last step, in whose work table they follow the query's columns.
  // Throws 0A000 unless it reads the query `cte`, called `name`, at its top level.
  std::unique_ptr<BoundQuery> AddToStep(std::unique_ptr<BoundQuery> query, int cte,
                                        const std::string& name) const;

 private:
  ExprPtr NextSequence(const std::vector<OutputColumn>& columns, int before) const;
  ExprPtr MarkOf(ExprPtr row, int path_before) const;
};

}  // namespace ordinal::sql
