// Says in words what the oids of catalog objects stand for, as pg_describe_object() and pg_identify_object()
// do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sql/expr/eval_context.h"

namespace ordinal::sql {

// An object as pg_depend names it.
struct ObjectAddress {
  base::Oid catalog = 0;  // the oid of pg_class, pg_type, ...
  base::Oid object = 0;
  std::int64_t part = 0;  // of a relation, the number of a column; else 0
};

// How to find the object in any database that has it.
struct ObjectIdentity {
  std::string type;  // "table column"
  std::optional<std::string> schema = {};
  std::optional<std::string> name = {};  // where it is unique with the schema
  std::optional<std::string> identity =
      {};  // qualified whatever the search path; none when there is no such object
  std::vector<std::string> names = {};  // as pg_get_object_address() takes them
  std::vector<std::string> arguments = {};
};

// As people read it: "column v of table t". nullopt when there is no such object. Errors: XX000 `unrecognized
// object class: 1`.
std::optional<std::string> DescribeObject(const ObjectAddress& address, EvalContext& context);

// Errors as above.
ObjectIdentity IdentifyObject(const ObjectAddress& address, EvalContext& context);

}  // namespace ordinal::sql
