// Binds ALTER VIEW.
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/view_options.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

std::string ShownAction(const AlterTableCmd& command) {
  switch (command.subtype) {
    case AT_AddColumn:
      return "ADD COLUMN";
    case AT_DropColumn:
      return "DROP COLUMN";
    case AT_SetNotNull:
      return "ALTER COLUMN ... SET NOT NULL";
    case AT_DropNotNull:
      return "ALTER COLUMN ... DROP NOT NULL";
    case AT_AddConstraint:
      return "ADD CONSTRAINT";
    case AT_DropConstraint:
      return "DROP CONSTRAINT";
    case AT_AlterColumnType:
      return "ALTER COLUMN ... SET DATA TYPE";
    case AT_SetIdentity:
      return "ALTER COLUMN ... SET";
    case AT_AddIdentity:
      return "ALTER COLUMN ... ADD IDENTITY";
    case AT_DropIdentity:
      return "ALTER COLUMN ... DROP IDENTITY";
    case AT_DropExpression:
      return "ALTER COLUMN ... DROP EXPRESSION";
    case AT_ValidateConstraint:
      return "VALIDATE CONSTRAINT";
    case AT_EnableRowSecurity:
      return "ENABLE ROW SECURITY";
    default:
      base::ThrowUnsupported("this ALTER VIEW action");
  }
}

}  // namespace

void DdlBinder::BindAlterView(const AlterTableStmt& alter, const catalog::ViewDescriptor& view) {
  AlterView bound;
  bound.view = view.oid;
  catalog::ViewDescriptor working = view;  // as earlier actions leave it
  for (int i = 0; i < LengthOf(alter.cmds); ++i) {
    const auto& command = As<AlterTableCmd>(*NodeAt(alter.cmds, i));
    AlterView::Action& action = bound.actions.emplace_back();
    if (command.subtype == AT_ColumnDefault) {
      action.column = command.name;
      for (const auto& column : view.columns) {
        if (column.name == action.column && command.def != nullptr) {
          action.expression = BindViewDefault(*command.def, column);
        }
      }
    } else if (command.subtype == AT_SetRelOptions) {
      action.set = ReadViewOptions(reinterpret_cast<const List*>(command.def));
      working.options = action.set;
      CheckMayCheck(working);
    } else if (command.subtype == AT_ResetRelOptions) {
      const auto* list = reinterpret_cast<const List*>(command.def);
      for (int j = 0; j < LengthOf(list); ++j) {
        const auto& option = As<DefElem>(*NodeAt(list, j));
        if (option.arg != nullptr) {
          throw Error(sqlstate::kSyntaxError, "RESET must not include values for parameters");
        }
        action.reset.emplace_back(option.defname);
      }
    } else {
      throw Error(sqlstate::kWrongObjectType, "ALTER action " + ShownAction(command) +
                                                  " cannot be performed on relation \"" +
                                                  alter.relation->relname + "\"")
          .Detail("This operation is not supported for views.");
    }
  }
  ddl_.statement = std::move(bound);
}

std::string DdlBinder::BindViewDefault(const Node& value, const catalog::ViewColumn& column) {
  catalog::ColumnDescriptor as_column;
  as_column.name = column.name;
  as_column.type = column.type;
  std::string expression = BindDefault(value, as_column);
  // What the expression needs could be dropped unseen.
  Walk(*DeserializeExpression(expression), [](const Expression& part) {
    const bool names = part.routine != base::kInvalidOid || part.type.domain != 0 ||
                       (part.kind == ExprKind::kConstant && part.type.id == TypeId::kRegclass);
    if (names) base::ThrowUnsupported("defaults of view columns that name other objects");
  });
  return expression;
}

}  // namespace ordinal::sql
