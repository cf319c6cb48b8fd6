// Guesses how many rows conditions let through, from what ANALYZE found out. Where it was never run, from
// PostgreSQL's defaults. Private to the room.
#pragma once

#include <cstddef>
#include <vector>

#include "sql/bind/bound.h"

namespace ordinal::sql {

// Knows the sources of one FROM. The sources outlive it.
class Selectivity {
 public:
  // Adds a source, and those below it when it is a join.
  void Add(const BoundSource& source);

  // The rows of a source before any condition.
  static double RowsOf(const BoundSource& source);
  // Which share of the rows, of all sources that it reads together, fulfils the condition; within (0, 1].
  double Of(const Expression& condition) const;
  // The share that fulfils all of them: taken as independent, but for the two ends of one range, and for
  // equalities over columns of which extended statistics know how they go together.
  double OfAll(const std::vector<const Expression*>& conditions) const;

  // How many different combinations of values of these there are among so many rows.
  double GroupsOf(const std::vector<ExprPtr>& keys, double rows) const;

 private:
  struct Slot {
    const catalog::TableStatistics* table = nullptr;
    base::AttributeNumber number = 0;
    int source = 0;  // tells apart tables that are named twice
    const catalog::ColumnStatistics* statistics = nullptr;
    double rows = 0;
    bool unique = false;  // alone
  };

  double Guess(const Expression& condition) const;
  double OfCall(const Expression& call) const;
  double OfEquality(const Expression& left, const Expression& right) const;
  double OfRange(const Expression& column, const Expression& bound, bool less, bool inclusive) const;
  const Slot* SlotOf(const Expression& expression) const;
  // The column that the condition bounds from one side, and from which; null when it is something else.
  const Slot* BoundOf(const Expression& condition, bool& from_below) const;
  static double DistinctOf(const Slot& slot);
  // A condition that a column of an analyzed table is equal to a value; false for others.
  struct Equality {
    const Slot* slot = nullptr;
    double share = 0;
  };
  bool IsEquality(const Expression& condition, Equality& equality) const;
  // The share of rows of one table that fulfils them all.
  static double OfEqualities(std::vector<Equality> equalities);
  // The share of one value among all rows.
  static double ShareOf(const Slot& slot, const Expression& value);

  std::vector<Slot> slots_;  // by slot of the row
};

}  // namespace ordinal::sql
