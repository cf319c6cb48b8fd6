#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/type_use.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

[[noreturn]] void ThrowDefinition(std::string_view what, const std::string& column, const std::string& table,
                                  int position) {
  throw Error(sqlstate::kSyntaxError,
              std::string(what) + " for column \"" + column + "\" of table \"" + table + "\"")
      .Position(position);
}

void CheckCreate(const CreateStmt& create, bool may_be_temporary) {
  if (create.relation->relpersistence == 't' && !may_be_temporary)
    Refuse("TEMPORARY or TEMP table not supported for CREATE TABLE");
  if (create.relation->relpersistence == 'u') Refuse("UNLOGGED table not supported for CREATE TABLE");
  if (create.partspec != nullptr) Refuse("PARTITION BY clause not supported for CREATE TABLE");
  if (create.partbound != nullptr || LengthOf(create.inhRelations) > 0)
    base::ThrowUnsupported("table inheritance");
  if (create.ofTypename != nullptr) base::ThrowUnsupported("CREATE TABLE OF");
  if (create.tablespacename != nullptr && Text(create.tablespacename) != "pg_default")
    base::ThrowUnsupported("tablespaces");
  if (create.accessMethod != nullptr && Text(create.accessMethod) != "heap")
    base::ThrowUnsupported("table access methods");
}

}  // namespace

catalog::OnCommit OnCommitOf(int action) {
  return action == ONCOMMIT_DROP          ? catalog::OnCommit::kDrop
         : action == ONCOMMIT_DELETE_ROWS ? catalog::OnCommit::kDeleteRows
                                          : catalog::OnCommit::kPreserveRows;
}

CreateTable DdlBinder::BindCreateTable(const CreateStmt& create, std::optional<base::Oid> schema) {
  CheckCreate(create, environment_.profile.features.temporary_objects);
  CreateTable bound;
  bound.name = create.relation->relname;
  bound.schema = schema ? *schema : CreationSchema(environment_, *create.relation);
  if (create.oncommit != ONCOMMIT_NOOP && create.relation->relpersistence != 't') {
    throw Error(sqlstate::kInvalidTableDefinition, "ON COMMIT can only be used on temporary tables");
  }
  bound.on_commit = OnCommitOf(create.oncommit);
  bound.if_not_exists = create.if_not_exists;
  bound.options = BindStorage(create.options, StorageOf::kTable);

  std::vector<const Constraint*> pending;
  std::vector<std::string> pending_columns;
  std::set<std::string> names;
  LikeParts like;
  catalog::TableDescriptor table;
  table.name = bound.name;
  for (int i = 0; i < LengthOf(create.tableElts); ++i) {
    const Node* element = NodeAt(create.tableElts, i);
    if (nodeTag(element) == T_Constraint) {
      pending.push_back(&As<Constraint>(*element));
      pending_columns.emplace_back();
      continue;
    }
    if (nodeTag(element) == T_TableLikeClause) {
      BindLike(As<TableLikeClause>(*element), bound, like);
      for (std::size_t added = table.columns.size(); added < bound.columns.size(); ++added) {
        table.columns.push_back(bound.columns[added].column);
        names.insert(table.columns.back().name);
      }
      continue;
    }
    const auto& definition = As<ColumnDef>(*element);
    if (!names.insert(definition.colname).second) {
      throw Error(sqlstate::kDuplicateColumn,
                  "column \"" + std::string(definition.colname) + "\" specified more than once");
    }
    const auto number = static_cast<base::AttributeNumber>(bound.columns.size() + 1);
    bound.columns.push_back(BindColumn(definition, bound.name, number, pending, pending_columns));
    table.columns.push_back(bound.columns.back().column);
    if (bound.columns.size() > 1600) {
      throw Error(sqlstate::kTooManyColumns, "tables can have at most 1600 columns");
    }
  }
  bool has_primary = false;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const Constraint& constraint = *pending[i];
    if (constraint.contype == CONSTR_CHECK) {
      bound.checks.push_back(BindCheck(constraint, table));
      continue;
    }
    if (constraint.contype == CONSTR_FOREIGN) {
      bound.foreign_keys.push_back(
          BindForeignKey(constraint, pending_columns[i], bound.name, 0, bound.schema == 0));
      continue;
    }
    if (constraint.contype == CONSTR_GENERATED) {
      for (ColumnSpec& spec : bound.columns) {
        if (spec.column.name != pending_columns[i]) continue;
        spec.column.default_expression = BindGenerated(constraint, spec.column, table);
      }
      continue;
    }
    if (constraint.contype == CONSTR_PRIMARY && std::exchange(has_primary, true)) {
      throw Error(sqlstate::kInvalidTableDefinition,
                  "multiple primary keys for table \"" + bound.name + "\" are not allowed")
          .Position(tree_.Position(constraint.location));
    }
    IndexSpec index = BindKey(constraint, pending_columns[i], table);
    if (!index.primary) {
      bound.indexes.push_back(std::move(index));
      continue;
    }
    for (const auto number : index.columns) {
      bound.columns[static_cast<std::size_t>(number - 1)].column.not_null = true;
    }
    bound.indexes.insert(bound.indexes.begin(), std::move(index));
  }
  for (CheckSpec& check : like.checks) bound.checks.push_back(std::move(check));
  for (IndexSpec& index : like.indexes) {
    if (index.primary && std::exchange(has_primary, true)) {
      throw Error(sqlstate::kInvalidTableDefinition,
                  "multiple primary keys for table \"" + bound.name + "\" are not allowed");
    }
    for (const auto number : index.columns) {
      if (index.primary) bound.columns[static_cast<std::size_t>(number - 1)].column.not_null = true;
    }
    bound.indexes.insert(index.primary ? bound.indexes.begin() : bound.indexes.end(), std::move(index));
  }
  return bound;
}

void DdlBinder::CheckConstraint(const Constraint& constraint) {
  switch (constraint.contype) {
    case CONSTR_FOREIGN:
      return;
    case CONSTR_EXCLUSION:
      base::ThrowUnsupported("exclusion constraints");
    default:
      if (constraint.deferrable) Refuse("DEFERRABLE constraint not supported");
  }
}

ColumnSpec DdlBinder::BindColumn(const ColumnDef& definition, const std::string& table,
                                 base::AttributeNumber number, std::vector<const Constraint*>& pending,
                                 std::vector<std::string>& pending_columns) {
  ColumnSpec spec;
  catalog::ColumnDescriptor& column = spec.column;
  column.number = number;
  column.name = definition.colname;
  if (definition.collClause != nullptr) Refuse("COLLATE clause not supported");
  bool nullness_stated = BindSerial(definition, spec);
  if (!spec.serial) column.type = BindColumnType(*definition.typeName);
  if (definition.compression != nullptr) {
    if (!environment_.profile.features.add_column_constraints) base::ThrowUnsupported("column compression");
    column.compression = CompressionOf(definition.compression, column.type);
  }
  if (column.type.id == TypeId::kRecord && column.type.domain != 0) {
    base::ThrowUnsupported("columns of row types");
  }
  if (types::IsPolymorphic(column.type.id) || column.type.id == TypeId::kVoid ||
      column.type.id == TypeId::kRecord || column.type.id == TypeId::kUnknown) {
    throw Error(sqlstate::kInvalidTableDefinition,
                "column \"" + column.name + "\" has pseudo-type " + types::FormatType(column.type));
  }
  if (column.type.id == TypeId::kNumeric && column.type.modifier == -1 && column.type.domain == 0) {
    column.type = environment_.profile.session.bare_numeric;
  }
  const Constraint* last = nullptr;
  for (int i = 0; i < LengthOf(definition.constraints); ++i) {
    const auto& constraint = As<Constraint>(*NodeAt(definition.constraints, i));
    CheckConstraint(constraint);
    const Constraint* const before = std::exchange(last, &constraint);
    const int position = tree_.Position(constraint.location);
    switch (constraint.contype) {
      case CONSTR_NULL:
      case CONSTR_NOTNULL: {
        const bool not_null = constraint.contype == CONSTR_NOTNULL;
        if (nullness_stated && column.not_null != not_null) {
          ThrowDefinition("conflicting NULL/NOT NULL declarations", column.name, table, position);
        }
        column.not_null = not_null;
        nullness_stated = true;
        break;
      }
      case CONSTR_DEFAULT:
        if (column.generated) {
          ThrowDefinition("both default and generation expression specified", column.name, table, position);
        }
        if (column.default_expression || spec.serial) {
          ThrowDefinition("multiple default values specified", column.name, table, position);
        }
        column.default_expression = BindDefault(*constraint.raw_expr, column);
        break;
      case CONSTR_IDENTITY:
        if (spec.identity) ThrowDefinition("multiple identity specifications", column.name, table, position);
        spec.identity = BindIdentity(constraint, column);
        if (nullness_stated && !column.not_null) {
          ThrowDefinition("conflicting NULL/NOT NULL declarations", column.name, table, position);
        }
        column.not_null = nullness_stated = true;
        break;
      case CONSTR_GENERATED:
        if (column.generated) {
          ThrowDefinition("multiple generation clauses specified", column.name, table, position);
        }
        if (column.default_expression || spec.serial) {
          ThrowDefinition("both default and generation expression specified", column.name, table, position);
        }
        column.generated = true;
        pending.push_back(&constraint);
        pending_columns.push_back(column.name);
        break;
      case CONSTR_ATTR_DEFERRABLE:
      case CONSTR_ATTR_NOT_DEFERRABLE:
      case CONSTR_ATTR_DEFERRED:
      case CONSTR_ATTR_IMMEDIATE:
        BindDeferral(constraint, before);
        last = before;
        continue;
      case CONSTR_CHECK:
      case CONSTR_PRIMARY:
      case CONSTR_UNIQUE:
      case CONSTR_FOREIGN:
        pending.push_back(&constraint);
        pending_columns.push_back(column.name);
        break;
      default:
        break;
    }
    if (spec.identity && (column.default_expression || spec.serial)) {
      ThrowDefinition("both default and identity specified", column.name, table, position);
    }
    if (spec.identity && column.generated) {
      ThrowDefinition("both identity and generation expression specified", column.name, table, position);
    }
  }
  return spec;
}

types::Type DdlBinder::BindColumnType(const TypeName& name) const {
  using dialect::Feature;
  const dialect::Profile& profile = environment_.profile;
  const std::string last = LastName(name.names);
  if (LengthOf(name.arrayBounds) > 0) {
    const auto* element = types::FindTypeByName(last);
    const std::string shown = element == nullptr ? last : types::FormatType({element->id, -1});
    profile.CheckAllowed(Feature::kArrayColumn, shown + "[]");
  }
  profile.CheckAllowed(Feature::kColumnType, last);
  const Type type = BindTypeName(name, tree_, environment_);
  if (types::IsArray(type.id))
    base::ThrowUnsupported("columns of array types", tree_.Position(name.location));
  CheckTypeUse(type, environment_);
  return type;
}

// Reads SERIAL and its kin, which are a type with a default; true when the column is one.
bool DdlBinder::BindSerial(const ColumnDef& definition, ColumnSpec& spec) const {
  if (!environment_.profile.features.serial_types || LengthOf(definition.typeName->names) != 1) return false;
  const std::string name = LastName(definition.typeName->names);
  catalog::ColumnDescriptor& column = spec.column;
  if (name == "smallserial" || name == "serial2") column.type = {TypeId::kInt2, -1};
  if (name == "serial" || name == "serial4") column.type = {TypeId::kInt4, -1};
  if (name == "bigserial" || name == "serial8") column.type = {TypeId::kInt8, -1};
  if (column.type.id == TypeId::kInvalid) return false;
  if (LengthOf(definition.typeName->arrayBounds) > 0) {
    throw Error(sqlstate::kFeatureNotSupported, "array of serial is not implemented")
        .Position(tree_.Position(definition.typeName->location));
  }
  spec.serial = column.not_null = true;
  return true;
}

std::string DdlBinder::BindDefault(const Node& node, const catalog::ColumnDescriptor& column) {
  return CoerceDefault(Binder(environment_, tree_, {}).BindStandalone(node, nullptr, "DEFAULT expression"),
                       column, environment_.context);
}

std::string DdlBinder::BindGenerated(const Constraint& constraint, const catalog::ColumnDescriptor& column,
                                     const catalog::TableDescriptor& table) {
  ExprPtr value = Binder(environment_, tree_, {})
                      .BindStandalone(*constraint.raw_expr, &table, "column generation expression");
  Walk(*value, [&](const Expression& part) {
    if (part.kind != ExprKind::kColumn) return;
    const auto& read = table.columns[static_cast<std::size_t>(part.index)];
    if (!read.generated) return;
    throw Error(sqlstate::kInvalidObjectDefinition,
                "cannot use generated column \"" + read.name + "\" in column generation expression")
        .Detail("A generated column cannot reference another generated column.")
        .Position(part.position);
  });
  if (VolatilityOf(*value) != Volatility::kImmutable) {
    throw Error(sqlstate::kInvalidObjectDefinition, "generation expression is not immutable");
  }
  return CoerceDefault(std::move(value), column, environment_.context);
}

std::string DdlBinder::CoerceDefault(ExprPtr value, const catalog::ColumnDescriptor& column,
                                     EvalContext& context) {
  const Type from = value->type;
  try {
    value = Coerce(std::move(value), column.type, types::CastContext::kAssignment, 0);
  } catch (const Error& error) {
    if (error.sqlstate() != sqlstate::kCannotCoerce) throw;
    throw Error(sqlstate::kDatatypeMismatch,
                "column \"" + column.name + "\" is of type " + types::FormatType(column.type) +
                    " but default expression is of type " + types::FormatType(from))
        .Hint("You will need to rewrite or cast the expression.");
  }
  value = FoldConstants(std::move(value), context);
  return SerializeExpression(*value);
}

CheckSpec DdlBinder::BindCheck(const Constraint& constraint, const catalog::TableDescriptor& table) {
  ExprPtr condition =
      Binder(environment_, tree_, {}).BindStandalone(*constraint.raw_expr, &table, "check constraint");
  if (condition->type.id != TypeId::kBool && condition->type.id != TypeId::kUnknown) {
    throw Error(sqlstate::kDatatypeMismatch,
                "argument of CHECK must be type boolean, not type " + types::FormatType(condition->type))
        .Position(condition->position);
  }
  condition = Coerce(std::move(condition), {TypeId::kBool, -1}, types::CastContext::kAssignment, 0);
  condition = FoldConstants(std::move(condition), environment_.context);
  std::set<int> slots;
  Walk(*condition, [&](const Expression& part) {
    if (part.kind == ExprKind::kColumn) slots.insert(part.index);
  });
  CheckSpec check;
  check.name = Text(constraint.conname);
  if (slots.size() == 1) check.column = table.columns[static_cast<std::size_t>(*slots.begin())].name;
  check.expression = SerializeExpression(*condition);
  return check;
}

IndexSpec DdlBinder::BindKey(const Constraint& constraint, const std::string& own_column,
                             const catalog::TableDescriptor& table) {
  CheckConstraint(constraint);
  if (constraint.contype != CONSTR_PRIMARY && constraint.contype != CONSTR_UNIQUE) {
    base::ThrowUnsupported("this table constraint");
  }
  if (constraint.indexname != nullptr) {
    throw Error(sqlstate::kFeatureNotSupported, "cannot use an existing index in CREATE TABLE")
        .Position(tree_.Position(constraint.location));
  }
  IndexSpec index;
  index.name = Text(constraint.conname);
  index.options = BindStorage(constraint.options, StorageOf::kIndex);
  index.primary = constraint.contype == CONSTR_PRIMARY;
  index.unique = index.is_constraint = true;
  index.nulls_not_distinct = constraint.nulls_not_distinct;
  index.included = BindIncluded(constraint.including, table);
  const std::vector<std::string> names =
      own_column.empty() ? Names(constraint.keys) : std::vector<std::string>{own_column};
  for (const std::string& name : names) {
    const auto* column = table.FindColumn(name);
    const int position = tree_.Position(constraint.location);
    if (column == nullptr) {
      throw Error(sqlstate::kUndefinedColumn, "column \"" + name + "\" named in key does not exist")
          .Position(position);
    }
    for (const auto number : index.columns) {
      if (number != column->number) continue;
      throw Error(sqlstate::kDuplicateColumn, "column \"" + name + "\" appears twice in " +
                                                  (index.primary ? "primary key" : "unique") + " constraint")
          .Position(position);
    }
    environment_.profile.CheckAllowed(dialect::Feature::kKeyType, types::FormatType({column->type.id, -1}));
    index.columns.push_back(column->number);
  }
  return index;
}

}  // namespace ordinal::sql
