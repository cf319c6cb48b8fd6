// Runs functions that users made.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "sql/bind/environment.h"
#include "sql/plan/plan.h"
#include "types/value.h"

namespace ordinal::sql {

class ExecContext;

// The plans of a body.
struct PlannedRoutine {
  catalog::Catalog::FunctionPtr function;
  std::vector<std::unique_ptr<PlannedStatement>> statements;
  std::vector<ExprPtr> results;  // see BoundRoutine
  std::size_t columns = 1;       // of the result
};

// What a session keeps of its functions: their plans, and how deep calls are nested. Used by one thread at a
// time.
class RoutineState {
 public:
  // What a plan was made with; another plan is made when any of it has changed.
  struct Basis {
    catalog::CatalogPtr catalog;
    std::uint64_t epoch = 0;
    base::Oid role = 0;
    friend bool operator==(const Basis&, const Basis&) = default;
  };
  std::shared_ptr<const PlannedRoutine> Find(base::Oid function, const Basis& basis) const;
  void Keep(base::Oid function, Basis basis, std::shared_ptr<const PlannedRoutine> plan);

  // Where the stack stood when the outermost call began; null when none runs.
  const char* stack_base = nullptr;

 private:
  struct Kept {
    Basis basis;
    std::shared_ptr<const PlannedRoutine> plan;
  };
  std::map<base::Oid, Kept> plans_;
};

// Says what functions need from the session that calls them. Implemented by session.
class RoutineHost {
 public:
  virtual ~RoutineHost() = default;
  virtual RoutineState& routine_state() = 0;
  virtual BindEnvironment RoutineEnvironment(EvalContext& context) = 0;
  // Changes whenever plans have to be made anew though the catalog has not changed.
  virtual std::uint64_t plan_epoch() = 0;
  // Makes this the current role, kInvalidOid the one that the session has; returns what was said before.
  virtual base::Oid ActAs(base::Oid role) = 0;
  // Throws when nothing may be modified now: 25006 `cannot execute INSERT in a read-only transaction`, and
  // what mixes with DDL.
  virtual void BeforeModifying(std::string_view command) = 0;
};

// Runs a function to its end. Gives the rows of its result: one for a function that gives no set. Errors are
// those of the body, with the function in their context; 42501; 54001 when calls nest too deeply; 0A000
// `INSERT is not allowed in a non-volatile function`.
std::vector<types::Row> RunRoutine(base::Oid function, std::span<const types::Value> args,
                                   ExecContext& caller);

}  // namespace ordinal::sql
