// Binds COMMENT ON.
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// The relation that all but the last of the names say, or all when `with_last`.
RangeVar RelationNamed(const std::vector<std::string>& names, std::size_t count) {
  RangeVar var{};
  var.type = T_RangeVar;
  var.relname = const_cast<char*>(names[count - 1].c_str());
  var.schemaname = count > 1 ? const_cast<char*>(names[count - 2].c_str()) : nullptr;
  var.location = -1;
  return var;
}

}  // namespace

void DdlBinder::BindComment(const CommentStmt& comment) {
  ddl_.tag = "COMMENT";
  CommentOn bound;
  bound.text = Text(comment.comment);
  if (comment.objtype == OBJECT_SCHEMA) {
    const std::string name = As<String>(*comment.object).sval;
    const auto schema = environment_.catalog.FindSchema(name);
    if (!schema) {
      throw Error(sqlstate::kInvalidSchemaName, "schema \"" + name + "\" does not exist");
    }
    bound.object = schema->oid;
    ddl_.statement = std::move(bound);
    return;
  }
  if (comment.objtype == OBJECT_DATABASE) {
    bound.object = catalog::kDatabase;
    bound.database = As<String>(*comment.object).sval;
    ddl_.statement = std::move(bound);
    return;
  }
  if (comment.objtype == OBJECT_ROLE) {
    const std::string name = As<String>(*comment.object).sval;
    const auto role = environment_.catalog.FindRole(name);
    if (!role) throw Error(sqlstate::kUndefinedObject, "role \"" + name + "\" does not exist");
    bound.object = role->oid;
    ddl_.statement = std::move(bound);
    return;
  }
  if (comment.objtype == OBJECT_DOMAIN || comment.objtype == OBJECT_TYPE ||
      comment.objtype == OBJECT_DOMCONSTRAINT) {
    BindCommentOnDomain(comment, bound);
    ddl_.statement = std::move(bound);
    return;
  }
  if (comment.objtype == OBJECT_FUNCTION || comment.objtype == OBJECT_PROCEDURE ||
      comment.objtype == OBJECT_ROUTINE) {
    const auto kind = comment.objtype == OBJECT_FUNCTION    ? RoutineKind::kFunction
                      : comment.objtype == OBJECT_PROCEDURE ? RoutineKind::kProcedure
                                                            : RoutineKind::kRoutine;
    bound.object = FindFunction(kind, As<ObjectWithArgs>(*comment.object), false)->oid;
    ddl_.statement = std::move(bound);
    return;
  }
  if (comment.objtype == OBJECT_STATISTIC_EXT) {
    bound.object = StatisticsNamed(reinterpret_cast<const List*>(comment.object), false)->oid;
    ddl_.statement = std::move(bound);
    return;
  }
  const bool of_part = comment.objtype == OBJECT_COLUMN || comment.objtype == OBJECT_TABCONSTRAINT;
  if (!of_part && comment.objtype != OBJECT_TABLE && comment.objtype != OBJECT_VIEW &&
      comment.objtype != OBJECT_SEQUENCE && comment.objtype != OBJECT_INDEX) {
    base::ThrowUnsupported("COMMENT ON this kind of object");
  }
  const auto names = Names(reinterpret_cast<const List*>(comment.object));
  if (of_part && names.size() < 2) {
    throw Error(sqlstate::kSyntaxError, "column name must be qualified");
  }
  const RangeVar var = RelationNamed(names, names.size() - (of_part ? 1 : 0));
  const auto relation = Find(var, false);
  const auto check_kind = [&](bool fits, const char* kind) {
    if (fits) return;
    throw Error(sqlstate::kWrongObjectType, "\"" + std::string(var.relname) + "\" is not " + kind);
  };
  bound.object = relation.oid();
  switch (comment.objtype) {
    case OBJECT_TABLE:
      check_kind(relation.table != nullptr, "a table");
      break;
    case OBJECT_VIEW:
      check_kind(relation.view != nullptr, "a view");
      break;
    case OBJECT_SEQUENCE:
      check_kind(relation.sequence != nullptr, "a sequence");
      break;
    case OBJECT_INDEX:
      check_kind(relation.index != nullptr, "an index");
      break;
    case OBJECT_COLUMN:
      bound.column = names.back();
      if (!relation.table && !relation.view) {
        throw Error(sqlstate::kWrongObjectType,
                    "cannot set comment on relation \"" + std::string(var.relname) + "\"")
            .Detail(std::string("This operation is not supported for ") + (relation.sequence ? "sequences."
                                                                           : relation.index != nullptr
                                                                               ? "indexes."
                                                                               : "views."));
      }
      break;
    default:
      bound.constraint = names.back();
      check_kind(relation.table != nullptr, "a table");
      break;
  }
  ddl_.statement = std::move(bound);
}

}  // namespace ordinal::sql
