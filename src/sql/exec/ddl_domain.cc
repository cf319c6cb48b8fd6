// Executes CREATE DOMAIN and ALTER DOMAIN, and finds what depends on a domain.
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/privileges.h"
#include "sql/exec/ddl_executor.h"
#include "sql/expr/domain.h"
#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

using base::Error;
using catalog::DomainDescriptor;
namespace sqlstate = base::sqlstate;

// True when a stored expression makes values of the domain.
bool CastsTo(const std::string& serialized, base::Oid domain) {
  bool found = false;
  Walk(*DeserializeExpression(serialized), [&](const Expression& part) {
    found |= part.kind == ExprKind::kDomain && static_cast<base::Oid>(part.index) == domain;
  });
  return found;
}

void AddDomainsIn(const std::string& serialized, std::set<base::Oid>& domains) {
  // What cannot name a domain need not be read.
  if (serialized.find("domain") == std::string::npos) return;
  Walk(*DeserializeExpression(serialized), [&](const Expression& part) {
    if (part.kind == ExprKind::kDomain) domains.insert(static_cast<base::Oid>(part.index));
  });
}

std::set<base::Oid> DomainsOf(const catalog::TableDescriptor& table) {
  std::set<base::Oid> domains;
  for (const auto& column : table.columns) {
    if (column.dropped) continue;
    if (column.type.domain != 0) domains.insert(column.type.domain);
    if (column.default_expression) AddDomainsIn(*column.default_expression, domains);
  }
  for (const auto& check : table.checks) AddDomainsIn(check.expression, domains);
  for (const auto& index : table.indexes) {
    if (index.predicate) AddDomainsIn(*index.predicate, domains);
    for (const auto& part : index.expressions) AddDomainsIn(part.expression, domains);
  }
  return domains;
}

catalog::CheckDescriptor* CheckNamed(DomainDescriptor& domain, const std::string& name) {
  for (auto& check : domain.checks) {
    if (check.name == name) return &check;
  }
  return nullptr;
}

}  // namespace

catalog::DomainDescriptor DdlExecutor::DomainToChange(base::Oid oid) const {
  const auto domain = catalog().DomainByOid(oid);
  CheckOwner(domain->owner, "type", DomainName(oid, context_.evaluation));
  return *domain;
}

void DdlExecutor::CheckTypeNameIsFree(base::Oid schema, const std::string& name) const {
  const auto relation = catalog().FindRelation(schema, name);
  if (!catalog().FindDomain(schema, name) && !relation.table && !relation.view) return;
  throw Error(sqlstate::kDuplicateObject, "type \"" + name + "\" already exists");
}

void DdlExecutor::CheckNoDomainNamed(base::Oid schema, const std::string& name) const {
  if (!catalog().FindDomain(schema, name)) return;
  throw Error(sqlstate::kDuplicateObject, "type \"" + name + "\" already exists")
      .Hint(
          "A relation has an associated type of the same name, so you must use a name that doesn't conflict "
          "with any existing type.");
}

std::string DdlExecutor::ChooseCheckName(const DomainDescriptor& domain) const {
  const auto taken = [&](const std::string& name) {
    const auto is_named = [&](const auto& constraint) { return constraint.name == name; };
    if (std::any_of(domain.checks.begin(), domain.checks.end(), is_named)) return true;
    for (const auto& other : catalog().Domains()) {
      if (other->schema == domain.schema &&
          std::any_of(other->checks.begin(), other->checks.end(), is_named)) {
        return true;
      }
    }
    for (const auto& table : catalog().Tables()) {
      if (table->schema != domain.schema) continue;
      if (std::any_of(table->checks.begin(), table->checks.end(), is_named)) return true;
    }
    return false;
  };
  std::string name = GeneratedName(domain.name, "", "check");
  for (int i = 1; taken(name); ++i) name = GeneratedName(domain.name, "", "check" + std::to_string(i));
  return name;
}

void DdlExecutor::AddDomainCheck(DomainDescriptor& domain, catalog::CheckDescriptor check) {
  if (check.name.empty()) check.name = ChooseCheckName(domain);
  if (CheckNamed(domain, check.name) != nullptr) {
    throw Error(sqlstate::kDuplicateObject,
                "constraint \"" + check.name + "\" for domain \"" + domain.name + "\" already exists");
  }
  std::set<base::Oid> others;
  AddDomainsIn(check.expression, others);
  for (const base::Oid other : others) context_.editor.DependOn(other);
  check.oid = context_.oids.Next();
  domain.checks.push_back(std::move(check));
}

void DdlExecutor::Run(const CreateDomain& create) {
  DomainDescriptor domain = create.domain;
  if (domain.schema == catalog::kPgCatalogSchema || domain.schema == catalog::kInformationSchema ||
      domain.schema == catalog::kSysSchema) {
    throw Error(sqlstate::kInsufficientPrivilege,
                "permission denied for schema " + catalog().SchemaByOid(domain.schema)->name);
  }
  CheckMayCreateIn(domain.schema, context_.role);
  CheckTypeNameIsFree(domain.schema, domain.name);
  domain.oid = context_.oids.Next();
  domain.owner = context_.role;
  domain.acl = catalog::InitialAcl(catalog(), catalog::AclKind::kType, domain.owner, domain.schema);
  domain.checks.clear();
  for (const auto& check : create.domain.checks) AddDomainCheck(domain, check);
  if (domain.base.domain != 0) context_.editor.DependOn(domain.base.domain);
  context_.editor.Create(std::move(domain));
}

void DdlExecutor::Run(const AlterDomain& alter) {
  DomainDescriptor domain = DomainToChange(alter.domain);
  switch (alter.kind) {
    case AlterDomainKind::kSetDefault:
      domain.default_expression = alter.expression;
      break;
    case AlterDomainKind::kDropNotNull:
      domain.not_null = false;
      break;
    case AlterDomainKind::kSetNotNull:
      if (domain.not_null) return;
      CheckNoNulls(domain.oid);
      domain.not_null = true;
      break;
    case AlterDomainKind::kAddCheck:
      AddDomainCheck(domain, alter.check);
      CheckValues(domain.oid, alter.check.valid ? &domain.checks.back() : nullptr);
      break;
    case AlterDomainKind::kValidate: {
      auto* check = CheckNamed(domain, alter.name);
      if (check == nullptr) ThrowNoDomainConstraint(alter.name, "of", domain);
      if (check->valid) return;
      CheckValues(domain.oid, check);
      check->valid = true;
      break;
    }
    case AlterDomainKind::kDropConstraint: {
      if (CheckNamed(domain, alter.name) == nullptr) {
        if (!alter.missing_ok) ThrowNoDomainConstraint(alter.name, "of", domain);
        Notice(sqlstate::kSuccessfulCompletion, "constraint \"" + alter.name + "\" of domain \"" +
                                                    domain.name + "\" does not exist, skipping");
        return;
      }
      std::erase_if(domain.checks, [&](const auto& check) { return check.name == alter.name; });
      break;
    }
    case AlterDomainKind::kRenameConstraint: {
      auto* check = CheckNamed(domain, alter.name);
      if (check == nullptr) ThrowNoDomainConstraint(alter.name, "for", domain);
      if (CheckNamed(domain, alter.new_name) != nullptr) {
        throw Error(sqlstate::kDuplicateObject,
                    "constraint \"" + alter.new_name + "\" for domain " + domain.name + " already exists");
      }
      check->name = alter.new_name;
      break;
    }
  }
  context_.editor.Update(std::move(domain));
}

void DdlExecutor::ThrowNoDomainConstraint(const std::string& name, const char* word,
                                          const DomainDescriptor& domain) const {
  const bool bare = std::string_view(word) == "for";
  const std::string shown = bare ? DomainName(domain.oid, context_.evaluation) : "\"" + domain.name + "\"";
  throw Error(sqlstate::kUndefinedObject,
              "constraint \"" + name + "\" " + word + " domain " + shown + " does not exist");
}

void DdlExecutor::VisitDomainValues(base::Oid domain, const DomainVisitor& visit) {
  for (const auto& table : catalog().Tables()) {
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < table->columns.size(); ++i) {
      const auto& column = table->columns[i];
      if (column.dropped || column.type.domain == 0) continue;
      if (StandsUpon(catalog(), column.type.domain, domain)) columns.push_back(i);
    }
    if (columns.empty()) continue;
    // Whoever writes rows guards the descriptor of the table, and so meets this.
    context_.editor.Update(*table);
    if (!visit) continue;
    VisitRows(*table, [&](const std::string&, types::Row& row) {
      for (const std::size_t i : columns) visit(*table, table->columns[i], row[i]);
    });
  }
}

void DdlExecutor::CheckNoNulls(base::Oid domain) {
  VisitDomainValues(
      domain, [&](const Table& table, const catalog::ColumnDescriptor& column, const types::Value& value) {
        if (!value.is_null()) return;
        throw Error(sqlstate::kNotNullViolation,
                    "column \"" + column.name + "\" of table \"" + table.name + "\" contains null values")
            .Table(catalog().SchemaByOid(table.schema)->name, table.name)
            .Column(column.name);
      });
}

void DdlExecutor::CheckValues(base::Oid domain, const catalog::CheckDescriptor* check) {
  if (check == nullptr) return VisitDomainValues(domain, nullptr);
  const ExprPtr condition = DeserializeExpression(check->expression);
  VisitDomainValues(
      domain, [&](const Table& table, const catalog::ColumnDescriptor& column, const types::Value& value) {
        const Value holds = Evaluate(*condition, context_.evaluation, std::span(&value, 1));
        if (holds.is_null() || holds.AsBool()) return;
        throw Error(sqlstate::kCheckViolation, "column \"" + column.name + "\" of table \"" + table.name +
                                                   "\" contains values that violate the new constraint")
            .Table(catalog().SchemaByOid(table.schema)->name, table.name)
            .Column(column.name);
      });
}

void DdlExecutor::DependOnDomains(const Table& table) {
  for (const base::Oid domain : DomainsOf(table)) context_.editor.DependOn(domain);
}

void DdlExecutor::RenameDomain(const Rename& rename) {
  DomainDescriptor domain = DomainToChange(rename.object);
  CheckTypeNameIsFree(domain.schema, rename.name);
  domain.name = rename.name;
  context_.editor.Update(std::move(domain));
}

void DdlExecutor::MoveDomain(const SetSchema& move) {
  DomainDescriptor domain = DomainToChange(move.object);
  if (domain.schema == move.schema) return;
  CheckMayCreateIn(move.schema, context_.role);
  const auto relation = catalog().FindRelation(move.schema, domain.name);
  if (catalog().FindDomain(move.schema, domain.name) || relation.table || relation.view) {
    throw Error(sqlstate::kDuplicateObject, "type \"" + domain.name + "\" already exists in schema \"" +
                                                catalog().SchemaByOid(move.schema)->name + "\"");
  }
  domain.schema = move.schema;
  context_.editor.Update(std::move(domain));
}

void DdlExecutor::CommentOnDomain(const CommentOn& comment) {
  DomainDescriptor domain = DomainToChange(comment.object);
  if (comment.constraint.empty()) {
    domain.comment = comment.text;
  } else {
    auto* check = CheckNamed(domain, comment.constraint);
    if (check == nullptr) ThrowNoDomainConstraint(comment.constraint, "for", domain);
    check->comment = comment.text;
  }
  context_.editor.Update(std::move(domain));
}

// Adds what needs the domain, in tables that stay.
void DdlExecutor::AddDomain(base::Oid oid, DropSet& drops) {
  const std::string subject = Describe(oid);
  for (const auto& other : catalog().Domains()) {
    if (drops.domains.contains(other->oid)) continue;
    // A check goes alone, a default takes the whole domain with it.
    const bool defaults_to_it = other->default_expression && CastsTo(*other->default_expression, oid);
    if (other->base.domain != oid && !defaults_to_it) {
      for (const auto& check : other->checks) {
        if (!CastsTo(check.expression, oid)) continue;
        drops.domain_checks.emplace_back(other->oid, check.oid);
        drops.dependents.emplace_back("constraint " + check.name, subject);
      }
      continue;
    }
    drops.domains.insert(other->oid);
    drops.dependents.emplace_back(Describe(other->oid), subject);
    AddDomain(other->oid, drops);
  }
  for (const auto& table : catalog().Tables()) {
    if (!drops.tables.contains(table->oid)) AddDomainUses(*table, oid, drops);
  }
  AddFunctionsOn(oid, 0, drops);
}

void DdlExecutor::AddDomainUses(const Table& table, base::Oid domain, DropSet& drops) {
  const std::string subject = Describe(domain);
  const std::string of_table = " of " + Describe(table.oid);
  for (const auto& column : table.columns) {
    if (column.dropped) continue;
    const bool casts =
        column.generated && column.default_expression && CastsTo(*column.default_expression, domain);
    if (column.type.domain != domain && !casts) continue;
    drops.columns.emplace_back(table.oid, column.number);
    drops.dependents.emplace_back("column " + column.name + of_table, subject);
    AddViewsOn(table.oid, column.number, drops);
  }
  for (const auto& column : table.columns) {
    if (column.dropped || column.generated || !column.default_expression) continue;
    if (column.type.domain == domain || !CastsTo(*column.default_expression, domain)) continue;
    drops.defaults.emplace_back(table.oid, column.number);
    drops.dependents.emplace_back("default value for column " + column.name + of_table, subject);
  }
  for (const auto& check : table.checks) {
    if (!CastsTo(check.expression, domain)) continue;
    drops.checks.emplace_back(table.oid, check.oid);
    drops.dependents.emplace_back("constraint " + check.name + " on " + Describe(table.oid), subject);
  }
  for (const auto& index : table.indexes) {
    const bool casts = (index.predicate && CastsTo(*index.predicate, domain)) ||
                       std::any_of(index.expressions.begin(), index.expressions.end(),
                                   [&](const auto& part) { return CastsTo(part.expression, domain); });
    if (!casts) continue;
    drops.indexes.push_back(index.oid);
    drops.dependents.emplace_back(Describe(index.oid), subject);
  }
}

void DdlExecutor::RequireTemporary(base::Oid schema) const {
  if (catalog().SchemaByOid(schema)->temporary_of) return;
  base::ThrowUnsupported("temporary domains in objects that are not temporary");
}

void DdlExecutor::CheckTemporaryDomains() {
  for (const auto& domain : catalog().Domains()) {
    if (!catalog().SchemaByOid(domain->schema)->temporary_of) continue;
    DropSet uses;
    uses.domains.insert(domain->oid);
    AddDomain(domain->oid, uses);
    AddViewsOn(domain->oid, 0, uses);
    for (const auto& part : uses.columns) RequireTemporary(catalog().TableByOid(part.first)->schema);
    for (const auto& part : uses.defaults) RequireTemporary(catalog().TableByOid(part.first)->schema);
    for (const auto& part : uses.checks) RequireTemporary(catalog().TableByOid(part.first)->schema);
    for (const auto& part : uses.domain_checks) RequireTemporary(catalog().DomainByOid(part.first)->schema);
    for (const base::Oid oid : uses.indexes) {
      RequireTemporary(catalog().RelationByOid(oid).index_of->schema);
    }
    for (const base::Oid oid : uses.views) RequireTemporary(catalog().RelationByOid(oid).view->schema);
    for (const base::Oid oid : uses.domains) RequireTemporary(catalog().DomainByOid(oid)->schema);
    for (const base::Oid oid : uses.functions) RequireTemporary(catalog().FunctionByOid(oid)->schema);
  }
}

void DdlExecutor::DropDomainUses(const DropSet& drops) {
  for (const auto& [oid, check] : drops.checks) {
    Table table = *catalog().TableByOid(oid);
    std::erase_if(table.checks, [dropped = check](const auto& found) { return found.oid == dropped; });
    context_.editor.Update(std::move(table));
  }
  for (const base::Oid index : drops.indexes) DropIndex(index, true);
  for (const auto& [oid, number] : drops.columns) {
    Table table = *catalog().TableByOid(oid);
    const auto* column = table.ColumnByNumber(number);
    if (column->dropped) continue;
    AlterTableAction drop;
    drop.kind = AlterTableKind::kDropColumn;
    drop.cascade = true;
    drop.name = column->name;
    DropColumn(table, drop);
  }
  for (const auto& [oid, check] : drops.domain_checks) {
    if (drops.domains.contains(oid)) continue;
    DomainDescriptor domain = *catalog().DomainByOid(oid);
    std::erase_if(domain.checks, [dropped = check](const auto& found) { return found.oid == dropped; });
    context_.editor.Update(std::move(domain));
  }
  for (const base::Oid domain : drops.domains) context_.editor.Drop(domain);
}

}  // namespace ordinal::sql
