// Creates, changes and drops functions and procedures.
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/roles.h"
#include "keys/key_space.h"
#include "sql/bind/routine.h"
#include "sql/exec/ddl_executor.h"
#include "sql/expr/function.h"
#include "sql/expr/routine.h"

namespace ordinal::sql {
namespace {

using base::Error;
using catalog::FunctionArgument;
namespace sqlstate = base::sqlstate;

bool Calls(const std::optional<std::string>& serialized, base::Oid function) {
  bool found = false;
  if (!serialized) return found;
  Walk(*DeserializeExpression(*serialized),
       [&](const Expression& part) { found |= part.routine == function; });
  return found;
}

const char* WordFor(const catalog::FunctionDescriptor& function) {
  return function.is_procedure ? "procedure" : "function";
}

std::vector<const FunctionArgument*> ArgumentsOf(const catalog::FunctionDescriptor& function, bool inputs) {
  std::vector<const FunctionArgument*> arguments;
  for (const FunctionArgument& argument : function.arguments) {
    if (inputs ? argument.is_input() : argument.is_output()) arguments.push_back(&argument);
  }
  return arguments;
}

// True when the function takes or gives rows of the relation.
bool NamesRowsOf(const catalog::FunctionDescriptor& function, base::Oid relation) {
  const types::Type rows{TypeId::kRecord, -1, relation};
  return function.result == rows ||
         std::any_of(function.arguments.begin(), function.arguments.end(),
                     [&](const FunctionArgument& argument) { return argument.type == rows; });
}

[[noreturn]] void ThrowKept(const catalog::FunctionDescriptor& old, EvalContext& context, std::string text,
                            std::string detail = "") {
  Error error(sqlstate::kInvalidFunctionDefinition, std::move(text));
  if (!detail.empty()) error.Detail(std::move(detail));
  throw error.Hint(std::string("Use DROP ") + (old.is_procedure ? "PROCEDURE " : "FUNCTION ") + old.name +
                   "(" + RoutineInputs(old, context, ",") + ") first.");
}

// Throws unless the function may take the place of the other one.
void CheckReplaces(const catalog::FunctionDescriptor& old, const catalog::FunctionDescriptor& function,
                   EvalContext& context) {
  if (old.is_procedure != function.is_procedure) {
    throw Error(sqlstate::kWrongObjectType, "cannot change routine kind")
        .Detail("\"" + old.name + "\" is a " + WordFor(old) + ".");
  }
  if (old.result.id != function.result.id || old.returns_set != function.returns_set ||
      old.result.domain != function.result.domain) {
    ThrowKept(old, context,
              old.is_procedure ? "cannot change whether a procedure has output parameters"
                               : "cannot change return type of existing function");
  }
  const auto old_outputs = ArgumentsOf(old, false);
  const auto outputs = ArgumentsOf(function, false);
  const bool same_row =
      std::equal(old_outputs.begin(), old_outputs.end(), outputs.begin(), outputs.end(),
                 [](const auto* a, const auto* b) { return a->type == b->type && a->name == b->name; });
  if (old.result.id == TypeId::kRecord && !same_row) {
    ThrowKept(old, context, "cannot change return type of existing function",
              "Row type defined by OUT parameters is different.");
  }
  const auto old_inputs = ArgumentsOf(old, true);
  const auto inputs = ArgumentsOf(function, true);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!old_inputs[i]->name.empty() && old_inputs[i]->name != inputs[i]->name) {
      ThrowKept(old, context, "cannot change name of input parameter \"" + old_inputs[i]->name + "\"");
    }
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (old_inputs[i]->default_expression && !inputs[i]->default_expression) {
      ThrowKept(old, context, "cannot remove parameter defaults from existing function");
    }
  }
}

}  // namespace

catalog::FunctionDescriptor DdlExecutor::FunctionToChange(base::Oid oid) const {
  const auto function = catalog().FunctionByOid(oid);
  CheckOwner(function->owner, WordFor(*function), function->name);
  return *function;
}

void DdlExecutor::ClaimSignature(const FunctionDescriptor& function) const {
  if (function.schema < base::kFirstUserOid && function.schema != catalog::kPublicSchema) {
    throw Error(sqlstate::kInsufficientPrivilege,
                "permission denied for schema " + catalog().SchemaByOid(function.schema)->name);
  }
  CheckMayCreateIn(function.schema, context_.role);
  for (const auto& other : catalog().FunctionsNamed(function.schema, function.name)) {
    if (other->oid == function.oid || other->InputTypes() != function.InputTypes()) continue;
    throw Error(sqlstate::kDuplicateFunction, "function " + RoutineSignature(function, context_.evaluation) +
                                                  " already exists in schema \"" +
                                                  catalog().SchemaByOid(function.schema)->name + "\"");
  }
}

void DdlExecutor::Run(const CreateFunction& create) {
  FunctionDescriptor function = create.function;
  for (const auto& [object, column] : function.uses) {
    if (object >= base::kFirstUserOid) context_.editor.DependOn(object);
  }
  CheckMayCreateIn(function.schema, context_.role);
  ChangeSettings(create.settings, function.settings);
  for (const auto& other : catalog().FunctionsNamed(function.schema, function.name)) {
    if (other->InputTypes() != function.InputTypes()) continue;
    if (!create.replace) {
      throw Error(sqlstate::kDuplicateFunction,
                  "function \"" + function.name + "\" already exists with same argument types");
    }
    return Replace(FunctionToChange(other->oid), std::move(function));
  }
  ClaimSignature(function);
  function.oid = context_.oids.Next();
  function.owner = context_.role;
  function.acl = catalog::InitialAcl(catalog(), catalog::AclKind::kFunction, function.owner, function.schema);
  context_.editor.Create(std::move(function));
}

void DdlExecutor::Replace(const FunctionDescriptor& old, FunctionDescriptor function) {
  CheckReplaces(old, function, context_.evaluation);
  function.oid = old.oid;
  function.owner = old.owner;
  function.comment = old.comment;
  function.acl = old.acl;
  context_.editor.Update(std::move(function));
}

void DdlExecutor::Run(const AlterFunction& alter) {
  FunctionDescriptor function = FunctionToChange(alter.function);
  if (alter.owner) {
    CheckNewOwner(function.owner, *alter.owner, function.schema);
    return SetOwnerOf(function.oid, *alter.owner);
  }
  if (alter.changed) function = *alter.changed;
  ChangeSettings(alter.settings, function.settings);
  if (alter.schema == function.schema) return;
  if (alter.name) function.name = *alter.name;
  if (alter.schema) function.schema = *alter.schema;
  if (alter.name || alter.schema) ClaimSignature(function);
  context_.editor.Update(std::move(function));
}

void DdlExecutor::Run(const DropFunctions& drop) {
  DropSet drops;
  std::string subject;
  for (const base::Oid oid : drop.functions) {
    const auto function = catalog().FunctionByOid(oid);
    if (!catalog::HasPrivilegesOf(catalog(), context_.role, catalog().SchemaByOid(function->schema)->owner)) {
      CheckOwner(function->owner, WordFor(*function), function->name);
    }
    subject = Describe(oid);
    drops.functions.insert(oid);
  }
  if (drop.functions.size() > 1) subject.clear();
  for (const base::Oid oid : drop.functions) AddCallersOf(oid, drops);
  Confirm(drops, subject, drop.cascade);
  DropAll(drops);
}

void DdlExecutor::AddFunctionsOn(base::Oid object, base::AttributeNumber column, DropSet& drops) {
  for (const auto& function : catalog().Functions()) {
    const bool needed = std::find(function->uses.begin(), function->uses.end(), std::pair(object, column)) !=
                        function->uses.end();
    if (!needed || !drops.functions.insert(function->oid).second) continue;
    std::string on = Describe(object);
    if (NamesRowsOf(*function, object)) {
      on = "type " + context_.evaluation.RelationName(object);
    } else if (column != 0) {
      on = "column " + catalog().TableByOid(object)->ColumnByNumber(column)->name + " of " + on;
    }
    drops.dependents.emplace_back(Describe(function->oid), std::move(on));
    AddCallersOf(function->oid, drops);
  }
}

void DdlExecutor::AddCallersOf(base::Oid oid, DropSet& drops) {
  for (const auto& table : catalog().Tables()) {
    if (!drops.tables.contains(table->oid)) AddCallersIn(*table, oid, drops);
  }
  AddViewsOn(oid, 0, drops);
  AddFunctionsOn(oid, 0, drops);
  for (const auto& function : catalog().Functions()) {
    const auto by_default = [&](const FunctionArgument& argument) {
      return Calls(argument.default_expression, oid);
    };
    const bool calls = std::any_of(function->arguments.begin(), function->arguments.end(), by_default);
    if (!calls || !drops.functions.insert(function->oid).second) continue;
    drops.dependents.emplace_back(Describe(function->oid), Describe(oid));
    AddCallersOf(function->oid, drops);
  }
}

void DdlExecutor::AddCallersIn(const Table& table, base::Oid function, DropSet& drops) {
  const auto depends = [&](const std::string& what) {
    drops.dependents.emplace_back(what, Describe(function));
  };
  for (const auto& column : table.columns) {
    if (column.dropped || !Calls(column.default_expression, function)) continue;
    if (column.generated) {
      drops.columns.emplace_back(table.oid, column.number);
      depends("column " + column.name + " of " + Describe(table.oid));
    } else {
      drops.defaults.emplace_back(table.oid, column.number);
      depends("default value for column " + column.name + " of " + Describe(table.oid));
    }
  }
  for (const auto& check : table.checks) {
    if (!Calls(check.expression, function)) continue;
    drops.checks.emplace_back(table.oid, check.oid);
    depends("constraint " + check.name + " on " + Describe(table.oid));
  }
  for (const auto& index : table.indexes) {
    const bool calls = Calls(index.predicate, function) ||
                       std::any_of(index.expressions.begin(), index.expressions.end(),
                                   [&](const auto& part) { return Calls(part.expression, function); });
    if (!calls) continue;
    drops.indexes.push_back(index.oid);
    depends(Describe(index.oid));
  }
}

}  // namespace ordinal::sql
