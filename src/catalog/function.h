// Describes functions and procedures that users made: PostgreSQL's manual, section 38.3 to 38.7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "catalog/acl.h"
#include "catalog/role.h"
#include "types/type.h"

namespace ordinal::catalog {

// With the letters of pg_proc.proargmodes.
enum class ArgumentMode : char { kIn = 'i', kOut = 'o', kInOut = 'b', kVariadic = 'v', kTable = 't' };

// With the letters of pg_proc.provolatile.
enum class FunctionVolatility : char { kImmutable = 'i', kStable = 's', kVolatile = 'v' };

struct FunctionArgument {
  std::string name = {};
  types::Type type = {};
  ArgumentMode mode = ArgumentMode::kIn;
  std::optional<std::string> default_expression = {};  // serialized sql/expr; of inputs
  // Inputs are what a call gives.
  bool is_input() const { return mode != ArgumentMode::kOut && mode != ArgumentMode::kTable; }
  // Outputs are columns of the result.
  bool is_output() const { return mode != ArgumentMode::kIn && mode != ArgumentMode::kVariadic; }
  friend bool operator==(const FunctionArgument&, const FunctionArgument&) = default;
};

// A relation or function that a body which was bound at its creation names.
struct FunctionReference {
  int location = 0;  // byte offset of the name in the body
  base::Oid object = 0;
  std::vector<std::string> columns = {};  // by attribute number; empty where there was none
};

struct FunctionDescriptor {
  base::Oid oid = 0;
  base::Oid schema = 0;
  std::string name;
  base::Oid owner = kAdminRole;
  std::vector<FunctionArgument> arguments = {};
  // kRecord when the result has several columns, with the relation whose rows it gives for RETURNS t; kVoid
  // when it has none.
  types::Type result = {};
  bool returns_set = false;
  bool is_procedure = false;
  FunctionVolatility volatility = FunctionVolatility::kVolatile;
  bool strict = false;
  bool security_definer = false;
  bool leakproof = false;
  char parallel = 'u';  // with the letters of pg_proc.proparallel
  double cost = 100;
  double rows = 0;
  std::string body;  // statements of SQL
  // What names in the body mean was decided when it was made: RETURN, BEGIN ATOMIC. The body is then those
  // words and what follows them.
  bool is_standard = false;
  std::vector<FunctionReference> references = {};                      // of a standard body, by location
  std::vector<std::pair<std::string, base::Oid>> names = {};           // what 'name'::regclass meant in it
  std::vector<std::pair<base::Oid, base::AttributeNumber>> uses = {};  // what it cannot do without
  ParameterSettings settings = {};                                     // SET: parameters while it runs
  std::string comment = {};
  OptionalAcl acl = {};

  // The types of the inputs, which tell functions of one name apart. Without modifiers.
  std::vector<types::Type> InputTypes() const;
  // True when OUT parameters or RETURNS TABLE name the columns of the result.
  bool HasOutputs() const;
  // True when calls decide types: an argument is of type anyelement or of its kin.
  bool IsPolymorphic() const;
};

}  // namespace ordinal::catalog
