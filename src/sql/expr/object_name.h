// Names of catalog objects as text: what the types regproc, regprocedure, regnamespace and regrole read and
// print (manual, section 8.19).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/expr/eval_context.h"

namespace ordinal::sql {

// The parts of a possibly quoted and qualified name, unquoted letters folded to lower case. Errors: 42602
// `invalid name syntax`.
std::vector<std::string> ReadName(std::string_view text);
// Of a name that has no parts. Errors: 42602.
std::string ReadSingleName(std::string_view text);

// Finds the function of that name. With `missing_ok`, kInvalidOid where there is none or several. Errors
// otherwise: 42883 `function "f" does not exist`, 42725 `more than one function named "f"`, 3F000.
base::Oid FindFunctionByText(std::string_view text, bool missing_ok, EvalContext& context);
// Finds by a name with the types of its arguments, "f(integer)". Errors: 42883, 3F000, 22P02 for text of
// another shape, and those of types; with `missing_ok` only the last two.
base::Oid FindProcedureByText(std::string_view text, bool missing_ok, EvalContext& context);

// Prints the name, with the schema where the bare name does not find that function alone; nullopt when no
// function has the oid.
std::optional<std::string> ShowFunction(base::Oid oid, EvalContext& context);
// The same with the types of its arguments.
std::optional<std::string> ShowProcedure(base::Oid oid, EvalContext& context);

// The oid of a type by its SQL or catalog name; domains and relations have one too. kInvalidOid when there is
// none.
base::Oid FindTypeOid(std::string_view text, EvalContext& context);

}  // namespace ordinal::sql
