// Binds calls of functions that users made: PostgreSQL's manual, sections 4.3 and 10.3.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/named_arguments.h"
#include "sql/bind/node_access.h"
#include "sql/bind/one_node.h"
#include "sql/bind/routine.h"
#include "sql/expr/polymorphic.h"
#include "sql/expr/record.h"
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

// That of an array of a polymorphic type is polymorphic.
TypeId ElementOf(TypeId array) {
  if (array == TypeId::kAnyArray) return TypeId::kAnyElement;
  return array == TypeId::kAnyCompatibleArray ? TypeId::kAnyCompatible : types::ElementType(array);
}

void Shape(const std::vector<const FunctionArgument*>& inputs, RoutineCandidate& candidate) {
  const Function* like = RoutineFor(*candidate.function);
  candidate.shape = *like;
  candidate.shape.name = candidate.function->name;
  candidate.shape.result = candidate.function->result.id;
  for (const std::size_t place : candidate.places) {
    const bool element = candidate.spread && place + 1 == inputs.size();
    const Type& type = inputs[place]->type;
    candidate.types.push_back(element ? Type{ElementOf(type.id), -1} : Type{type.id, -1, type.domain});
    candidate.shape.arguments.push_back(candidate.types.back().id);
  }
}

// Adds a candidate unless one that is found earlier takes the same.
void Add(RoutineCandidate candidate, std::vector<RoutineCandidate>& found) {
  for (RoutineCandidate& other : found) {
    if (other.types != candidate.types) continue;
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

// Rows are given only where rows of that relation are taken, or ROW(...) can become one.
bool TakesRows(const RoutineCandidate& candidate, const std::vector<ExprPtr>& args) {
  for (std::size_t i = 0; i < args.size(); ++i) {
    const Type& from = args[i]->type;
    const Type& to = candidate.types[i];
    if (to.id != TypeId::kRecord || from.id != TypeId::kRecord) continue;
    if (from.domain != 0 && from.domain != to.domain) return false;
  }
  return true;
}

// How many arguments are of the very type, domains and rows told apart.
int CountExact(const RoutineCandidate& candidate, const std::vector<ExprPtr>& args) {
  int exact = 0;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const Type& type = args[i]->type;
    if (type.id == candidate.types[i].id && type.domain == candidate.types[i].domain) ++exact;
  }
  return exact;
}

struct Choice {
  const RoutineCandidate* candidate;
  int exact;
  bool ambiguous;
};

// Of those whose types differ in domains and rows alone, the one that fits best.
std::vector<Choice> PreferExact(const std::vector<RoutineCandidate>& routines,
                                const std::vector<ExprPtr>& args) {
  std::vector<Choice> choices;
  for (const RoutineCandidate& routine : routines) {
    if (!TakesRows(routine, args)) continue;
    const Choice choice{&routine, CountExact(routine, args), routine.ambiguous};
    const auto same = std::find_if(choices.begin(), choices.end(), [&](const Choice& other) {
      return other.candidate->shape.arguments == routine.shape.arguments;
    });
    if (same == choices.end()) {
      choices.push_back(choice);
    } else if (same->exact < choice.exact) {
      *same = choice;
    } else if (same->exact == choice.exact) {
      same->ambiguous = true;
    }
  }
  return choices;
}

// name(argument), as the grammar would give it.
class OneArgumentCall {
 public:
  OneArgumentCall(const Node& name, const ColumnRef& argument) : name_(&name), args_(&argument) {
    call_.type = T_FuncCall;
    call_.funcname = name_.list();
    call_.args = args_.list();
    call_.location = argument.location;
  }
  const FuncCall& node() const { return call_; }

 private:
  OneNode name_;
  OneNode args_;
  FuncCall call_ = {};
};

// Says what the call gives, and what it takes for each argument.
std::vector<Type> DecideTypes(const RoutineCandidate& candidate, const std::vector<ExprPtr>& args,
                              Expression& call, EvalContext& context) {
  const catalog::FunctionDescriptor& function = *candidate.function;
  const RoutineUse declared = DeclaredUse(function, context);
  call.type = {declared.result.id, -1, declared.result.domain};
  call.shape = declared.columns;
  std::vector<Type> types = candidate.types;
  if (!function.IsPolymorphic()) return types;
  std::vector<TypeId> given;
  for (const ExprPtr& arg : args) given.push_back(arg->type.id);
  base::Oid rows = base::kInvalidOid;  // whose rows the polymorphic arguments are
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (types::IsPolymorphic(types[i].id) && HoldsRows(given[i])) rows = args[i]->type.domain;
  }
  const auto decide = [&](const Type& type) {
    if (!types::IsPolymorphic(type.id)) return type;
    const auto decided = Instantiate(candidate.shape.arguments, type.id, given);
    ORDINAL_CHECK(decided.has_value());
    if (types::IsPolymorphic(decided->result)) {
      throw Error(sqlstate::kDatatypeMismatch,
                  "could not determine polymorphic type because input has type unknown");
    }
    return Type{decided->result, -1, HoldsRows(decided->result) ? rows : 0};
  };
  for (Type& type : types) type = decide(type);
  call.type = decide(call.type);
  if (declared.columns != nullptr && function.HasOutputs()) {
    auto columns = std::make_shared<types::RecordShape>(*declared.columns);
    for (types::RecordField& field : columns->fields) field.type = decide(field.type);
    call.shape = std::move(columns);
  }
  return types;
}

// The call as errors show it: f(integer, b => text).
std::string Signature(const std::vector<std::string>& name, const std::vector<std::string>& arguments,
                      const std::vector<ExprPtr>& args) {
  std::string text;
  for (const std::string& part : name) text += (text.empty() ? "" : ".") + part;
  text += "(";
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (i > 0) text += ", ";
    if (!arguments[i].empty()) text += arguments[i] + " => ";
    text += TypeNameOf(*args[i]);
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
                                       const std::vector<ExprPtr>& args,
                                       const RoutineCandidate*& routine) const try {
  const std::vector<std::string> names = Names(call.funcname);
  const std::string name = BuiltInName(names);
  const bool built_in = names.size() == 1 || names[names.size() - 2] == "pg_catalog" ||
                        (names[names.size() - 2] == "sys" && FunctionNameExists(name));
  const VariadicUse use = call.func_variadic ? VariadicUse::kArray : VariadicUse::kElements;
  const std::vector<Choice> choices = PreferExact(routines, args);
  std::vector<const Function*> more;
  for (const Choice& choice : choices) more.push_back(&choice.candidate->shape);
  std::vector<TypeId> types;
  for (const ExprPtr& arg : args) types.push_back(arg->type.id);
  // Functions with names that no user's schema holds are in pg_catalog.
  const std::vector<std::string> arguments = ArgumentNames(call, 0);
  const bool named =
      std::any_of(arguments.begin(), arguments.end(), [](const std::string& each) { return !each.empty(); });
  const bool nameless = named && routines.empty() && !HasParameterNames(name);
  const Function* found =
      FindFunction(built_in && !nameless ? name : "", FunctionKind::kScalar, types, use, more);
  bool ambiguous = false;
  for (const Choice& choice : choices) {
    if (found != &choice.candidate->shape) continue;
    routine = choice.candidate;
    ambiguous = choice.ambiguous;
  }
  if (found == nullptr && (!built_in || nameless || (named && !routines.empty()))) {
    throw Error(sqlstate::kUndefinedFunction,
                "function " + Signature(names, arguments, args) + " does not exist")
        .Hint(
            "No function matches the given name and argument types. You might need to add explicit type "
            "casts.");
  }
  if (ambiguous) {
    throw Error(sqlstate::kAmbiguousFunction,
                "function " + Signature(names, arguments, args) + " is not unique")
        .Hint("Could not choose a best candidate function. You might need to add explicit type casts.");
  }
  if (routine != nullptr && routine->function->is_procedure && !calling_) {
    throw Error(sqlstate::kWrongObjectType, Signature(names, arguments, args) + " is a procedure")
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
  result->position = position;
  result->args.resize(inputs.size());
  const std::vector<Type> types = DecideTypes(candidate, args, *result, environment_.context);
  if (candidate.spread && !inputs.empty()) {
    const Type element = types.back();
    auto array = std::make_unique<Expression>();
    array->kind = ExprKind::kArray;
    array->type = {types::ArrayType(element.id), -1, HoldsRows(element.id) ? element.domain : 0};
    result->args.back() = std::move(array);
  }
  for (std::size_t i = 0; i < args.size(); ++i) {
    ExprPtr arg = types[i].id == TypeId::kRecord
                      ? FitRow(std::move(args[i]), types[i], position)
                      : Coerce(std::move(args[i]), types[i], types::CastContext::kImplicit, position);
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

// A row for an argument that takes rows of some relation, or any.
ExprPtr Binder::FitRow(ExprPtr row, Type to, int position) {
  if (to.domain != 0 && row->type != to && row->type.id == TypeId::kRecord) {
    return CastToRow(std::move(row), to, position);
  }
  return Coerce(std::move(row), to, types::CastContext::kImplicit, position);
}

ExprPtr Binder::BindRowCall(const ColumnRef& ref, Scope& scope) {
  const std::vector<std::string> names = Names(ref.fields);
  if (names.size() != 2) return nullptr;
  const Scope::RowMatch row = scope.FindRow(names[0], Position(ref.location));
  if (!row) return nullptr;
  const OneArgumentCall call(*NodeAt(ref.fields, 1), ref);
  const std::vector<RoutineCandidate> routines = FindRoutines(call.node());
  if (routines.empty()) return nullptr;
  std::vector<ExprPtr> args;
  args.push_back(BindWholeRow(row, Position(ref.location)));
  const RoutineCandidate* routine = nullptr;
  const Function* found = ChooseFunction(call.node(), routines, args, routine);
  if (routine == nullptr || found->kind == FunctionKind::kSetReturning) return nullptr;
  return BuildRoutineCall(call.node(), *routine, std::move(args));
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

// Inputs are named as `input` or `function.input`, and their fields behind that; null when the name is that
// of none.
ExprPtr Binder::BindRoutineParameter(const std::vector<std::string>& names, int position) {
  const auto inputs = InputsOf(*routine_);
  const auto find = [&](std::size_t place) -> ExprPtr {
    for (std::size_t i = 0; place < names.size() && i < inputs.size(); ++i) {
      if (inputs[i]->name != names[place]) continue;
      ExprPtr found = NewParameter(static_cast<int>(i + 1), position);
      for (std::size_t field = place + 1; field < names.size(); ++field) {
        found = SelectField(std::move(found), names[field], position);
      }
      return found;
    }
    return nullptr;
  };
  if (names.size() > 3) return nullptr;
  if (names.size() > 1 && names[0] == routine_->name) {
    if (ExprPtr found = find(1)) return found;
  }
  return names.size() < 3 ? find(0) : nullptr;
}

}  // namespace ordinal::sql
