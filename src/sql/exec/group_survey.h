// Finds out for ANALYZE how the values of several columns go together, as PostgreSQL's extended statistics
// do.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "catalog/descriptor.h"
#include "sql/expr/expression.h"
#include "sql/expr/function.h"

namespace ordinal::sql {

// Of one object that CREATE STATISTICS made. Belongs to one thread.
class GroupSurvey {
 public:
  // The table outlives the survey.
  GroupSurvey(const catalog::TableDescriptor& table, const catalog::ExtendedStatisticsDescriptor& statistics);

  // The positions of the table's columns whose values the survey reads.
  const std::vector<std::size_t>& needed() const { return needed_; }
  // Takes a row in as number `at` of the sample, in the place of the one that was there. `at` is at most the
  // number of rows that the sample has.
  void Put(std::size_t at, types::Row& row, EvalContext& context);
  // `rows`: of the table. `proceed` is called now and then, and may throw.
  catalog::GroupStatistics Summarize(double rows, const std::function<void()>& proceed) const;

 private:
  using Item = catalog::GroupStatistics::Item;
  struct Part {
    Item item = 0;
    std::size_t position = 0;
    ExprPtr expression;  // null for a column
    types::TypeId type = {};
    std::vector<std::string> encoded;  // by row of the sample
  };
  // The rows of the sample, each item as the rank of its value.
  using Ranks = std::vector<std::vector<std::uint32_t>>;

  static std::vector<std::uint32_t> RanksOf(const std::vector<std::string>& encoded);
  static double CountDistinct(const Ranks& ranks, const std::vector<std::size_t>& parts, double rows);
  static double DegreeOf(const Ranks& ranks, const std::vector<std::size_t>& from, std::size_t to);

  std::vector<Part> parts_;
  std::vector<std::size_t> needed_;
  base::Oid oid_ = 0;
  bool counts_ = false;
  bool finds_dependencies_ = false;
};

}  // namespace ordinal::sql
