// Binds CREATE FUNCTION.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/routine.h"
#include "sql/bind/type_use.h"
#include "sql/expr/domain.h"

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

// What functions of SQL may neither take nor give.
bool IsPseudo(const types::Type& type) {
  const bool names_rows = type.id == TypeId::kRecord && type.domain != 0;
  return types::InfoOf(type.id).category == 'P' && !names_rows && !types::IsPolymorphic(type.id);
}

bool IsAnyArray(TypeId type) {
  return types::IsArray(type) || type == TypeId::kAnyArray || type == TypeId::kAnyCompatibleArray;
}

bool IsCompatibleFamily(TypeId type) {
  return type == TypeId::kAnyCompatible || type == TypeId::kAnyCompatibleArray;
}

// A polymorphic result takes an input that decides it.
void CheckDecided(const FunctionDescriptor& function, TypeId result) {
  if (!types::IsPolymorphic(result)) return;
  const bool compatible = IsCompatibleFamily(result);
  for (const FunctionArgument& argument : function.arguments) {
    const TypeId type = argument.type.id;
    if (!argument.is_input() || !types::IsPolymorphic(type)) continue;
    if (IsCompatibleFamily(type) == compatible) return;
  }
  throw Error(sqlstate::kInvalidFunctionDefinition, "cannot determine result data type")
      .Detail(
          "A result of type " + types::FormatType({result, -1}) + " requires at least one input of type " +
          (compatible ? "anycompatible, anycompatiblearray, anycompatiblenonarray, anycompatiblerange, or "
                        "anycompatiblemultirange."
                      : "anyelement, anyarray, anynonarray, anyenum, anyrange, or anymultirange."));
}

}  // namespace

types::Type DdlBinder::BindParameterType(const TypeName& name) const try {
  CheckNotCopied(name);
  if (name.setof) {
    throw Error(sqlstate::kInvalidFunctionDefinition, "functions cannot accept set arguments");
  }
  const types::Type type = BindTypeOfFunction(name);
  if (IsPseudo(type)) {
    ThrowDefinition("SQL functions cannot have arguments of type " + types::FormatType({type.id, -1}));
  }
  return type;
} catch (Error& error) {
  if (error.sqlstate() != sqlstate::kUndefinedObject) throw;
  std::string shown;
  for (const std::string& part : Names(name.names)) shown += (shown.empty() ? "" : ".") + part;
  throw Error(sqlstate::kUndefinedObject, "type " + shown + " does not exist");
}

// Without a modifier: functions keep none.
types::Type DdlBinder::BindTypeOfFunction(const TypeName& name) const {
  const types::Type type = BindTypeName(name, tree_, environment_);
  CheckTypeUse(type, environment_);
  return {type.id, -1, type.domain};
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
      if (!IsAnyArray(argument.type.id)) ThrowDefinition("VARIADIC parameter must be an array");
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
  std::vector<types::Type> outputs;
  for (const FunctionArgument& argument : function.arguments) {
    if (argument.is_output()) outputs.push_back(argument.type);
  }
  types::Type implied = outputs.empty() ? types::Type{TypeId::kVoid} : outputs.front();
  if (outputs.size() > 1 || (function.is_procedure && !outputs.empty())) implied = {TypeId::kRecord};
  if (create.returnType == nullptr) {
    if (outputs.empty() && !function.is_procedure) ThrowDefinition("function result type must be specified");
    function.result = implied;
  } else {
    CheckNotCopied(*create.returnType);
    TypeName element = *create.returnType;
    function.returns_set = std::exchange(element.setof, false);
    function.result = BindTypeOfFunction(element);
  }
  const types::Type& result = function.result;
  if (IsPseudo(result) && result.id != TypeId::kVoid && result.id != TypeId::kRecord) {
    ThrowDefinition("SQL functions cannot return type " + types::FormatType({result.id, -1}));
  }
  if (!outputs.empty() && result != implied) {
    ThrowDefinition("function result type must be " + ShowType(implied, environment_.context) +
                    " because of OUT parameters");
  }
  CheckDecided(function, result.id);
  for (const types::Type& output : outputs) CheckDecided(function, output.id);
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
  } else {
    base::ThrowUnsupported("this option of functions");
  }
}

AlterSettings DdlBinder::BindFunctionSetting(const DefElem& option) const {
  AlterSettings setting;
  ReadSetting(*reinterpret_cast<const VariableSetStmt*>(option.arg), setting);
  if (setting.parameter == "role" || setting.parameter == "session_authorization") {
    base::ThrowUnsupported("functions that run as a role of SET");
  }
  return setting;
}

// The search path by which names in the body are looked up: the function's own, if it sets one.
std::vector<base::Oid> DdlBinder::SearchPathOf(const CreateFunctionStmt& create) const {
  const List* schemas = nullptr;
  for (int i = 0; i < LengthOf(create.options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(create.options, i));
    if (std::string_view(option.defname) != "set") continue;
    const auto& set = *reinterpret_cast<const VariableSetStmt*>(option.arg);
    if (set.kind == VAR_SET_VALUE && Text(set.name) == "search_path") schemas = set.args;
  }
  if (schemas == nullptr) return environment_.search_path;
  std::vector<base::Oid> path;
  if (environment_.temporary_schema != base::kInvalidOid) path.push_back(environment_.temporary_schema);
  for (int i = 0; i < LengthOf(schemas); ++i) {
    const Node& value = *NodeAt(schemas, i);
    if (nodeTag(&value) != T_A_Const || nodeTag(&As<A_Const>(value).val) != T_String) continue;
    const std::string name = strVal(&As<A_Const>(value).val);
    const auto schema =
        environment_.catalog.FindSchema(name == "$user" ? environment_.context.UserName() : name);
    if (schema) path.push_back(schema->oid);
  }
  return path;
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
void DdlBinder::CheckBody(const CreateFunctionStmt& create, const FunctionDescriptor& function) try {
  if (function.is_standard) return;
  if (function.IsPolymorphic()) {
    parse::Tree{function.body};
    return;
  }
  if (environment_.context.GetParameter("check_function_bodies").value_or("on") == "off") return;
  // The function may call itself.
  catalog::Catalog with_it(environment_.catalog);
  FunctionDescriptor made = function;
  made.oid = kOidOfNew;
  for (const auto& other : environment_.catalog.FunctionsNamed(function.schema, function.name)) {
    if (other->InputTypes() == function.InputTypes()) made.oid = other->oid;
  }
  with_it.Store(made);
  BindRoutine(made, DeclaredUse(made, environment_.context),
              {with_it, environment_.profile, SearchPathOf(create), environment_.context,
               environment_.temporary_schema});
} catch (Error& error) {
  const int within = error.report().position;
  const std::size_t at = tree_.text().find(function.body);
  const bool known = within > 0 && at != std::string_view::npos &&
                     tree_.text().find(function.body, at + 1) == std::string_view::npos;
  throw error.Position(known ? tree_.Position(static_cast<int>(at)) + within - 1 : 0);
}

// The domains and relations of its types are what it cannot do without.
void DdlBinder::NoteTypes(FunctionDescriptor& function) {
  std::set<base::Oid> types{function.result.domain};
  for (const FunctionArgument& argument : function.arguments) types.insert(argument.type.domain);
  for (const base::Oid type : types) {
    const std::pair use(type, base::AttributeNumber{0});
    if (type == base::kInvalidOid) continue;
    if (std::find(function.uses.begin(), function.uses.end(), use) == function.uses.end()) {
      function.uses.push_back(use);
    }
  }
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
    if (name == "set") {
      bound.settings.push_back(BindFunctionSetting(option));
    } else if (name != "language" && name != "as") {
      BindFunctionOption(option, function);
    }
  }
  BindBody(create, language, function);
  CheckBody(create, function);
  if (function.is_standard) {
    if (function.IsPolymorphic()) {
      throw Error(sqlstate::kFeatureNotSupported,
                  "SQL function with unquoted function body cannot have polymorphic arguments");
    }
    RecordStandardBody(function, environment_);
  }
  NoteTypes(function);
  ddl_.statement = std::move(bound);
}

}  // namespace ordinal::sql
