// Binds calls of functions that users made: PostgreSQL's manual, sections 4.3 and 10.3.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/named_arguments.h"
#include "sql/bind/node_access.h"
#include "sql/bind/routine.h"
#include "sql/expr/routine.h"

namespace ordinal::sql {
namespace {

using base::Error;
using catalog::ArgumentMode;
using catalog::FunctionArgument;
namespace sqlstate = base::sqlstate;

std::vector<const FunctionArgument*> InputsOf(const catalog::FunctionDescriptor& function) {
  std::vector<const FunctionArgument*> inputs;
  for (const FunctionArgument& argument : function.arguments) {
    if (argument.is_input()) inputs.push_back(&argument);
  }
  return inputs;
}

bool IsVariadic(const std::vector<const FunctionArgument*>& inputs) {
  return !inputs.empty() && inputs.back()->mode == ArgumentMode::kVariadic;
}

// Finds the input for each argument; false when the function does not take them so.
bool Place(const std::vector<const FunctionArgument*>& inputs, const std::vector<std::string>& names,
           bool variadic_array, RoutineCandidate& candidate) {
  const bool variadic = IsVariadic(inputs);
  if (variadic_array && !variadic) return false;
  candidate.spread = variadic && !variadic_array;
  std::vector<bool> given(inputs.size(), false);
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::size_t place = i;
    if (!names[i].empty()) {
      if (variadic && !variadic_array) return false;
      const auto found = std::find_if(inputs.begin(), inputs.end(),
                                      [&](const FunctionArgument* input) { return input->name == names[i]; });
      place = static_cast<std::size_t>(found - inputs.begin());
    } else if (candidate.spread && place >= inputs.size()) {
      place = inputs.size() - 1;
      given[place] = false;
    }
    if (place >= inputs.size() || given[place]) return false;
    given[place] = true;
    candidate.places.push_back(place);
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!given[i] && !inputs[i]->default_expression) return false;
  }
  return true;
}

void Shape(const std::vector<const FunctionArgument*>& inputs, RoutineCandidate& candidate) {
  const Function* like = RoutineFor(*candidate.function);
  candidate.shape = *like;
  candidate.shape.name = candidate.function->name;
  candidate.shape.result = candidate.function->result.id;
  for (const std::size_t place : candidate.places) {
    const bool element = candidate.spread && place + 1 == inputs.size();
    const TypeId type = inputs[place]->type.id;
    candidate.shape.arguments.push_back(element ? types::ElementType(type) : type);
  }
}

// Adds a candidate unless one that is found earlier takes the same.
void Add(RoutineCandidate candidate, std::vector<RoutineCandidate>& found) {
  for (RoutineCandidate& other : found) {
    if (other.shape.arguments != candidate.shape.arguments) continue;
    if (other.function->schema != candidate.function->schema) return;
    if (other.spread == candidate.spread) {
      other.ambiguous = true;
    } else if (other.spread) {
      other = std::move(candidate);
    }
    return;
  }
  found.push_back(std::move(candidate));
}

// The call as errors show it: f(integer, b => text).
std::string Signature(const std::vector<std::string>& name, const std::vector<std::string>& arguments,
                      const std::vector<TypeId>& types) {
  std::string text;
  for (const std::string& part : name) text += (text.empty() ? "" : ".") + part;
  text += "(";
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i > 0) text += ", ";
    if (!arguments[i].empty()) text += arguments[i] + " => ";
    text += types::FormatType({types[i], -1});
  }
  return text + ")";
}

}  // namespace

std::string BuiltInName(const std::vector<std::string>& names) {
  const bool of_sys = names.size() > 1 && names[names.size() - 2] == "sys";
  return (of_sys ? "sys." : "") + names.back();
}

std::vector<RoutineCandidate> Binder::FindRoutines(const FuncCall& call) const {
  const std::vector<std::string> names = Names(call.funcname);
  std::vector<catalog::Catalog::FunctionPtr> functions;
  const catalog::Catalog& catalog = environment_.catalog;
  const auto add = [&](base::Oid schema) {
    for (auto& function : catalog.FunctionsNamed(schema, names.back())) {
      functions.push_back(std::move(function));
    }
  };
  const std::string schema = names.size() > 1 ? names[names.size() - 2] : "";
  if (view_ != nullptr) {
    if (const base::Oid oid = RecordedFunction(call.location))
      functions.push_back(catalog.FunctionByOid(oid));
  } else if (schema.empty()) {
    for (const base::Oid oid : environment_.search_path) add(oid);
  } else if (schema != "pg_catalog") {
    const auto found = catalog.FindSchema(schema);
    if (!found) {
      throw Error(sqlstate::kInvalidSchemaName, "schema \"" + schema + "\" does not exist")
          .Position(Position(call.location));
    }
    CheckSchemaUse(catalog, environment_.context.CurrentRole(), *found);
    add(found->oid);
  }
  std::vector<RoutineCandidate> candidates;
  if (functions.empty()) return candidates;
  const std::vector<std::string> arguments = ArgumentNames(call, Position(call.location));
  for (auto& function : functions) {
    if (!function) continue;
    RoutineCandidate candidate;
    candidate.function = std::move(function);
    const auto inputs = InputsOf(*candidate.function);
    if (!Place(inputs, arguments, call.func_variadic, candidate)) continue;
    Shape(inputs, candidate);
    Add(std::move(candidate), candidates);
  }
  return candidates;
}

const Function* Binder::ChooseFunction(const FuncCall& call, const std::vector<RoutineCandidate>& routines,
                                       const std::vector<TypeId>& types,
                                       const RoutineCandidate*& routine) const try {
  const std::vector<std::string> names = Names(call.funcname);
  const std::string name = BuiltInName(names);
  const bool built_in = names.size() == 1 || names[names.size() - 2] == "pg_catalog" ||
                        (names[names.size() - 2] == "sys" && FunctionNameExists(name));
  const VariadicUse use = call.func_variadic ? VariadicUse::kArray : VariadicUse::kElements;
  std::vector<const Function*> more;
  for (const RoutineCandidate& candidate : routines) more.push_back(&candidate.shape);
  // Functions with names that no user's schema holds are in pg_catalog.
  const Function* found = FindFunction(built_in ? name : "", FunctionKind::kScalar, types, use, more);
  for (const RoutineCandidate& candidate : routines) {
    if (found == &candidate.shape) routine = &candidate;
  }
  const std::vector<std::string> arguments = ArgumentNames(call, 0);
  const bool named =
      std::any_of(arguments.begin(), arguments.end(), [](const std::string& each) { return !each.empty(); });
  if (found == nullptr && (!built_in || (named && (!routines.empty() || !FunctionNameExists(name))))) {
    throw Error(sqlstate::kUndefinedFunction,
                "function " + Signature(names, arguments, types) + " does not exist")
        .Hint(
            "No function matches the given name and argument types. You might need to add explicit type "
            "casts.");
  }
  if (routine != nullptr && routine->ambiguous) {
    throw Error(sqlstate::kAmbiguousFunction,
                "function " + Signature(names, arguments, types) + " is not unique")
        .Hint("Could not choose a best candidate function. You might need to add explicit type casts.");
  }
  if (routine != nullptr && routine->function->is_procedure && !calling_) {
    throw Error(sqlstate::kWrongObjectType, Signature(names, arguments, types) + " is a procedure")
        .Hint("To call a procedure, use CALL.");
  }
  return found;
} catch (Error& error) {
  if (error.report().position == 0) error.Position(Position(call.location));
  throw;
}

ExprPtr Binder::BuildRoutineCall(const FuncCall& call, const RoutineCandidate& candidate,
                                 std::vector<ExprPtr> args) {
  const catalog::FunctionDescriptor& function = *candidate.function;
  const int position = Position(call.location);
  const auto inputs = InputsOf(function);
  auto result = std::make_unique<Expression>();
  result->kind = ExprKind::kCall;
  result->function = RoutineFor(function);
  result->routine = function.oid;
  result->type = {function.result.id, -1};
  result->position = position;
  result->args.resize(inputs.size());
  if (candidate.spread && !inputs.empty()) {
    auto array = std::make_unique<Expression>();
    array->kind = ExprKind::kArray;
    array->type = {inputs.back()->type.id, -1};
    result->args.back() = std::move(array);
  }
  for (std::size_t i = 0; i < args.size(); ++i) {
    ExprPtr arg = Coerce(std::move(args[i]), {candidate.shape.arguments[i], -1},
                         types::CastContext::kImplicit, position);
    arg = FoldConstant(std::move(arg));
    const std::size_t place = candidate.places[i];
    if (candidate.spread && place + 1 == inputs.size()) {
      result->args[place]->args.push_back(std::move(arg));
    } else {
      result->args[place] = std::move(arg);
    }
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!result->args[i]) result->args[i] = DeserializeExpression(*inputs[i]->default_expression);
  }
  NoteRoutine(call, function);
  return result;
}

// Notes that the statement calls the function: who runs it must be permitted to, in views too.
void Binder::NoteRoutine(const FuncCall& call, const catalog::FunctionDescriptor& function) {
  const base::Oid as_role = std::exchange(as_role_, base::kInvalidOid);
  AccessTo(function.oid).required |= catalog::kExecutePrivilege;
  as_role_ = as_role;
  if (environment_.called != nullptr) environment_.called->insert(function.oid);
  if (record_ == nullptr) return;
  catalog::ViewReference& reference = record_->references.emplace_back();
  reference.location = call.location - record_->begin;
  reference.relation = function.oid;
  record_->uses.emplace(function.oid, base::AttributeNumber{0});
}

// Inputs are named as `input` or `function.input`; null when the name is that of none.
ExprPtr Binder::BindRoutineParameter(const std::vector<std::string>& names, int position) {
  if (names.size() > 2 || (names.size() == 2 && names[0] != routine_->name)) return nullptr;
  const auto inputs = InputsOf(*routine_);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i]->name == names.back()) return NewParameter(static_cast<int>(i + 1), position);
  }
  return nullptr;
}

}  // namespace ordinal::sql
