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
  types::ShapePtr shape;
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
  // A function, and the types that a call decides; those are empty where the declaration says all.
  using Key = std::pair<base::Oid, std::vector<types::Type>>;
  std::shared_ptr<const PlannedRoutine> Find(const Key& key, const Basis& basis) const;
  void Keep(Key key, Basis basis, std::shared_ptr<const PlannedRoutine> plan);

  // Where the stack stood when the outermost call began; null when none runs.
  const char* stack_base = nullptr;

 private:
  struct Kept {
    Basis basis;
    std::shared_ptr<const PlannedRoutine> plan;
  };
  struct Before {
    bool operator()(const Key& left, const Key& right) const;
  };
  std::map<Key, Kept, Before> plans_;
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
  // Sets the parameters that the function's SET says, for as long as what is returned lives.
  virtual std::shared_ptr<void> Configure(const catalog::FunctionDescriptor& function) = 0;
  // Throws when nothing may be modified now: 25006 `cannot execute INSERT in a read-only transaction`, and
  // what mixes with DDL.
  virtual void BeforeModifying(std::string_view command) = 0;
};

// Runs the function that the call names to its end. Gives the values of its result, rows as one value each:
// one for a function that gives no set. Errors are those of the body, with the function in their context;
// 42501; 54001 when calls nest too deeply; 0A000 `INSERT is not allowed in a non-volatile function`.
std::vector<types::Value> RunRoutine(const Expression& call, std::span<const types::Value> args,
                                     ExecContext& caller);

}  // namespace ordinal::sql
