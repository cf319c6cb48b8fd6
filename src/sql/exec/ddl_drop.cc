#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/roles.h"
#include "keys/key_space.h"
#include "sql/exec/ddl_executor.h"
#include "sql/expr/domain.h"
#include "sql/expr/function.h"
#include "sql/expr/identifier.h"
#include "sql/expr/routine.h"
#include "sql/expr/statistics_text.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

bool RefersTo(const std::string& serialized, base::Oid sequence) {
  bool found = false;
  Walk(*DeserializeExpression(serialized), [&](const Expression& part) {
    if (part.kind != ExprKind::kConstant || part.type.id != TypeId::kRegclass || part.constant.is_null())
      return;
    found |= part.constant.AsInt() == static_cast<std::int64_t>(sequence);
  });
  return found;
}

}  // namespace

std::string DdlExecutor::Describe(base::Oid relation) {
  if (catalog().DomainByOid(relation)) return "type " + DomainName(relation, context_.evaluation);
  if (const auto function = catalog().FunctionByOid(relation)) {
    return (function->is_procedure ? "procedure " : "function ") +
           RoutineName(relation, context_.evaluation) + "(" +
           RoutineInputs(*function, context_.evaluation, ",") + ")";
  }
  if (const auto made = catalog().ExtendedStatisticsByOid(relation)) {
    const bool visible = StatisticsVisible(*made, context_.evaluation);
    return "statistics object " +
           (visible ? "" : QuoteIdentifier(catalog().SchemaByOid(made->schema)->name) + ".") +
           QuoteIdentifier(made->name);
  }
  const auto found = catalog().RelationByOid(relation);
  const char* kind = found.table ? "table " : found.sequence ? "sequence " : found.index ? "index " : "view ";
  return kind + context_.evaluation.RelationName(relation);
}

void DdlExecutor::Run(const Drop& drop) {
  DropSet drops;
  std::string subject;
  for (const base::Oid oid : drop.objects) {
    if (drop.kind == ObjectKind::kTable) {
      subject = Describe(oid);
      CheckMayDrop(oid);
      AddTable(*catalog().TableByOid(oid), drops);
    } else if (drop.kind == ObjectKind::kSequence) {
      subject = Describe(oid);
      CheckMayDrop(oid);
      drops.sequences.insert(oid);
    } else if (drop.kind == ObjectKind::kIndex) {
      DropIndex(oid, drop.cascade);
    } else if (drop.kind == ObjectKind::kView) {
      subject = Describe(oid);
      CheckMayDrop(oid);
      drops.views.insert(oid);
    } else if (drop.kind == ObjectKind::kDomain) {
      subject = Describe(oid);
      const auto domain = catalog().DomainByOid(oid);
      const base::Oid of_schema = catalog().SchemaByOid(domain->schema)->owner;
      if (!catalog::HasPrivilegesOf(catalog(), context_.role, of_schema)) DomainToChange(oid);
      drops.domains.insert(oid);
    } else {
      const auto schema = catalog().SchemaByOid(oid);
      CheckOwner(schema->owner, "schema", schema->name);
      subject = "schema " + schema->name;
      if (oid < base::kFirstUserOid && oid != catalog::kPublicSchema) {
        throw Error(sqlstate::kDependentObjectsStillExist,
                    "cannot drop schema " + schema->name + " because it is required by the database system");
      }
      for (const auto& table : catalog().Tables()) {
        if (table->schema != oid) continue;
        drops.dependents.emplace_back(Describe(table->oid), subject);
        AddTable(*table, drops);
      }
      for (const auto& sequence : catalog().Sequences()) {
        if (sequence->schema != oid || !drops.sequences.insert(sequence->oid).second) continue;
        drops.dependents.emplace_back(Describe(sequence->oid), subject);
      }
    }
  }
  if (drop.kind == ObjectKind::kIndex) return;
  if (drop.kind == ObjectKind::kSchema) {
    for (const auto& domain : catalog().Domains()) {
      const bool within =
          std::find(drop.objects.begin(), drop.objects.end(), domain->schema) != drop.objects.end();
      if (!within || !drops.domains.insert(domain->oid).second) continue;
      drops.dependents.emplace_back(Describe(domain->oid), subject);
    }
    for (const auto& view : catalog().Views()) {
      const bool within =
          std::find(drop.objects.begin(), drop.objects.end(), view->schema) != drop.objects.end();
      if (!within || !drops.views.insert(view->oid).second) continue;
      drops.dependents.emplace_back(Describe(view->oid), subject);
    }
  }
  for (const base::Oid oid : std::set<base::Oid>(drops.domains)) AddDomain(oid, drops);
  if (drop.kind == ObjectKind::kSchema) {
    for (const auto& made : catalog().AllExtendedStatistics()) {
      const bool within =
          std::find(drop.objects.begin(), drop.objects.end(), made->schema) != drop.objects.end();
      if (!within || drops.tables.contains(made->table)) continue;
      drops.statistics.insert(made->oid);
      drops.dependents.emplace_back(Describe(made->oid), subject);
    }
    for (const auto& function : catalog().Functions()) {
      const bool within =
          std::find(drop.objects.begin(), drop.objects.end(), function->schema) != drop.objects.end();
      if (!within || !drops.functions.insert(function->oid).second) continue;
      drops.dependents.emplace_back(Describe(function->oid), subject);
    }
  }
  for (const base::Oid oid : drops.sequences) {
    const auto sequence = catalog().SequenceByOid(oid);
    if (sequence->is_identity && !drops.tables.contains(sequence->owner_table)) {
      const auto table = catalog().TableByOid(sequence->owner_table);
      const std::string column =
          "column " + table->ColumnByNumber(sequence->owner_column)->name + " of " + Describe(table->oid);
      throw Error(sqlstate::kDependentObjectsStillExist,
                  "cannot drop " + Describe(oid) + " because " + column + " requires it")
          .Hint("You can drop " + column + " instead.");
    }
    AddDefaultsOn(oid, drops);
  }
  for (const base::Oid oid : std::set<base::Oid>(drops.tables)) AddForeignKeysOn(oid, 0, 0, drops);
  for (const auto& set : {drops.tables, drops.sequences, drops.views, drops.domains}) {
    for (const base::Oid oid : set) AddViewsOn(oid, 0, drops);
  }
  for (const auto& set : {drops.tables, drops.sequences, drops.views}) {
    for (const base::Oid oid : set) AddFunctionsOn(oid, 0, drops);
  }
  for (const base::Oid oid : std::set<base::Oid>(drops.functions)) AddCallersOf(oid, drops);
  if (drop.objects.size() > 1) subject.clear();
  Confirm(drops, subject, drop.cascade);
  DropAll(drops);
  if (drop.kind != ObjectKind::kSchema) return;
  for (const base::Oid oid : drop.objects) {
    if (!catalog().SchemaByOid(oid)) continue;
    for (const auto& defaults : catalog().AllDefaultPrivileges()) {
      if (defaults->schema_limit == oid) context_.editor.Drop(defaults->oid);
    }
    context_.editor.Drop(oid);
  }
}

void DdlExecutor::AddTable(const Table& table, DropSet& drops) {
  drops.tables.insert(table.oid);
  for (const Sequence& sequence : SequencesOf(table.oid)) drops.sequences.insert(sequence.oid);
}

// Finds the defaults that draw from a sequence: of tables that stay, and of domains.
void DdlExecutor::AddDefaultsOn(base::Oid sequence, DropSet& drops) {
  for (const auto& table : catalog().Tables()) {
    if (drops.tables.contains(table->oid)) continue;
    for (const auto& column : table->columns) {
      if (column.dropped || !column.default_expression || !RefersTo(*column.default_expression, sequence))
        continue;
      drops.defaults.emplace_back(table->oid, column.number);
      drops.dependents.emplace_back("default value for column " + column.name + " of " + Describe(table->oid),
                                    Describe(sequence));
    }
  }
  for (const auto& domain : catalog().Domains()) {
    if (!domain->default_expression || !RefersTo(*domain->default_expression, sequence)) continue;
    if (!drops.domains.insert(domain->oid).second) continue;
    drops.dependents.emplace_back(Describe(domain->oid), Describe(sequence));
    AddDomain(domain->oid, drops);
  }
}

void DdlExecutor::Confirm(const DropSet& drops, const std::string& subject, bool cascade) {
  if (drops.dependents.empty()) return;
  std::string lines;
  for (const auto& [what, on] : drops.dependents) {
    if (!lines.empty()) lines += "\n";
    lines += cascade ? "drop cascades to " : what + " depends on ";
    lines += cascade ? what : on;
  }
  if (!cascade) {
    const std::string message = subject.empty()
                                    ? "cannot drop desired object(s) because other objects depend on them"
                                    : "cannot drop " + subject + " because other objects depend on it";
    throw Error(sqlstate::kDependentObjectsStillExist, message)
        .Detail(std::move(lines))
        .Hint("Use DROP ... CASCADE to drop the dependent objects too.");
  }
  if (drops.dependents.size() == 1) {
    Notice(sqlstate::kSuccessfulCompletion, std::move(lines));
  } else {
    Notice(sqlstate::kSuccessfulCompletion,
           "drop cascades to " + std::to_string(drops.dependents.size()) + " other objects",
           std::move(lines));
  }
}

void DdlExecutor::DropAll(const DropSet& drops) {
  for (const base::Oid oid : drops.statistics) RemoveStatistics(*catalog().ExtendedStatisticsByOid(oid));
  for (const base::Oid oid : drops.views) context_.editor.Drop(oid);
  for (const base::Oid oid : drops.functions) context_.editor.Drop(oid);
  for (const auto& [table, key] : drops.foreign_keys) DropForeignKey(table, key);
  for (const auto& [table, column] : drops.defaults) DropDefault(table, column);
  for (const base::Oid oid : drops.sequences) DropSequence(*catalog().SequenceByOid(oid));
  for (const base::Oid oid : drops.tables) {
    const std::string prefix = keys::TablePrefix(oid);
    context_.transaction.DeleteRange({prefix, keys::PrefixEnd(prefix)});
    for (const auto& made : StatisticsOn(*catalog().TableByOid(oid), 0)) RemoveStatistics(*made);
    if (const auto statistics = catalog().StatisticsOf(oid)) context_.editor.Drop(statistics->oid);
    context_.editor.Drop(oid);
  }
  DropDomainUses(drops);
}

void DdlExecutor::DropDefault(base::Oid oid, base::AttributeNumber number) {
  Table table = *catalog().TableByOid(oid);
  for (auto& column : table.columns) {
    if (column.number == number) column.default_expression.reset();
  }
  context_.editor.Update(std::move(table));
}

void DdlExecutor::DropIndex(base::Oid oid, bool cascade) {
  const auto relation = catalog().RelationByOid(oid);
  if (!relation.index) return;  // named twice
  Table table = TableToChange(relation.index_of->oid);
  if (relation.index->is_constraint) {
    const std::string constraint = "constraint " + relation.index->name + " on " + Describe(table.oid);
    throw Error(sqlstate::kDependentObjectsStillExist,
                "cannot drop " + Describe(oid) + " because " + constraint + " requires it")
        .Hint("You can drop " + constraint + " instead.");
  }
  DropSet drops;
  AddForeignKeysOn(table.oid, oid, 0, drops);
  Confirm(drops, Describe(oid), cascade);
  DropAll(drops);
  table = *catalog().TableByOid(table.oid);
  std::erase_if(table.indexes, [&](const auto& index) { return index.oid == oid; });
  const std::string prefix = keys::IndexPrefix(table.oid, oid);
  context_.transaction.DeleteRange({prefix, keys::PrefixEnd(prefix)});
  context_.editor.Update(std::move(table));
}

}  // namespace ordinal::sql
