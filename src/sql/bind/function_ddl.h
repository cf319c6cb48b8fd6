// Says what bound CREATE, ALTER and DROP of functions and procedures hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/function.h"
#include "sql/bind/role_ddl.h"

namespace ordinal::sql {

// What a statement says that it means; kRoutine is either.
enum class RoutineKind : std::uint8_t { kFunction, kProcedure, kRoutine };

struct CreateFunction {
  catalog::FunctionDescriptor function;  // all but oid, owner and settings
  std::vector<AlterSettings> settings;   // in the order in which they apply
  bool replace = false;
};

// What was not said is nullopt.
struct AlterFunction {
  base::Oid function = 0;
  std::optional<std::string> name;
  std::optional<base::Oid> schema;
  std::optional<base::Oid> owner;
  std::optional<catalog::FunctionDescriptor> changed;  // with other properties
  std::vector<AlterSettings> settings;                 // to apply to those of `changed`
};

struct DropFunctions {
  std::vector<base::Oid> functions;
  bool cascade = false;
};

// "function", "procedure" or "routine".
const char* WordFor(RoutineKind kind);

}  // namespace ordinal::sql
