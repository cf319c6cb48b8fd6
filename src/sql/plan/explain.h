// Describes a plan to people: the tree behind EXPLAIN, and its forms (PostgreSQL manual, EXPLAIN and
// section 14.1).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sql/expr/eval_context.h"
#include "sql/plan/plan.h"

namespace ordinal::sql {

// What EXPLAIN ANALYZE measured of one node, all its runs together.
struct NodeActuals {
  std::uint64_t loops = 0;
  std::uint64_t rows = 0;
  std::int64_t first_nanos = 0;  // until the first row of each run
  std::int64_t total_nanos = 0;
};
using Actuals = std::map<const PlanNode*, NodeActuals>;

struct ExplainOptions {
  bool verbose = false;
  bool timing = true;
  const Actuals* actuals = nullptr;  // of EXPLAIN ANALYZE
};

// One step of a plan, in PostgreSQL's words.
struct ExplainNode {
  using Property = std::pair<std::string, std::variant<std::string, std::vector<std::string>>>;

  std::string title;              // of the text form
  std::vector<Property> facts;    // of the other forms: "Node Type" and what else the title says
  std::vector<Property> details;  // "Index Cond", "Filter", "Sort Key" ...
  std::string label;              // "SubPlan 1", "CTE x": what stands above it; empty for a plain child
  std::string relationship;       // to its parent: Outer, Inner, InitPlan, SubPlan, Subquery
  const NodeActuals* actuals = nullptr;
  std::vector<ExplainNode> children;
};

// `context` prints constants.
ExplainNode DescribePlan(const PlannedStatement& statement, const ExplainOptions& options,
                         EvalContext& context);

// The text form, one string for each line.
std::vector<std::string> PrintPlanText(const ExplainNode& root, const ExplainOptions& options);
// The JSON form: an array of one object, with `more` ("Planning Time" ...) beside its plan.
std::string PrintPlanJson(const ExplainNode& root, const ExplainOptions& options,
                          const std::vector<std::pair<std::string, double>>& more);

}  // namespace ordinal::sql
