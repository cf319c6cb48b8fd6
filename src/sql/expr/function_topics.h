// More topics of the function table; see function_table.h.
#pragma once

#include "sql/expr/function_table.h"

namespace ordinal::sql {

void AddRandomFunctions(FunctionList& out);
void AddTransactionFunctions(FunctionList& out);
void AddObjectIdentityFunctions(FunctionList& out);
void AddFixedPrivilegeFunctions(FunctionList& out);
void AddValueSizeFunctions(FunctionList& out);
void AddObjectNameFunctions(FunctionList& out);
void AddIndexPropertyFunctions(FunctionList& out);
void AddListingFunctions(FunctionList& out);
void AddSysFunctions(FunctionList& out);

}  // namespace ordinal::sql
