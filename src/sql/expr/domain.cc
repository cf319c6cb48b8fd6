#include "sql/expr/domain.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "catalog/virtual_table.h"
#include "sql/expr/function.h"
#include "sql/expr/identifier.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// Checks that cast to domains, whose checks cast again.
constexpr int kNestedChecksMax = 50;

catalog::Catalog::DomainPtr DomainOrThrow(const catalog::Catalog& catalog, base::Oid oid) {
  if (auto domain = catalog.DomainByOid(oid)) return domain;
  throw Error(sqlstate::kUndefinedObject, "type with OID " + std::to_string(oid) + " does not exist");
}

std::shared_ptr<const DomainConstraints> Collect(const catalog::Catalog& catalog, base::Oid oid) {
  auto all = std::make_shared<DomainConstraints>();
  while (oid != base::kInvalidOid) {
    const auto domain = DomainOrThrow(catalog, oid);
    all->not_null |= domain->not_null;
    std::vector<DomainConstraints::Check> own;
    for (const auto& check : domain->checks) {
      own.push_back({check.name, DeserializeExpression(check.expression)});
    }
    std::sort(own.begin(), own.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    all->checks.insert(all->checks.begin(), std::make_move_iterator(own.begin()),
                       std::make_move_iterator(own.end()));
    oid = domain->base.domain;
  }
  return all;
}

Error Violation(base::SqlState state, const std::string& message, base::Oid oid, EvalContext& context) {
  const auto domain = DomainOrThrow(context.catalog(), oid);
  const auto schema = context.catalog().SchemaByOid(domain->schema);
  Error error(state, message);
  error.Table(schema ? schema->name : "", "").DataType(domain->name);
  return error;
}

class Nesting {
 public:
  explicit Nesting(int& depth) : depth_(depth) {
    if (++depth_ <= kNestedChecksMax) return;
    --depth_;
    throw Error(sqlstate::kStatementTooComplex, "stack depth limit exceeded")
        .Detail("Checks of domains cast to domains without end.");
  }
  ~Nesting() { --depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  int& depth_;
};

// Splits at the dots outside of quotes; bare parts lose their capitals.
std::vector<std::string> SplitName(std::string_view name) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (const char c : name) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += !quoted && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
  }
  return parts;
}

}  // namespace

void CheckDomain(base::Oid domain, const Value& value, EvalContext& context) {
  auto& known = context.domains[domain];
  if (!known) known = Collect(context.catalog(), domain);
  const DomainConstraints& constraints = *known;
  if (constraints.not_null && value.is_null()) {
    throw Violation(sqlstate::kNotNullViolation,
                    "domain " + DomainName(domain, context) + " does not allow null values", domain, context);
  }
  if (constraints.checks.empty()) return;
  const Nesting nesting(context.domain_checks);
  for (const auto& check : constraints.checks) {
    const Value holds = Evaluate(*check.condition, context, std::span(&value, 1));
    if (holds.is_null() || holds.AsBool()) continue;
    throw Violation(sqlstate::kCheckViolation,
                    "value for domain " + DomainName(domain, context) + " violates check constraint \"" +
                        check.name + "\"",
                    domain, context)
        .Constraint(check.name);
  }
}

bool HasConstraints(const catalog::Catalog& catalog, base::Oid oid) {
  for (; oid != base::kInvalidOid; oid = DomainOrThrow(catalog, oid)->base.domain) {
    const auto domain = DomainOrThrow(catalog, oid);
    if (domain->not_null || !domain->checks.empty()) return true;
  }
  return false;
}

bool StandsUpon(const catalog::Catalog& catalog, base::Oid outer, base::Oid inner) {
  while (outer != base::kInvalidOid && outer != inner) outer = DomainOrThrow(catalog, outer)->base.domain;
  return outer == inner;
}

ExprPtr DefaultOfDomain(const catalog::Catalog& catalog, Type type) {
  const auto domain = DomainOrThrow(catalog, type.domain);
  ExprPtr value = domain->default_expression ? DeserializeExpression(*domain->default_expression)
                                             : MakeConstant(Value::Null(), {type.id, type.modifier});
  return Coerce(std::move(value), type, types::CastContext::kAssignment, 0);
}

namespace {

// Of a row type, whose name is that of the relation.
std::string RowTypeName(base::Oid oid, EvalContext& context) {
  const auto relation = context.catalog().RelationByOid(oid);
  const bool has_rows = relation.table || relation.view || relation.virtual_table != nullptr;
  return has_rows ? context.RelationName(oid) : "???";
}

}  // namespace

std::string DomainName(base::Oid oid, EvalContext& context) {
  const catalog::Catalog& catalog = context.catalog();
  const auto domain = catalog.DomainByOid(oid);
  if (!domain) return RowTypeName(oid, context);
  for (const std::string& name : context.SearchPath(true)) {
    const auto schema = catalog.FindSchema(name);
    if (!schema) continue;
    if (schema->oid == domain->schema) return QuoteIdentifier(domain->name);
    const bool hides = schema->oid == catalog::kPgCatalogSchema
                           ? types::FindTypeByName(domain->name) != nullptr
                           : catalog.FindDomain(schema->oid, domain->name) != nullptr;
    if (hides) break;
  }
  const auto schema = catalog.SchemaByOid(domain->schema);
  return (schema ? QuoteIdentifier(schema->name) + "." : "") + QuoteIdentifier(domain->name);
}

std::string ShowType(Type type, EvalContext& context) {
  return type.domain != 0 ? DomainName(type.domain, context) : types::FormatType(type);
}

catalog::Catalog::DomainPtr FindDomain(std::string_view name, EvalContext& context) {
  const std::vector<std::string> parts = SplitName(name);
  const catalog::Catalog& catalog = context.catalog();
  if (parts.size() == 2) {
    const catalog::SessionView* session = parts[0] == "pg_temp" ? context.session_view() : nullptr;
    const auto schema =
        session != nullptr ? catalog.SchemaByOid(session->temporary_schema()) : catalog.FindSchema(parts[0]);
    return schema ? catalog.FindDomain(schema->oid, parts[1]) : nullptr;
  }
  if (parts.size() != 1) return nullptr;
  for (const std::string& listed : context.SearchPath(true)) {
    const auto schema = catalog.FindSchema(listed);
    if (!schema) continue;
    if (auto domain = catalog.FindDomain(schema->oid, parts[0])) return domain;
  }
  return nullptr;
}

}  // namespace ordinal::sql
