#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "keys/key_space.h"
#include "keys/order_codec.h"
#include "sql/exec/ddl_executor.h"
#include "sql/exec/table_layout.h"
#include "sql/expr/function.h"
#include "sql/expr/index_text.h"
#include "types/text_codec.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

std::string SerialDefault(base::Oid sequence, Type type) {
  std::vector<ExprPtr> args;
  args.push_back(MakeConstant(Value::Int(sequence), {TypeId::kRegclass, -1}));
  ExprPtr call = BuildCall("nextval", FunctionKind::kScalar, std::move(args), 0);
  return SerializeExpression(*Coerce(std::move(call), type, types::CastContext::kAssignment, 0));
}

// The part of a generated name that tells what the index is of: its columns, each name made unique.
std::string ColumnsInName(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& wanted) {
    std::string name = wanted;
    for (int i = 1; std::find(names.begin(), names.end(), name) != names.end(); ++i) {
      name = wanted + std::to_string(i);
    }
    names.push_back(std::move(name));
  };
  for (std::size_t i = 0; i < index.columns.size(); ++i) {
    const auto* computed = index.ExpressionAt(i);
    add(computed != nullptr ? computed->name : table.ColumnByNumber(index.columns[i])->name);
  }
  for (const auto number : index.included) add(table.ColumnByNumber(number)->name);
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : "_") + name;
  return text;
}

}  // namespace

void DdlExecutor::Run(const CreateTable& create) {
  if (!ClaimName(create.schema, create.name, create.if_not_exists)) return;
  CheckNoDomainNamed(create.schema, create.name);
  if (limits_.tables_max != 0 && catalog().Tables().size() >= limits_.tables_max) {
    throw Error(sqlstate::kProgramLimitExceeded,
                "creating more than " + std::to_string(limits_.tables_max) + " tables not allowed");
  }
  if (limits_.columns_max != 0 && create.columns.size() > limits_.columns_max) {
    throw Error(sqlstate::kTooManyColumns,
                "tables can have at most " + std::to_string(limits_.columns_max) + " columns");
  }
  Table table;
  table.oid = context_.oids.Next();
  table.schema = create.schema;
  table.on_commit = create.on_commit;
  table.options = create.options;
  table.name = create.name;
  table.owner = context_.role;
  table.acl = catalog::InitialAcl(catalog(), catalog::AclKind::kRelation, table.owner, table.schema);
  for (const ColumnSpec& spec : create.columns) table.columns.push_back(spec.column);
  DependOnDomains(table);
  // The name comes first, so that generated names step aside for it.
  context_.editor.Create(table);
  for (std::size_t i = 0; i < create.columns.size(); ++i) {
    MakeColumnSequence(table, table.columns[i], create.columns[i]);
  }
  for (const IndexSpec& index : create.indexes) AddIndex(table, index);
  for (const CheckSpec& check : create.checks) AddCheck(table, check);
  for (const ForeignKeySpec& key : create.foreign_keys) AddForeignKey(table, key);
  context_.editor.Update(table);
  for (auto made : create.statistics) {
    made.schema = table.schema;
    made.name = ChooseStatisticsName(table, made);
    MakeStatistics(table, std::move(made));
  }
}

// Makes the sequence that an identity or SERIAL column draws from.
void DdlExecutor::MakeColumnSequence(Table& table, catalog::ColumnDescriptor& column,
                                     const ColumnSpec& spec) {
  if (!spec.identity && !spec.serial) return;
  SequenceSpec sequence;
  if (spec.identity) sequence = spec.identity->sequence;
  sequence.type = column.type.domain != 0 ? TypeId::kInvalid : column.type.id;
  sequence.owner.reset();
  std::string name = sequence.sequence_name;
  const base::Oid schema = sequence.sequence_schema != 0 ? sequence.sequence_schema : table.schema;
  if (schema != table.schema) {
    throw Error(sqlstate::kObjectNotInPrerequisiteState,
                "sequence must be in same schema as table it is linked to");
  }
  if (name.empty()) {
    name = ChooseName(table, column.name, "seq");
  } else {
    ClaimName(schema, name, false);
  }
  const base::Oid oid =
      MakeSequence(schema, std::move(name), sequence, spec.identity.has_value(), table.oid, column.number);
  column.not_null = true;
  if (spec.identity) {
    column.identity = catalog::IdentityDescriptor{oid, spec.identity->always, spec.identity->rule};
  } else {
    column.default_expression = SerialDefault(oid, column.type);
  }
}

void DdlExecutor::AddIndex(Table& table, const IndexSpec& spec) {
  if (limits_.index_columns_max != 0 && spec.columns.size() > limits_.index_columns_max) {
    throw Error(sqlstate::kTooManyColumns, "more than " + std::to_string(limits_.index_columns_max) +
                                               " column keys in an index are not supported");
  }
  if (limits_.indexes_max != 0 && table.indexes.size() >= limits_.indexes_max) {
    throw Error(sqlstate::kProgramLimitExceeded,
                "more than " + std::to_string(limits_.indexes_max) + " indexes per table are not allowed");
  }
  catalog::IndexDescriptor index;
  index.columns = spec.columns;
  index.included = spec.included;
  index.stores_included = !spec.included.empty() && !spec.primary;
  index.expressions = spec.expressions;
  for (std::size_t i = 0; i < index.columns.size(); ++i) {
    const auto* computed = index.ExpressionAt(i);
    const types::Type type =
        computed != nullptr ? computed->type : table.ColumnByNumber(index.columns[i])->type;
    if (keys::IsKeyType(type.id)) continue;
    throw Error(sqlstate::kFeatureNotSupported,
                "datatype " + types::FormatType(type) + " is not supported in a key");
  }
  index.oid = context_.oids.Next();
  index.unique = spec.unique;
  index.primary = spec.primary;
  index.is_constraint = spec.is_constraint;
  index.nulls_not_distinct = spec.nulls_not_distinct;
  index.orders = spec.orders;
  index.options = spec.options;
  index.predicate = spec.predicate;
  if (spec.name.empty()) {
    const char* label = spec.primary ? "pkey" : spec.is_constraint ? "key" : "idx";
    index.name = ChooseName(table, spec.primary ? "" : ColumnsInName(table, index), label);
  } else {
    index.name = spec.name;
    ClaimName(table.schema, index.name, false);
    for (const auto& other : table.indexes) {
      if (other.name != index.name) continue;
      throw Error(sqlstate::kDuplicateTable, "relation \"" + index.name + "\" already exists");
    }
  }
  table.indexes.insert(spec.primary ? table.indexes.begin() : table.indexes.end(), std::move(index));
}

void DdlExecutor::CheckKeyTypes(const Table& table) {
  for (const auto& index : table.indexes) {
    for (const auto number : index.columns) {
      if (number == 0) continue;
      const auto* column = table.ColumnByNumber(number);
      if (keys::IsKeyType(column->type.id)) continue;
      throw Error(sqlstate::kFeatureNotSupported,
                  "datatype " + types::FormatType(column->type) + " is not supported in a key");
    }
    for (const auto& part : index.expressions) {
      if (keys::IsKeyType(part.type.id)) continue;
      throw Error(sqlstate::kFeatureNotSupported,
                  "datatype " + types::FormatType(part.type) + " is not supported in a key");
    }
  }
}

void DdlExecutor::AddCheck(Table& table, const CheckSpec& spec) {
  catalog::CheckDescriptor check;
  check.oid = context_.oids.Next();
  check.expression = spec.expression;
  check.valid = spec.valid;
  check.name = spec.name.empty() ? ChooseName(table, spec.column, "check") : spec.name;
  for (const auto& other : table.checks) {
    if (other.name != check.name) continue;
    throw Error(sqlstate::kDuplicateObject,
                "constraint \"" + check.name + "\" for relation \"" + table.name + "\" already exists");
  }
  table.checks.push_back(std::move(check));
}

void DdlExecutor::Run(const CreateIndex& create) {
  Table table = TableToChange(create.table);
  if (!create.index.name.empty() && !ClaimName(table.schema, create.index.name, create.if_not_exists)) return;
  AddIndex(table, create.index);
  DependOnDomains(table);
  catalog::IndexDescriptor& index = table.indexes.back();
  index.valid = !create.async;
  context_.editor.Update(table);
  if (create.async) return Submit(JobRequest::Kind::kBuildIndex, table, index.oid, index.name);
  FillIndex(table, index);
}

void DdlExecutor::Submit(JobRequest::Kind kind, const Table& table, base::Oid object,
                         const std::string& name) {
  const std::string shown = catalog().SchemaByOid(table.schema)->name + "." + name;
  context_.submit_job({kind, table.oid, object, shown});
}

void DdlExecutor::FillIndex(const Table& table, const catalog::IndexDescriptor& index) {
  const TableLayout layout(std::make_shared<const Table>(table));
  const auto found =
      std::find_if(layout.indexes.begin(), layout.indexes.end(),
                   [&](const IndexLayout& entry) { return entry.descriptor->oid == index.oid; });
  VisitRows(table, [&](const std::string& row_key, types::Row& row) {
    if (!found->Holds(row, context_.evaluation)) return;
    std::string key;
    const bool exclusive = found->EncodeEntry(row, row_key, key, context_.evaluation);
    if (exclusive && context_.transaction.GetFromStatement(key)) ThrowNotUnique(table, *found, row);
    context_.transaction.Put(std::move(key), found->EntryValue(row_key, row));
  });
}

void DdlExecutor::ThrowNotUnique(const Table& table, const IndexLayout& index, const types::Row& row) const {
  std::string names;
  std::string values;
  for (std::size_t i = 0; i < index.columns.size(); ++i) {
    const types::Value value = index.KeyValue(i, row, context_.evaluation);
    names += (i > 0 ? ", " : "") + ShowIndexColumn(table, *index.descriptor, i, context_.evaluation, true);
    values += i > 0 ? ", " : "";
    values += value.is_null() ? "null" : types::ToText(value, index.types[i], context_.evaluation.settings());
  }
  throw Error(sqlstate::kUniqueViolation, "could not create unique index \"" + index.descriptor->name + "\"")
      .Detail("Key (" + names + ")=(" + values + ") is duplicated.")
      .Table(catalog().SchemaByOid(table.schema)->name, table.name)
      .Constraint(index.descriptor->name);
}

void DdlExecutor::VisitRows(const Table& table, const RowVisitor& visit) {
  const TableLayout layout(std::make_shared<const Table>(table));
  const kv::KeyRange range{layout.row_prefix, keys::PrefixEnd(layout.row_prefix)};
  const keys::RowDecoder decoder = MakeRowDecoder(table, {}, 0);
  context_.transaction.GuardRange(range);
  const auto cursor = context_.transaction.Scan(range, {});
  while (cursor->Next()) {
    context_.evaluation.CheckCanceled();
    types::Row row(table.columns.size());
    decoder.Decode(cursor->value(), row);
    visit(std::string(cursor->key()), row);
  }
}

void DdlExecutor::Run(const Truncate& truncate) {
  std::vector<base::Oid> tables = truncate.tables;
  CheckTruncate(truncate, tables);
  for (const base::Oid oid : tables) {
    const Table table = *catalog().TableByOid(oid);
    if ((catalog::RelationPrivileges(catalog(), context_.role, catalog().RelationByOid(oid)) &
         catalog::kTruncatePrivilege) == 0) {
      throw Error(sqlstate::kInsufficientPrivilege, "permission denied for table " + table.name);
    }
    const std::string prefix = keys::TablePrefix(oid);
    context_.transaction.DeleteRange({prefix, keys::PrefixEnd(prefix)});
    // Whoever writes rows guards the descriptor, and so meets this.
    context_.editor.Update(table);
    if (!truncate.restart_identity) continue;
    SequenceSpec restart;
    restart.restart.emplace();
    for (Sequence& sequence : SequencesOf(oid)) Alter(std::move(sequence), restart);
  }
}

}  // namespace ordinal::sql
