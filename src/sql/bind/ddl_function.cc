// Binds CREATE, ALTER and DROP of functions and procedures.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/routine.h"
#include "sql/bind/type_use.h"

namespace ordinal::sql {
namespace {

using base::Error;
using catalog::ArgumentMode;
using catalog::FunctionArgument;
using catalog::FunctionDescriptor;
namespace sqlstate = base::sqlstate;

constexpr std::size_t kArgumentsMax = 100;
constexpr double kSetRows = 1000;  // what PostgreSQL takes a set to have
// Stands for the function that is being made while its body is looked at.
constexpr base::Oid kOidOfNew = 0xffffffff;

RoutineKind RoutineKindOf(ObjectType type) {
  if (type == OBJECT_PROCEDURE) return RoutineKind::kProcedure;
  return type == OBJECT_FUNCTION ? RoutineKind::kFunction : RoutineKind::kRoutine;
}

// As command tags name it.
std::string TagWord(RoutineKind kind) {
  if (kind == RoutineKind::kProcedure) return "PROCEDURE";
  return kind == RoutineKind::kRoutine ? "ROUTINE" : "FUNCTION";
}

[[noreturn]] void ThrowDefinition(std::string text) {
  throw Error(sqlstate::kInvalidFunctionDefinition, std::move(text));
}

ArgumentMode ModeOf(const FunctionParameter& parameter) {
  switch (parameter.mode) {
    case FUNC_PARAM_OUT:
      return ArgumentMode::kOut;
    case FUNC_PARAM_INOUT:
      return ArgumentMode::kInOut;
    case FUNC_PARAM_VARIADIC:
      return ArgumentMode::kVariadic;
    case FUNC_PARAM_TABLE:
      return ArgumentMode::kTable;
    default:
      return ArgumentMode::kIn;
  }
}

// A pure input may bear the name of a pure output.
bool MayShareName(const FunctionArgument& one, const FunctionArgument& other) {
  return (!one.is_output() && !other.is_input()) || (!one.is_input() && !other.is_output());
}

void CheckName(const FunctionDescriptor& function, const FunctionArgument& argument) {
  if (argument.name.empty()) return;
  for (const FunctionArgument& other : function.arguments) {
    if (other.name != argument.name || MayShareName(other, argument)) continue;
    ThrowDefinition("parameter name \"" + argument.name + "\" used more than once");
  }
}

double NumberOf(const DefElem& option) {
  const Node& node = *option.arg;
  return nodeTag(&node) == T_Integer ? intVal(&node) : std::stod(As<Float>(node).fval);
}

double PositiveOf(const DefElem& option, const char* name) {
  const double number = NumberOf(option);
  if (number > 0) return number;
  throw Error(sqlstate::kInvalidParameterValue, std::string(name) + " must be positive");
}

char ParallelOf(const DefElem& option) {
  const std::string_view word = strVal(option.arg);
  if (word == "safe" || word == "restricted" || word == "unsafe") return word[0];
  throw Error(sqlstate::kSyntaxError, "parameter \"parallel\" must be SAFE, RESTRICTED, or UNSAFE");
}

bool IsExtensionLanguage(std::string_view language) {
  return language == "plpgsql" || language == "c" || language == "internal";
}

void CheckNotCopied(const TypeName& name) {
  if (name.pct_type) base::ThrowUnsupported("types that are copied from columns");
}

void CheckNotPolymorphic(TypeId type, int position) {
  if (types::IsPolymorphic(type)) base::ThrowUnsupported("polymorphic functions", position);
}

// What functions of SQL may neither take nor give.
bool IsPseudo(TypeId type) { return types::InfoOf(type).category == 'P'; }

}  // namespace

const char* WordFor(RoutineKind kind) {
  if (kind == RoutineKind::kProcedure) return "procedure";
  return kind == RoutineKind::kFunction ? "function" : "routine";
}

types::Type DdlBinder::BindParameterType(const TypeName& name) const {
  CheckNotCopied(name);
  if (name.setof) {
    throw Error(sqlstate::kInvalidFunctionDefinition, "functions cannot accept set arguments");
  }
  const std::vector<std::string> parts = Names(name.names);
  if (types::FindTypeByName(parts.back()) == nullptr &&
      LookupRelation(environment_, parts.size() > 1 ? parts[parts.size() - 2] : "", parts.back())) {
    base::ThrowUnsupported("rows as arguments of functions", tree_.Position(name.location));
  }
  if (types::FindTypeByName(parts.back()) == nullptr) {
    std::string shown;
    for (const std::string& part : parts) shown += (shown.empty() ? "" : ".") + part;
    throw Error(sqlstate::kUndefinedObject, "type " + shown + " does not exist");
  }
  const types::Type type = BindTypeName(name, tree_, environment_);
  CheckTypeUse(type, environment_);
  CheckNotPolymorphic(type.id, tree_.Position(name.location));
  if (IsPseudo(type.id)) {
    ThrowDefinition("SQL functions cannot have arguments of type " + types::FormatType({type.id, -1}));
  }
  return {type.id, -1};
}

std::string DdlBinder::BindParameterDefault(const Node& node, types::Type type) {
  Binder binder(environment_, tree_, {});
  const catalog::TableDescriptor no_table;
  ExprPtr value = binder.BindStandalone(node, &no_table, "DEFAULT expression");
  const types::Type actual = value->type;
  const int position = value->position;
  try {
    value = Coerce(std::move(value), type, types::CastContext::kAssignment, position);
  } catch (const Error& error) {
    if (error.sqlstate() != sqlstate::kCannotCoerce && error.sqlstate() != sqlstate::kDatatypeMismatch) throw;
    throw Error(sqlstate::kDatatypeMismatch, "argument of DEFAULT must be type " + types::FormatType(type) +
                                                 ", not type " + types::FormatType({actual.id, -1}))
        .Position(position);
  }
  return SerializeExpression(*FoldConstants(std::move(value), environment_.context));
}

void DdlBinder::BindParameters(const CreateFunctionStmt& create, FunctionDescriptor& function) {
  bool has_default = false;
  bool after_variadic = false;
  for (int i = 0; i < LengthOf(create.parameters); ++i) {
    const auto& parameter = As<FunctionParameter>(*NodeAt(create.parameters, i));
    FunctionArgument argument;
    argument.mode = ModeOf(parameter);
    argument.type = BindParameterType(*parameter.argType);
    argument.name = Text(parameter.name);
    if (argument.is_input() && after_variadic) {
      ThrowDefinition("VARIADIC parameter must be the last input parameter");
    }
    if (argument.mode == ArgumentMode::kVariadic) {
      after_variadic = true;
      if (!types::IsArray(argument.type.id)) ThrowDefinition("VARIADIC parameter must be an array");
    }
    CheckName(function, argument);
    if (parameter.defexpr != nullptr) {
      if (!argument.is_input()) ThrowDefinition("only input parameters can have default values");
      argument.default_expression = BindParameterDefault(*parameter.defexpr, argument.type);
      has_default = true;
    } else if (argument.is_input() && has_default) {
      ThrowDefinition("input parameters after one with a default value must also have defaults");
    }
    function.arguments.push_back(std::move(argument));
  }
  if (function.InputTypes().size() > kArgumentsMax) {
    throw Error(sqlstate::kTooManyArguments, "functions cannot have more than 100 arguments");
  }
}

void DdlBinder::BindReturns(const CreateFunctionStmt& create, FunctionDescriptor& function) {
  std::vector<TypeId> outputs;
  for (const FunctionArgument& argument : function.arguments) {
    if (argument.is_output()) outputs.push_back(argument.type.id);
  }
  TypeId implied = outputs.empty() ? TypeId::kVoid : outputs.front();
  if (outputs.size() > 1 || (function.is_procedure && !outputs.empty())) implied = TypeId::kRecord;
  if (create.returnType == nullptr) {
    if (outputs.empty() && !function.is_procedure) ThrowDefinition("function result type must be specified");
    function.result = {implied, -1};
    return;
  }
  const TypeName& name = *create.returnType;
  CheckNotCopied(name);
  function.returns_set = name.setof;
  TypeName element = name;
  element.setof = false;
  const std::vector<std::string> parts = Names(name.names);
  const auto relation =
      types::FindTypeByName(parts.back()) != nullptr
          ? catalog::Catalog::Relation{}
          : LookupRelation(environment_, parts.size() > 1 ? parts[parts.size() - 2] : "", parts.back());
  if (relation.table || relation.view) {
    function.row_of = relation.oid();
    function.result = {TypeId::kRecord, -1};
    function.uses.emplace_back(relation.oid(), base::AttributeNumber{0});
  } else {
    const types::Type type = BindTypeName(element, tree_, environment_);
    CheckTypeUse(type, environment_);
    CheckNotPolymorphic(type.id, tree_.Position(name.location));
    if (IsPseudo(type.id) && type.id != TypeId::kVoid && type.id != TypeId::kRecord) {
      ThrowDefinition("SQL functions cannot return type " + types::FormatType({type.id, -1}));
    }
    function.result = {type.id, -1};
  }
  if (outputs.empty()) {
    if (function.result.id == TypeId::kRecord && function.row_of == 0) {
      base::ThrowUnsupported("functions that return record without OUT parameters");
    }
    return;
  }
  if (function.result.id != implied || function.row_of != 0) {
    ThrowDefinition("function result type must be " + types::FormatType({implied, -1}) +
                    " because of OUT parameters");
  }
}

void DdlBinder::BindFunctionOption(const DefElem& option, FunctionDescriptor& function) const {
  const std::string_view name = option.defname;
  if (name == "volatility") {
    const std::string_view word = strVal(option.arg);
    function.volatility = static_cast<catalog::FunctionVolatility>(word[0]);
  } else if (name == "strict") {
    function.strict = boolVal(option.arg);
  } else if (name == "security") {
    function.security_definer = boolVal(option.arg);
  } else if (name == "leakproof") {
    function.leakproof = boolVal(option.arg);
  } else if (name == "parallel") {
    function.parallel = ParallelOf(option);
  } else if (name == "cost") {
    function.cost = PositiveOf(option, "COST");
  } else if (name == "rows") {
    function.rows = PositiveOf(option, "ROWS");
    if (function.returns_set) return;
    throw Error(sqlstate::kInvalidParameterValue,
                "ROWS is not applicable when function does not return a set");
  } else if (name == "set") {
    base::ThrowUnsupported("SET in functions");
  } else {
    base::ThrowUnsupported("this option of functions");
  }
}

void DdlBinder::BindBody(const CreateFunctionStmt& create, const std::string& language,
                         FunctionDescriptor& function) {
  const List* as = nullptr;
  for (int i = 0; i < LengthOf(create.options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(create.options, i));
    if (std::string_view(option.defname) == "as") as = reinterpret_cast<const List*>(option.arg);
  }
  if (as != nullptr && create.sql_body != nullptr) ThrowDefinition("duplicate function body specified");
  if (create.sql_body != nullptr && language != "sql") {
    ThrowDefinition("inline SQL function body only valid for language SQL");
  }
  if (as == nullptr && create.sql_body == nullptr) ThrowDefinition("no function body specified");
  if (as != nullptr) {
    if (LengthOf(as) > 1) ThrowDefinition("only one AS item needed for language \"sql\"");
    function.body = strVal(NodeAt(as, 0));
    return;
  }
  function.is_standard = true;
  for (const parse::Statement& statement : tree_.statements()) {
    if (statement.node != static_cast<const void*>(&create)) continue;
    function.body = tree_.text().substr(static_cast<std::size_t>(statement.begin),
                                        static_cast<std::size_t>(statement.length));
  }
}

// Binds the body for its errors. Those of a string point into the string where the text holds it.
void DdlBinder::CheckBody(const FunctionDescriptor& function) try {
  if (function.is_standard) return;
  if (environment_.context.GetParameter("check_function_bodies").value_or("on") == "off") return;
  // The function may call itself.
  catalog::Catalog with_it(environment_.catalog);
  FunctionDescriptor made = function;
  made.oid = kOidOfNew;
  for (const auto& other : environment_.catalog.FunctionsNamed(function.schema, function.name)) {
    if (other->InputTypes() == function.InputTypes()) made.oid = other->oid;
  }
  with_it.Store(made);
  BindRoutine(made, {with_it, environment_.profile, environment_.search_path, environment_.context,
                     environment_.temporary_schema});
} catch (Error& error) {
  const int within = error.report().position;
  const std::size_t at = tree_.text().find(function.body);
  const bool known = within > 0 && at != std::string_view::npos &&
                     tree_.text().find(function.body, at + 1) == std::string_view::npos;
  throw error.Position(known ? tree_.Position(static_cast<int>(at)) + within - 1 : 0);
}

void DdlBinder::BindCreateFunction(const CreateFunctionStmt& create) {
  ddl_.tag = create.is_procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
  std::string language = create.sql_body != nullptr ? "sql" : "";
  std::set<std::string> said;
  for (int i = 0; i < LengthOf(create.options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(create.options, i));
    if (!said.insert(option.defname).second && std::string_view(option.defname) != "set") {
      throw Error(sqlstate::kSyntaxError, "conflicting or redundant options")
          .Position(tree_.Position(option.location));
    }
    if (std::string_view(option.defname) == "language") language = strVal(option.arg);
  }
  if (language.empty()) ThrowDefinition("no language specified");
  environment_.profile.CheckAllowed(dialect::Feature::kFunctionLanguage, language);
  if (IsExtensionLanguage(language)) base::ThrowUnsupported("functions in languages other than SQL");
  if (language != "sql") {
    throw Error(sqlstate::kUndefinedObject, "language \"" + language + "\" does not exist");
  }
  if (create.is_procedure) base::ThrowUnsupported("procedures");
  const std::vector<std::string> names = Names(create.funcname);
  CreateFunction bound;
  bound.replace = create.replace;
  FunctionDescriptor& function = bound.function;
  function.schema = CreationSchema(environment_, names.size() > 1 ? names[names.size() - 2] : "");
  function.name = names.back();
  function.is_procedure = create.is_procedure;
  BindParameters(create, function);
  BindReturns(create, function);
  if (function.returns_set) function.rows = kSetRows;
  for (int i = 0; i < LengthOf(create.options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(create.options, i));
    const std::string_view name = option.defname;
    if (name != "language" && name != "as") BindFunctionOption(option, function);
  }
  BindBody(create, language, function);
  CheckBody(function);
  if (function.is_standard) {
    const auto uses = function.uses;
    RecordStandardBody(function, environment_);
    function.uses.insert(function.uses.end(), uses.begin(), uses.end());
  }
  ddl_.statement = std::move(bound);
}

catalog::Catalog::FunctionPtr DdlBinder::FindFunction(RoutineKind kind, const ObjectWithArgs& named,
                                                      bool missing_ok) {
  const std::vector<std::string> names = Names(named.objname);
  const std::string& name = names.back();
  const std::string word = WordFor(kind);
  std::vector<base::Oid> schemas = environment_.search_path;
  if (names.size() > 1) {
    const std::string& schema = names[names.size() - 2];
    const auto found = environment_.catalog.FindSchema(schema);
    if (!found && missing_ok) {
      Skip("schema \"" + schema + "\" does not exist, skipping");
      return nullptr;
    }
    if (!found) {
      throw Error(sqlstate::kInvalidSchemaName, "schema \"" + schema + "\" does not exist");
    }
    schemas = {found->oid};
  }
  std::vector<TypeId> types;
  std::string shown;
  std::string written;  // as the grammar understands the names
  for (int i = 0; i < LengthOf(named.objargs); ++i) {
    const auto& type_name = As<TypeName>(*NodeAt(named.objargs, i));
    const types::Type type = BindTypeName(type_name, tree_, environment_);
    types.push_back(type.id);
    shown += (i > 0 ? ", " : "") + types::FormatType({type.id, -1});
    std::string parts;
    for (const std::string& part : Names(type_name.names)) parts += (parts.empty() ? "" : ".") + part;
    written += (i > 0 ? "," : "") + parts + (LengthOf(type_name.arrayBounds) > 0 ? "[]" : "");
  }
  std::string full;
  for (const std::string& part : names) full += (full.empty() ? "" : ".") + part;
  const std::string signature = full + "(" + shown + ")";
  std::vector<catalog::Catalog::FunctionPtr> found;
  for (const base::Oid schema : schemas) {
    for (auto& function : environment_.catalog.FunctionsNamed(schema, name)) {
      const bool fits = named.args_unspecified || function->InputTypes() == types;
      const bool hidden = std::any_of(found.begin(), found.end(), [&](const auto& other) {
        return other->InputTypes() == function->InputTypes();
      });
      const bool other_kind = named.args_unspecified && kind != RoutineKind::kRoutine &&
                              function->is_procedure != (kind == RoutineKind::kProcedure);
      if (fits && !hidden && !other_kind) found.push_back(std::move(function));
    }
  }
  if (found.size() > 1 && named.args_unspecified) {
    throw Error(sqlstate::kAmbiguousFunction, word + " name \"" + full + "\" is not unique")
        .Hint("Specify the argument list to select the " + word + " unambiguously.");
  }
  if (found.empty()) {
    if (missing_ok) {
      Skip(word + " " + full + "(" + written + ") does not exist, skipping");
      return nullptr;
    }
    throw Error(sqlstate::kUndefinedFunction, named.args_unspecified
                                                  ? "could not find a " + word + " named \"" + full + "\""
                                                  : word + " " + signature + " does not exist");
  }
  if (kind != RoutineKind::kRoutine && found.front()->is_procedure != (kind == RoutineKind::kProcedure)) {
    throw Error(sqlstate::kWrongObjectType, signature + " is not a " + word);
  }
  return found.front();
}

void DdlBinder::BindAlterFunction(const AlterFunctionStmt& alter) {
  const RoutineKind kind = RoutineKindOf(alter.objtype);
  ddl_.tag = "ALTER " + TagWord(kind);
  const auto function = FindFunction(kind, *alter.func, false);
  AlterFunction bound;
  bound.function = function->oid;
  bound.changed = *function;
  std::set<std::string> said;
  for (int i = 0; i < LengthOf(alter.actions); ++i) {
    const auto& option = As<DefElem>(*NodeAt(alter.actions, i));
    if (!said.insert(option.defname).second) {
      throw Error(sqlstate::kSyntaxError, "conflicting or redundant options")
          .Position(tree_.Position(option.location));
    }
    BindFunctionOption(option, *bound.changed);
  }
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindFunctionChange(RoutineKind kind, const Node& object, AlterFunction change) {
  ddl_.tag = "ALTER " + TagWord(kind);
  change.function = FindFunction(kind, As<ObjectWithArgs>(object), false)->oid;
  ddl_.statement = std::move(change);
}

void DdlBinder::BindDropFunctions(const DropStmt& drop) {
  const RoutineKind kind = RoutineKindOf(drop.removeType);
  ddl_.tag = "DROP " + TagWord(kind);
  DropFunctions bound;
  bound.cascade = drop.behavior == DROP_CASCADE;
  for (int i = 0; i < LengthOf(drop.objects); ++i) {
    const auto function = FindFunction(kind, As<ObjectWithArgs>(*NodeAt(drop.objects, i)), drop.missing_ok);
    if (function) bound.functions.push_back(function->oid);
  }
  if (!bound.functions.empty()) ddl_.statement = std::move(bound);
}

}  // namespace ordinal::sql
