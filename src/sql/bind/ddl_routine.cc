// Finds functions and procedures by name, and binds their ALTER and DROP.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/expr/domain.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

RoutineKind RoutineKindOf(ObjectType type) {
  if (type == OBJECT_PROCEDURE) return RoutineKind::kProcedure;
  return type == OBJECT_FUNCTION ? RoutineKind::kFunction : RoutineKind::kRoutine;
}

// As command tags name it.
std::string TagWord(RoutineKind kind) {
  if (kind == RoutineKind::kProcedure) return "PROCEDURE";
  return kind == RoutineKind::kRoutine ? "ROUTINE" : "FUNCTION";
}

}  // namespace

const char* WordFor(RoutineKind kind) {
  if (kind == RoutineKind::kProcedure) return "procedure";
  return kind == RoutineKind::kFunction ? "function" : "routine";
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
  std::vector<types::Type> types;
  std::string shown;
  std::string written;  // as the grammar understands the names
  for (int i = 0; i < LengthOf(named.objargs); ++i) {
    const auto& type_name = As<TypeName>(*NodeAt(named.objargs, i));
    const types::Type type = BindTypeName(type_name, tree_, environment_);
    types.push_back({type.id, -1, type.domain});
    shown += (i > 0 ? ", " : "") + ShowType(types.back(), environment_.context);
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
    if (std::string_view(option.defname) == "set") {
      bound.settings.push_back(BindFunctionSetting(option));
      continue;
    }
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
