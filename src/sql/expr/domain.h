// Says what domains ask of values, what they are called and what they give where no value is said.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "sql/expr/eval_context.h"
#include "sql/expr/expression.h"

namespace ordinal::sql {

// What a domain asks, and every domain that it stands upon.
struct DomainConstraints {
  struct Check {
    std::string name;
    ExprPtr condition;  // over a row of the value alone
  };
  bool not_null = false;
  std::vector<Check> checks;  // in the order in which they are made: the innermost domain first, then by name
};

// Throws 23502 `domain d does not allow null values` or 23514 `value for domain d violates check constraint
// "c"` unless the domain has the value; both name the domain, and its schema. Checks may cast to domains
// themselves: 54001 when that has no end.
void CheckDomain(base::Oid domain, const Value& value, EvalContext& context);

// True when a domain, or one that it stands upon, refuses any value.
bool HasConstraints(const catalog::Catalog& catalog, base::Oid domain);
// True when `outer` is `inner` or stands upon it.
bool StandsUpon(const catalog::Catalog& catalog, base::Oid outer, base::Oid inner);

// What a column of that type holds when neither the statement nor the column says it: the domain's default,
// else NULL, as a value of the domain. REQUIRES a type of a domain.
ExprPtr DefaultOfDomain(const catalog::Catalog& catalog, Type type);

// As format_type() prints: with the schema where the bare name does not find the domain or relation; "???"
// when there is none.
std::string DomainName(base::Oid domain, EvalContext& context);
// Prints a type, or the domain or relation that it is of.
std::string ShowType(Type type, EvalContext& context);

// Reads a possibly quoted and qualified name as regtype input does; nullptr when no domain has it.
catalog::Catalog::DomainPtr FindDomain(std::string_view name, EvalContext& context);

}  // namespace ordinal::sql
