// Executes the actions of ALTER TABLE that say how data is stored. Most of what they say is kept for those
// who ask, as rows here are stored in one way.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/exec/ddl_executor.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr std::int32_t kTargetMax = 10000;

// `fillfactor` of `fillfactor=70`.
std::string_view NameOf(std::string_view option) { return option.substr(0, option.find('=')); }

// As PostgreSQL keeps them: what is said anew goes to the end.
void ChangeOptions(std::vector<std::string>& options, const AlterTableAction& action) {
  std::erase_if(options, [&](const std::string& option) {
    const auto is_said = [&](const std::string& said) { return NameOf(said) == NameOf(option); };
    return std::any_of(action.options.begin(), action.options.end(), is_said) ||
           std::any_of(action.reset_options.begin(), action.reset_options.end(), is_said);
  });
  options.insert(options.end(), action.options.begin(), action.options.end());
}

[[noreturn]] void ThrowNoIndex(const std::string& name, const catalog::TableDescriptor& table) {
  throw Error(sqlstate::kUndefinedObject,
              "index \"" + name + "\" for table \"" + table.name + "\" does not exist");
}

void SetClustered(catalog::TableDescriptor& table, const std::string& name) {
  bool found = name.empty();
  for (auto& index : table.indexes) {
    index.clustered = index.name == name;
    found = found || index.clustered;
    if (!index.clustered || !index.predicate) continue;
    throw Error(sqlstate::kFeatureNotSupported, "cannot cluster on partial index \"" + name + "\"");
  }
  if (!found) ThrowNoIndex(name, table);
}

// Throws where the index does not tell every row from the others.
void CheckIdentifies(const catalog::IndexDescriptor& index, const catalog::TableDescriptor& table) {
  const auto refuse = [&](const char* kind) {
    throw Error(sqlstate::kWrongObjectType,
                std::string("cannot use ") + kind + " index \"" + index.name + "\" as replica identity");
  };
  if (!index.unique) refuse("non-unique");
  if (!index.expressions.empty()) refuse("expression");
  if (index.predicate) refuse("partial");
  for (const auto number : index.columns) {
    const auto* column = table.ColumnByNumber(number);
    if (column->not_null) continue;
    throw Error(sqlstate::kWrongObjectType, "index \"" + index.name +
                                                "\" cannot be used as replica identity because column \"" +
                                                column->name + "\" is nullable");
  }
}

void SetReplicaIdentity(catalog::TableDescriptor& table, char letter, const std::string& name) {
  bool found = letter != 'i';
  for (auto& index : table.indexes) {
    index.replica_identity = letter == 'i' && index.name == name;
    if (!index.replica_identity) continue;
    CheckIdentifies(index, table);
    found = true;
  }
  if (!found) ThrowNoIndex(name, table);
  table.replica_identity = letter;
}

catalog::ColumnDescriptor& ColumnOf(catalog::TableDescriptor& table, const std::string& name) {
  for (auto& column : table.columns) {
    if (!column.dropped && column.name == name) return column;
  }
  throw Error(sqlstate::kUndefinedColumn,
              "column \"" + name + "\" of relation \"" + table.name + "\" does not exist");
}

}  // namespace

void DdlExecutor::ChangeStorage(Table& table, const AlterTableAction& action) {
  switch (action.kind) {
    case AlterTableKind::kSetOptions:
      ChangeOptions(table.options, action);
      break;
    case AlterTableKind::kIndexOptions:
      for (auto& index : table.indexes) {
        if (index.name == action.name) ChangeOptions(index.options, action);
      }
      break;
    case AlterTableKind::kColumnOptions:
      ChangeOptions(ColumnOf(table, action.name).options, action);
      break;
    case AlterTableKind::kColumnTarget:
      if (action.number > kTargetMax) {
        Warn("lowering statistics target to " + std::to_string(kTargetMax), sqlstate::kInvalidParameterValue);
      }
      ColumnOf(table, action.name).statistics_target = std::min(action.number, kTargetMax);
      break;
    case AlterTableKind::kColumnStorage:
      ColumnOf(table, action.name).storage = action.letter;
      break;
    case AlterTableKind::kColumnCompression:
      ColumnOf(table, action.name).compression = action.letter;
      break;
    case AlterTableKind::kClusterOn:
      SetClustered(table, action.name);
      break;
    default:
      SetReplicaIdentity(table, action.letter, action.name);
      break;
  }
  context_.editor.Update(std::move(table));
}

}  // namespace ordinal::sql
