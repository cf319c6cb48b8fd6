// Binds FOREIGN KEY and REFERENCES.
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
using catalog::ForeignKeyAction;
namespace sqlstate = base::sqlstate;

ForeignKeyAction ActionOf(char code) {
  switch (code) {
    case FKCONSTR_ACTION_RESTRICT:
      return ForeignKeyAction::kRestrict;
    case FKCONSTR_ACTION_CASCADE:
      return ForeignKeyAction::kCascade;
    case FKCONSTR_ACTION_SETNULL:
      return ForeignKeyAction::kSetNull;
    case FKCONSTR_ACTION_SETDEFAULT:
      return ForeignKeyAction::kSetDefault;
    default:
      return ForeignKeyAction::kNoAction;
  }
}

}  // namespace

ForeignKeySpec DdlBinder::BindForeignKey(const Constraint& constraint, const std::string& own_column,
                                         const std::string& table, base::Oid table_oid, bool in_new_schema) {
  ForeignKeySpec spec;
  spec.name = Text(constraint.conname);
  spec.columns = own_column.empty() ? Names(constraint.fk_attrs) : std::vector<std::string>{own_column};
  spec.referenced_columns = Names(constraint.pk_attrs);
  spec.set_columns = Names(constraint.fk_del_set_cols);
  spec.key.on_update = ActionOf(constraint.fk_upd_action);
  spec.key.on_delete = ActionOf(constraint.fk_del_action);
  spec.key.match_full = constraint.fk_matchtype == FKCONSTR_MATCH_FULL;
  spec.key.deferrable = constraint.deferrable;
  spec.key.initially_deferred = constraint.initdeferred;
  spec.key.valid = !constraint.skip_validation;
  if (const auto found = deferrals_.find(&constraint); found != deferrals_.end()) {
    const Deferral& deferral = found->second;
    spec.key.initially_deferred = deferral.initially_deferred.value_or(false);
    spec.key.deferrable = deferral.deferrable.value_or(spec.key.initially_deferred);
  }
  const RangeVar& target = *constraint.pktable;
  const std::string schema = Text(target.schemaname);
  const auto relation = LookupRelation(environment_, schema, target.relname);
  if (in_new_schema && (schema.empty() || !environment_.catalog.FindSchema(schema))) {
    spec.near_name = target.relname;
    if (relation.table) spec.referenced_table = relation.table->oid;
    return spec;
  }
  // A table that is being made is not in the catalog yet.
  if (table_oid == 0 && target.relname == table && (schema.empty() || !relation)) return spec;
  if (!relation) {
    throw Error(sqlstate::kUndefinedTable,
                "relation \"" + ShownName(schema, target.relname) + "\" does not exist");
  }
  if (relation.virtual_table != nullptr) {
    throw Error(sqlstate::kInsufficientPrivilege,
                "permission denied: \"" + std::string(target.relname) + "\" is a system catalog");
  }
  if (!relation.table) {
    throw Error(sqlstate::kWrongObjectType,
                "referenced relation \"" + std::string(target.relname) + "\" is not a table");
  }
  if (relation.table->oid != table_oid) spec.referenced_table = relation.table->oid;
  return spec;
}

void DdlBinder::BindDeferral(const Constraint& attribute, const Constraint* last) {
  const bool of_mode =
      attribute.contype == CONSTR_ATTR_DEFERRED || attribute.contype == CONSTR_ATTR_IMMEDIATE;
  const bool value = attribute.contype == CONSTR_ATTR_DEFERRABLE || attribute.contype == CONSTR_ATTR_DEFERRED;
  const char* const clause = of_mode ? (value ? "INITIALLY DEFERRED" : "INITIALLY IMMEDIATE")
                                     : (value ? "DEFERRABLE" : "NOT DEFERRABLE");
  const auto fail = [&](const std::string& text) {
    throw Error(sqlstate::kSyntaxError, text).Position(tree_.Position(attribute.location));
  };
  const bool fits = last != nullptr && (last->contype == CONSTR_FOREIGN || last->contype == CONSTR_UNIQUE ||
                                        last->contype == CONSTR_PRIMARY);
  if (!fits) fail(std::string("misplaced ") + clause + " clause");
  if (last->contype != CONSTR_FOREIGN) {
    if (value) Refuse("DEFERRABLE constraint not supported");
    return;
  }
  Deferral& deferral = deferrals_[last];
  std::optional<bool>& said = of_mode ? deferral.initially_deferred : deferral.deferrable;
  if (said) {
    fail(of_mode ? "multiple INITIALLY IMMEDIATE/DEFERRED clauses not allowed"
                 : "multiple DEFERRABLE/NOT DEFERRABLE clauses not allowed");
  }
  said = value;
  if (deferral.initially_deferred.value_or(false) && !deferral.deferrable.value_or(true)) {
    fail("constraint declared INITIALLY DEFERRED must be DEFERRABLE");
  }
}

}  // namespace ordinal::sql
