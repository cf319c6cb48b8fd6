#include "sql/bind/binder.h"

#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {

Binder::Binder(const BindEnvironment& environment, const parse::Tree& tree, std::vector<Type> parameter_types)
    : environment_(environment), tree_(tree) {
  statement_.parameters = std::move(parameter_types);
  for (Type& type : statement_.parameters) {
    if (type.id == TypeId::kInvalid) type.id = TypeId::kUnknown;
    if (type.id != TypeId::kUnknown || type.domain == 0) continue;
    const auto domain = environment.catalog.DomainByOid(type.domain);
    if (!domain) {
      throw base::Error(base::sqlstate::kUndefinedObject,
                        "type with OID " + std::to_string(type.domain) + " does not exist");
    }
    type = domain->type();
  }
}

BoundStatement Binder::BindStatement(const Node& node) {
  switch (nodeTag(&node)) {
    case T_SelectStmt:
      statement_.query = BindQuery(As<SelectStmt>(node), nullptr);
      statement_.outputs = statement_.query->outputs;
      break;
    case T_InsertStmt:
      statement_.modify = BindInsert(As<InsertStmt>(node));
      break;
    case T_UpdateStmt:
      statement_.modify = BindUpdate(As<UpdateStmt>(node));
      break;
    case T_DeleteStmt:
      statement_.modify = BindDelete(As<DeleteStmt>(node));
      break;
    default:
      base::ThrowUnsupported("this statement");
  }
  if (statement_.modify) statement_.outputs = statement_.modify->outputs;
  SettleParameters();
  return std::move(statement_);
}

BoundStatement Binder::BindCursor(const Node& node) {
  const auto& select = As<SelectStmt>(node);
  const bool one_item =
      LengthOf(select.fromClause) == 1 && nodeTag(NodeAt(select.fromClause, 0)) != T_JoinExpr;
  may_lock_ = one_item;
  BoundStatement statement = BindStatement(node);
  if (one_item && statement.locking.empty()) TraceRows(*statement.query);
  return statement;
}

ExprPtr Binder::BindStandalone(const Node& node, const catalog::TableDescriptor* table,
                               std::string_view what) {
  standalone_ = what;
  clause_ = Clause::kStandalone;
  Scope scope(nullptr);
  if (table != nullptr) {
    ScopeItem item;
    item.name = table->name;
    for (std::size_t i = 0; i < table->columns.size(); ++i) {
      const auto& column = table->columns[i];
      if (column.dropped) continue;
      item.columns.push_back(
          {column.name, column.type, static_cast<int>(i), table->oid, column.number, false});
    }
    scope.Add(std::move(item));
  }
  return Bind(&node, scope);
}

// Gives every parameter the first type that the statement asked of it; text when it asked for none.
void Binder::SettleParameters() {
  for (const Expression* node : parameter_nodes_) {
    Type& type = statement_.parameters[static_cast<std::size_t>(node->index)];
    if (type.id == TypeId::kUnknown && node->type.id != TypeId::kUnknown) type = {node->type.id, -1};
  }
  for (std::size_t i = 0; i < statement_.parameters.size(); ++i) {
    Type& type = statement_.parameters[i];
    if (type.id != TypeId::kUnknown) continue;
    bool used = false;
    for (const Expression* node : parameter_nodes_) used |= node->index == static_cast<int>(i);
    if (!used) {
      throw base::Error(base::sqlstate::kIndeterminateDatatype,
                        "could not determine data type of parameter $" + std::to_string(i + 1));
    }
    type = {TypeId::kText, -1};
  }
}

}  // namespace ordinal::sql
