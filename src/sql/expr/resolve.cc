#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "sql/expr/conversion.h"
#include "sql/expr/function_table.h"
#include "sql/expr/polymorphic.h"
#include "sql/expr/record.h"

// The rules are those of the manual, sections 10.2 (operators) and 10.3 (functions).
namespace ordinal::sql {
namespace {

using base::Error;
using types::CastContext;
using Types = std::span<const TypeId>;

constexpr char kStringCategory = 'S';
constexpr char kPseudoCategory = 'P';
constexpr char kNoCategory = '\0';

struct Candidate {
  const Function* function;
  std::vector<TypeId> declared;   // as many as the call has: a variadic one repeated
  std::vector<TypeId> arguments;  // the same with polymorphic types decided; see CallTypes
};
using Candidates = std::vector<Candidate>;

char CategoryOf(TypeId id) { return id == TypeId::kInvalid ? kPseudoCategory : types::InfoOf(id).category; }
bool IsPreferred(TypeId id) { return id != TypeId::kInvalid && types::InfoOf(id).preferred; }

bool IsVariadicAny(const Function& function) {
  return function.variadic && function.kind == FunctionKind::kScalar &&
         function.arguments.back() == TypeId::kInvalid;
}

bool Accepts(const Function& function, std::size_t count, VariadicUse use) {
  const bool takes_array = function.variadic_array || IsVariadicAny(function);
  if (use == VariadicUse::kArray) return takes_array && count == function.arguments.size();
  if (function.variadic || function.variadic_array) return count >= function.arguments.size();
  return count == function.arguments.size();
}

// The types that a call of so many arguments has to give.
std::vector<TypeId> DeclaredTypes(const Function& function, std::size_t count, VariadicUse use) {
  std::vector<TypeId> declared = function.arguments;
  if (function.variadic_array && use == VariadicUse::kElements) {
    declared.back() = types::ElementType(declared.back());
  }
  if (count > declared.size()) declared.resize(count, declared.back());
  return declared;
}

Candidates AllOf(std::string_view name, FunctionKind kind, Types inputs, VariadicUse use) {
  Candidates all;
  for (const Function* function : FunctionsNamed(name, kind == FunctionKind::kOperator)) {
    if (!Accepts(*function, inputs.size(), use)) continue;
    std::vector<TypeId> declared = DeclaredTypes(*function, inputs.size(), use);
    std::optional<CallTypes> types = Instantiate(declared, function->result, inputs);
    if (!types) continue;
    all.push_back({function, std::move(declared), std::move(types->arguments)});
  }
  return all;
}

void AddMore(std::span<const Function* const> more, Types inputs, Candidates& all) {
  for (const Function* function : more) {
    const auto same = [&](const Candidate& other) { return other.declared == function->arguments; };
    if (std::any_of(all.begin(), all.end(), same)) continue;
    std::optional<CallTypes> types = Instantiate(function->arguments, function->result, inputs);
    if (types) all.push_back({function, function->arguments, std::move(types->arguments)});
  }
}

// Makes an array of what a call gives for the last, variadic argument.
void PackElements(Expression& call) {
  const std::size_t fixed = call.function->arguments.size() - 1;
  auto array = std::make_unique<Expression>();
  array->kind = ExprKind::kArray;
  array->type = {call.function->arguments.back(), -1};
  std::move(call.args.begin() + static_cast<std::ptrdiff_t>(fixed), call.args.end(),
            std::back_inserter(array->args));
  call.args.resize(fixed);
  call.args.push_back(std::move(array));
}

// Notes that the last argument holds all others.
void TakeArray(Expression& call) {
  const Expression& array = *call.args.back();
  if (!types::IsArray(array.type.id)) {
    throw Error(base::sqlstate::kDatatypeMismatch, "VARIADIC argument must be an array")
        .Position(array.position);
  }
  call.index = kTakesArray;
}

const Function* ExactMatch(const Candidates& candidates, Types inputs) {
  for (const Candidate& candidate : candidates) {
    if (std::equal(inputs.begin(), inputs.end(), candidate.declared.begin())) return candidate.function;
  }
  return nullptr;
}

bool Reaches(const Candidate& candidate, Types inputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!CanConvert(inputs[i], candidate.arguments[i], CastContext::kImplicit)) return false;
  }
  return true;
}

// Keeps the candidates for which the most known arguments satisfy `matches`.
template <typename Matches>
void KeepBest(Candidates& candidates, Types inputs, Matches matches) {
  std::ptrdiff_t best = 0;
  std::vector<std::ptrdiff_t> scores;
  for (const Candidate& candidate : candidates) {
    std::ptrdiff_t score = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] != TypeId::kUnknown && matches(inputs[i], candidate.declared[i])) ++score;
    }
    scores.push_back(score);
    best = std::max(best, score);
  }
  std::size_t next = 0;
  std::erase_if(candidates, [&](const Candidate&) { return scores[next++] < best; });
}

struct SlotChoice {
  char category = kNoCategory;
  bool has_preferred = false;
};

// Decides which type category an unknown literal in place `slot` has: string wins any conflict.
SlotChoice ChooseCategory(const Candidates& candidates, std::size_t slot) {
  SlotChoice choice;
  bool conflict = false;
  for (const Candidate& candidate : candidates) {
    const char category = CategoryOf(candidate.declared[slot]);
    const bool preferred = IsPreferred(candidate.declared[slot]);
    if (choice.category == kNoCategory) {
      choice = {category, preferred};
    } else if (category == choice.category) {
      choice.has_preferred |= preferred;
    } else if (category == kStringCategory) {
      choice = {category, preferred};
    } else {
      conflict = true;
    }
  }
  if (conflict && choice.category != kStringCategory) choice.category = kNoCategory;
  return choice;
}

void KeepByCategories(Candidates& candidates, Types inputs) {
  std::vector<SlotChoice> choices(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] != TypeId::kUnknown) continue;
    choices[i] = ChooseCategory(candidates, i);
    if (choices[i].category == kNoCategory) return;
  }
  const auto unfit = [&](const Candidate& candidate) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] != TypeId::kUnknown) continue;
      const TypeId argument = candidate.declared[i];
      if (CategoryOf(argument) != choices[i].category) return true;
      if (choices[i].has_preferred && !IsPreferred(argument)) return true;
    }
    return false;
  };
  if (std::all_of(candidates.begin(), candidates.end(), unfit)) return;
  std::erase_if(candidates, unfit);
}

// The last resort: when all known arguments are of one type, the unknown ones are taken to be of it too.
void KeepByKnownType(Candidates& candidates, Types inputs) {
  TypeId known = TypeId::kUnknown;
  for (const TypeId input : inputs) {
    if (input == TypeId::kUnknown || input == known) continue;
    if (known != TypeId::kUnknown) return;
    known = input;
  }
  if (known == TypeId::kUnknown) return;
  Candidates fit;
  for (const Candidate& candidate : candidates) {
    if (Reaches(candidate, std::vector<TypeId>(inputs.size(), known))) fit.push_back(candidate);
  }
  if (fit.size() == 1) candidates = std::move(fit);
}

void Narrow(Candidates& candidates, Types inputs) {
  KeepBest(candidates, inputs, [](TypeId input, TypeId argument) { return input == argument; });
  if (candidates.size() <= 1) return;
  KeepBest(candidates, inputs, [](TypeId input, TypeId argument) {
    return input == argument || (CategoryOf(argument) == CategoryOf(input) && IsPreferred(argument));
  });
  if (candidates.size() <= 1) return;
  if (std::find(inputs.begin(), inputs.end(), TypeId::kUnknown) == inputs.end()) return;
  KeepByCategories(candidates, inputs);
  if (candidates.size() > 1) KeepByKnownType(candidates, inputs);
}

std::vector<std::string> NamesOf(Types inputs) {
  std::vector<std::string> names;
  for (const TypeId input : inputs) names.push_back(types::FormatType({input, -1}));
  return names;
}

std::vector<std::string> NamesOf(const std::vector<ExprPtr>& args) {
  std::vector<std::string> names;
  for (const ExprPtr& arg : args) names.push_back(TypeNameOf(*arg));
  return names;
}

// Prints the call as errors show it: "text + integer", "- text", "lower(integer)".
std::string Signature(std::string_view name, FunctionKind kind, const std::vector<std::string>& types) {
  if (kind == FunctionKind::kOperator) {
    return (types.size() == 2 ? types[0] + " " : "") + std::string(name) + " " + types.back();
  }
  std::string list;
  for (const std::string& type : types) list += (list.empty() ? "" : ", ") + type;
  return std::string(name) + "(" + list + ")";
}

[[noreturn]] void ThrowNotUnique(std::string_view name, FunctionKind kind, Types inputs) {
  const bool is_operator = kind == FunctionKind::kOperator;
  const std::string signature = Signature(name, kind, NamesOf(inputs));
  throw Error(base::sqlstate::kAmbiguousFunction, is_operator ? "operator is not unique: " + signature
                                                              : "function " + signature + " is not unique")
      .Hint(std::string("Could not choose a best candidate ") + (is_operator ? "operator" : "function") +
            ". You might need to add explicit type casts.");
}

[[noreturn]] void ThrowNotFound(std::string_view name, FunctionKind kind, const std::vector<ExprPtr>& args) {
  const std::string signature = Signature(name, kind, NamesOf(args));
  if (kind != FunctionKind::kOperator) {
    throw Error(base::sqlstate::kUndefinedFunction, "function " + signature + " does not exist")
        .Hint(
            "No function matches the given name and argument types. You might need to add explicit type "
            "casts.");
  }
  throw Error(base::sqlstate::kUndefinedFunction, "operator does not exist: " + signature)
      .Hint(
          args.size() == 2
              ? "No operator matches the given name and argument types. You might need to add explicit type "
                "casts."
              : "No operator matches the given name and argument type. You might need to add an explicit "
                "type cast.");
}

// An operator with one unknown literal is first sought with both sides of the known type.
const Function* MatchAsOtherSide(const Candidates& candidates, Types inputs) {
  if (inputs.size() != 2 || (inputs[0] == TypeId::kUnknown) == (inputs[1] == TypeId::kUnknown))
    return nullptr;
  const TypeId known = inputs[0] == TypeId::kUnknown ? inputs[1] : inputs[0];
  const TypeId both[] = {known, known};
  return ExactMatch(candidates, both);
}

// A call such as date(x) or int4('1') that names a type means a cast when no function fits.
bool IsCastCall(std::string_view name, Types inputs) {
  if (inputs.size() != 1 || inputs[0] == TypeId::kRecord) return false;
  const types::TypeInfo* info = types::FindTypeByName(name);
  return info != nullptr && CanConvert(inputs[0], info->id, CastContext::kExplicit);
}

// A call that gives what it was given, or an array of it, gives rows of the same type.
void KeepRowType(const std::vector<ExprPtr>& args, Expression& call) {
  if (!HoldsRows(call.type.id)) return;
  for (const ExprPtr& arg : args) {
    if (!HoldsRows(arg->type.id)) continue;
    call.type.domain = arg->type.domain;
    call.shape = arg->shape;
    return;
  }
}

ExprPtr FitArgument(ExprPtr arg, TypeId wanted) {
  if (types::IsPolymorphic(wanted)) {
    throw Error(base::sqlstate::kDatatypeMismatch,
                "could not determine polymorphic type because input has type unknown");
  }
  if (wanted != TypeId::kInvalid) return MakeCast(std::move(arg), {wanted, -1}, CastContext::kImplicit);
  const bool untyped = arg->kind == ExprKind::kParameter && arg->type.id == TypeId::kUnknown;
  if (untyped) arg->type = {TypeId::kText, -1};
  return arg;
}

}  // namespace

const Function* FindFunction(std::string_view name, FunctionKind kind, std::span<const TypeId> arguments,
                             VariadicUse use, std::span<const Function* const> more) {
  Candidates candidates = AllOf(name, kind, arguments, use);
  AddMore(more, arguments, candidates);
  if (const Function* exact = ExactMatch(candidates, arguments)) return exact;
  if (kind == FunctionKind::kOperator) {
    if (const Function* function = MatchAsOtherSide(candidates, arguments)) return function;
  }
  std::erase_if(candidates, [&](const Candidate& candidate) { return !Reaches(candidate, arguments); });
  if (candidates.size() > 1) Narrow(candidates, arguments);
  if (candidates.empty()) return nullptr;
  if (candidates.size() > 1) ThrowNotUnique(name, kind, arguments);
  return candidates.front().function;
}

ExprPtr BuildCall(std::string_view name, FunctionKind kind, std::vector<ExprPtr> args, int position,
                  VariadicUse use) try {
  std::vector<TypeId> inputs;
  for (const ExprPtr& arg : args) inputs.push_back(arg->type.id);
  const Function* function = FindFunction(name, kind, inputs, use);
  if (function == nullptr) {
    if (kind == FunctionKind::kOperator || !IsCastCall(name, inputs)) ThrowNotFound(name, kind, args);
    return MakeCast(std::move(args[0]), {types::FindTypeByName(name)->id, -1}, CastContext::kExplicit,
                    position);
  }
  auto call = std::make_unique<Expression>();
  call->kind = ExprKind::kCall;
  call->function = function;
  const std::optional<CallTypes> types =
      Instantiate(DeclaredTypes(*function, inputs.size(), use), function->result, inputs);
  ORDINAL_CHECK(types.has_value());
  if (types->result == TypeId::kInvalid) {
    // Only the array of an argument that is an array itself has no type.
    throw Error(base::sqlstate::kUndefinedObject,
                "could not find array type for data type " + types::FormatType({inputs.front(), -1}));
  }
  call->type = {types->result, -1};
  call->position = position;
  if (types::IsPolymorphic(function->result)) KeepRowType(args, *call);
  for (std::size_t i = 0; i < args.size(); ++i) {
    call->args.push_back(FitArgument(std::move(args[i]), types->arguments[i]));
  }
  if (function->variadic_array && use == VariadicUse::kElements) PackElements(*call);
  if (IsVariadicAny(*function) && use == VariadicUse::kArray) TakeArray(*call);
  return call;
} catch (Error& error) {
  if (error.report().position == 0) error.Position(position);
  throw;
}

}  // namespace ordinal::sql
