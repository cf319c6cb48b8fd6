#include "sql/expr/object_identity.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "catalog/roles.h"
#include "catalog/virtual_table.h"
#include "sql/expr/conversion.h"
#include "sql/expr/domain.h"
#include "sql/expr/function.h"
#include "sql/expr/identifier.h"
#include "sql/expr/object_name.h"
#include "sql/expr/statistics_text.h"

namespace ordinal::sql {
namespace {

using base::Oid;
using catalog::Catalog;
using T = TypeId;

// Oids of the catalogs whose rows are objects.
constexpr Oid kTablespaces = 1213;
constexpr Oid kTypes = 1247;
constexpr Oid kFunctions = 1255;
constexpr Oid kRelations = 1259;
constexpr Oid kRoles = 1260;
constexpr Oid kDatabases = 1262;
constexpr Oid kAccessMethods = 2601;
constexpr Oid kConstraints = 2606;
constexpr Oid kLanguages = 2612;
constexpr Oid kNamespaces = 2615;
constexpr Oid kOperators = 2617;
constexpr Oid kStatistics = 3381;

struct CatalogName {
  Oid oid;
  const char* word;  // for its objects
};
constexpr CatalogName kCatalogs[] = {
    {kTablespaces, "tablespace"},
    {kTypes, "type"},
    {kFunctions, "function"},
    {kRelations, "relation"},
    {kRoles, "role"},
    {kDatabases, "database"},
    {kAccessMethods, "access method"},
    {kConstraints, "constraint"},
    {kLanguages, "language"},
    {kNamespaces, "schema"},
    {kOperators, "operator"},
    {kStatistics, "statistics object"},
    {2604, "default value"},
    {2605, "cast"},
    {2607, "conversion"},
    {2616, "operator class"},
    {2753, "operator family"},
    {2618, "rule"},
    {2620, "trigger"},
    {3456, "collation"},
    {3079, "extension"},
    {2328, "foreign-data wrapper"},
    {1417, "server"},
    {826, "default acl"},
    {3256, "policy"},
    {6104, "publication"},
    {3466, "event trigger"},
};

// Objects that are the same in every database.
struct FixedObject {
  Oid catalog;
  Oid oid;
  const char* name;
};
constexpr FixedObject kFixed[] = {
    {kTablespaces, 1663, "pg_default"},
    {kTablespaces, 1664, "pg_global"},
    {kAccessMethods, 2, "heap"},
    {kAccessMethods, 403, "btree"},
    {kLanguages, 12, "internal"},
    {kLanguages, 13, "c"},
    {kLanguages, 14, "sql"},
};

const char* WordFor(Oid catalog) {
  const auto* const found = std::find_if(std::begin(kCatalogs), std::end(kCatalogs),
                                         [&](const CatalogName& each) { return each.oid == catalog; });
  if (found != std::end(kCatalogs)) return found->word;
  throw base::Error(base::sqlstate::kInternalError, "unrecognized object class: " + std::to_string(catalog));
}

const char* FixedName(const ObjectAddress& address) {
  const auto* const found = std::find_if(std::begin(kFixed), std::end(kFixed), [&](const FixedObject& each) {
    return each.catalog == address.catalog && each.oid == address.object;
  });
  return found != std::end(kFixed) ? found->name : nullptr;
}

std::string SchemaName(const Catalog& catalog, Oid schema) {
  const auto found = catalog.SchemaByOid(schema);
  return found ? found->name : "";
}

std::string Qualified(const std::string& schema, const std::string& name) {
  return QuoteIdentifier(schema) + "." + QuoteIdentifier(name);
}

// The types that SQL has words of its own for are never qualified.
std::string QualifiedType(const Type& type, EvalContext& context) {
  if (type.id == T::kInvalid) return "pg_catalog.\"any\"";
  if (const auto domain = context.catalog().DomainByOid(type.domain)) {
    return Qualified(SchemaName(context.catalog(), domain->schema), domain->name);
  }
  const types::TypeInfo& info = types::InfoOf(type.id);
  const T element = types::ElementType(type.id);
  if (element != T::kInvalid && info.name[0] == '_') return QualifiedType({element}, context) + "[]";
  static constexpr T kSpelled[] = {T::kBool,      T::kBpchar,      T::kVarchar, T::kFloat4,  T::kFloat8,
                                   T::kInt2,      T::kInt4,        T::kInt8,    T::kNumeric, T::kTime,
                                   T::kTimestamp, T::kTimestamptz, T::kTimetz,  T::kInterval};
  const bool spelled = std::find(std::begin(kSpelled), std::end(kSpelled), type.id) != std::end(kSpelled);
  return (spelled ? "" : "pg_catalog.") + types::FormatType({type.id, -1});
}

// A relation, and one of its columns.
struct RelationParts {
  const char* word = "view";
  std::string schema;
  std::string name;
  std::optional<std::string> column = {};  // of the number that was asked for
};

std::optional<std::string> NthName(const auto& columns, std::int64_t number) {
  if (number < 1 || number > static_cast<std::int64_t>(columns.size())) return std::nullopt;
  return columns[static_cast<std::size_t>(number - 1)].name;
}

std::optional<RelationParts> RelationOf(const ObjectAddress& address, const Catalog& catalog) {
  const Catalog::Relation relation = catalog.RelationByOid(address.object);
  if (!relation) return std::nullopt;
  if (relation.table) {
    return RelationParts{"table", SchemaName(catalog, relation.table->schema), relation.table->name,
                         NthName(relation.table->columns, address.part)};
  }
  if (relation.view) {
    return RelationParts{"view", SchemaName(catalog, relation.view->schema), relation.view->name,
                         NthName(relation.view->columns, address.part)};
  }
  if (relation.sequence) {
    static const std::vector<catalog::VirtualTable::Column> columns = {
        {"last_value", {}}, {"log_cnt", {}}, {"is_called", {}}};
    return RelationParts{"sequence", SchemaName(catalog, relation.sequence->schema), relation.sequence->name,
                         NthName(columns, address.part)};
  }
  if (relation.index != nullptr) {
    return RelationParts{"index", SchemaName(catalog, relation.index_of->schema), relation.index->name};
  }
  const catalog::VirtualTable& table = *relation.virtual_table;
  return RelationParts{"view", SchemaName(catalog, table.schema()), table.name(),
                       NthName(table.columns(), address.part)};
}

// A constraint and what it is of: a table or a domain.
struct ConstraintParts {
  std::string name;
  Catalog::TablePtr table = {};
  Catalog::DomainPtr domain = {};
};

std::optional<ConstraintParts> ConstraintOf(Oid oid, const Catalog& catalog) {
  for (const Catalog::DomainPtr& domain : catalog.Domains()) {
    for (const auto& check : domain->checks) {
      if (check.oid == oid) return ConstraintParts{check.name, {}, domain};
    }
  }
  for (const Catalog::TablePtr& table : catalog.Tables()) {
    for (const auto& index : table->indexes) {
      if (index.oid == oid && index.is_constraint) return ConstraintParts{index.name, table};
    }
    for (const auto& check : table->checks) {
      if (check.oid == oid) return ConstraintParts{check.name, table};
    }
    for (const auto& key : table->foreign_keys) {
      if (key.oid == oid) return ConstraintParts{key.name, table};
    }
  }
  return std::nullopt;
}

// A function or operator: where it is, what it is called, what it takes.
struct CallableParts {
  std::string schema = "pg_catalog";
  std::string name;
  std::vector<Type> arguments = {};
  bool is_procedure = false;
};

std::optional<CallableParts> CallableOf(const ObjectAddress& address, const Catalog& catalog) {
  const bool wants_operator = address.catalog == kOperators;
  if (const auto function = catalog.FunctionByOid(address.object); function && !wants_operator) {
    return CallableParts{SchemaName(catalog, function->schema), function->name, function->InputTypes(),
                         function->is_procedure};
  }
  const Function* function = FunctionByOid(address.object);
  if (function == nullptr || (function->kind == FunctionKind::kOperator) != wants_operator)
    return std::nullopt;
  CallableParts parts;
  parts.name = function->name;
  for (const T type : function->arguments) parts.arguments.push_back({type, -1});
  return parts;
}

std::string TypeList(const CallableParts& parts, bool qualified, bool is_operator, EvalContext& context) {
  std::string list = is_operator && parts.arguments.size() == 1 ? "NONE," : "";
  for (std::size_t i = 0; i < parts.arguments.size(); ++i) {
    const Type& type = parts.arguments[i];
    if (i > 0) list += ",";
    if (qualified) {
      list += QualifiedType(type, context);
    } else {
      list += type.id == T::kInvalid ? "\"any\"" : ShowType(type, context);
    }
  }
  return "(" + list + ")";
}

std::optional<std::string> DescribeRelation(const ObjectAddress& address, EvalContext& context) {
  const auto parts = RelationOf(address, context.catalog());
  if (!parts || (address.part != 0 && !parts->column)) return std::nullopt;
  const std::string relation = std::string(parts->word) + " " + context.RelationName(address.object);
  return address.part == 0 ? relation : "column " + *parts->column + " of " + relation;
}

// Relations have types of their own, by the same oid.
std::optional<std::string> DescribeType(Oid oid, EvalContext& context) {
  if (types::FindType(oid) != nullptr) return "type " + types::FormatType({static_cast<T>(oid), -1});
  if (context.catalog().DomainByOid(oid)) return "type " + DomainName(oid, context);
  const auto relation = context.catalog().RelationByOid(oid);
  if (relation.table || relation.view || relation.virtual_table != nullptr) {
    return "type " + context.RelationName(oid);
  }
  return std::nullopt;
}

std::optional<std::string> DescribeConstraint(Oid oid, EvalContext& context) {
  const auto parts = ConstraintOf(oid, context.catalog());
  if (!parts) return std::nullopt;
  const std::string text = "constraint " + parts->name;
  return parts->table ? text + " on table " + context.RelationName(parts->table->oid) : text;
}

void IdentifyRelation(const ObjectAddress& address, const Catalog& catalog, ObjectIdentity& found) {
  const auto parts = RelationOf(address, catalog);
  if (parts) found.type = parts->word;
  if (address.part != 0) found.type = parts ? found.type + " column" : "table column";
  if (!parts || (address.part != 0 && !parts->column)) return;
  found.schema = QuoteIdentifier(parts->schema);
  found.name = QuoteIdentifier(parts->name);
  found.identity = Qualified(parts->schema, parts->name);
  found.names = {parts->schema, parts->name};
  if (address.part == 0) return;
  *found.identity += "." + QuoteIdentifier(*parts->column);
  found.names.push_back(*parts->column);
}

void IdentifyType(Oid oid, EvalContext& context, ObjectIdentity& found) {
  const Catalog& catalog = context.catalog();
  if (const types::TypeInfo* info = types::FindType(oid)) {
    found.schema = "pg_catalog";
    found.name = QuoteIdentifier(info->name);
    found.identity = QualifiedType({info->id}, context);
  } else if (const auto domain = catalog.DomainByOid(oid)) {
    found.schema = QuoteIdentifier(SchemaName(catalog, domain->schema));
    found.name = QuoteIdentifier(domain->name);
  } else if (const auto parts = RelationOf({kRelations, oid}, catalog)) {
    found.schema = QuoteIdentifier(parts->schema);
    found.name = QuoteIdentifier(parts->name);
  } else {
    return;
  }
  if (!found.identity) found.identity = *found.schema + "." + *found.name;
  found.names = {*found.identity};
}

void IdentifyConstraint(Oid oid, const Catalog& catalog, ObjectIdentity& found) {
  const auto parts = ConstraintOf(oid, catalog);
  if (!parts) return;
  const std::string schema = SchemaName(catalog, parts->table ? parts->table->schema : parts->domain->schema);
  const std::string owner = Qualified(schema, parts->table ? parts->table->name : parts->domain->name);
  found.schema = QuoteIdentifier(schema);
  found.identity = QuoteIdentifier(parts->name) + " on " + owner;
  if (parts->table) {
    found.type = "table constraint";
    found.names = {schema, parts->table->name, parts->name};
    return;
  }
  found.type = "domain constraint";
  found.names = {owner};
  found.arguments = {parts->name};
}

void IdentifyCallable(const ObjectAddress& address, EvalContext& context, ObjectIdentity& found) {
  const auto parts = CallableOf(address, context.catalog());
  if (!parts) return;
  const bool is_operator = address.catalog == kOperators;
  if (parts->is_procedure) found.type = "procedure";
  found.schema = QuoteIdentifier(parts->schema);
  found.identity = (is_operator ? QuoteIdentifier(parts->schema) + "." + parts->name
                                : Qualified(parts->schema, parts->name)) +
                   TypeList(*parts, true, is_operator, context);
  found.names = {parts->schema, parts->name};
  for (const Type& type : parts->arguments) found.arguments.push_back(QualifiedType(type, context));
}

// What has a name that no schema holds.
std::optional<std::string> NameWithoutSchema(const ObjectAddress& address, EvalContext& context) {
  if (const char* fixed = FixedName(address)) return fixed;
  const Catalog& catalog = context.catalog();
  if (address.catalog == kNamespaces) {
    if (const auto schema = catalog.SchemaByOid(address.object)) return schema->name;
  }
  if (address.catalog == kRoles) {
    if (const auto role = catalog.RoleByOid(address.object)) return role->name;
  }
  if (address.catalog == kDatabases && address.object == catalog::kDatabase) return context.DatabaseName();
  return std::nullopt;
}

}  // namespace

std::optional<std::string> DescribeObject(const ObjectAddress& address, EvalContext& context) {
  if (address.catalog == 0 && address.object == 0) return std::nullopt;
  const std::string word = WordFor(address.catalog);
  switch (address.catalog) {
    case kRelations:
      return DescribeRelation(address, context);
    case kTypes:
      return DescribeType(address.object, context);
    case kConstraints:
      return DescribeConstraint(address.object, context);
    case kFunctions: {
      const auto parts = CallableOf(address, context.catalog());
      if (!parts) return std::nullopt;
      return (parts->is_procedure ? "procedure " : "function ") + *ShowProcedure(address.object, context);
    }
    case kOperators: {
      const auto parts = CallableOf(address, context.catalog());
      if (!parts) return std::nullopt;
      return "operator " + parts->name + TypeList(*parts, false, true, context);
    }
    case kStatistics: {
      const auto made = context.catalog().ExtendedStatisticsByOid(address.object);
      if (!made) return std::nullopt;
      const std::string name = QuoteIdentifier(made->name);
      if (StatisticsVisible(*made, context)) return word + " " + name;
      return word + " " + QuoteIdentifier(SchemaName(context.catalog(), made->schema)) + "." + name;
    }
    default: {
      const auto name = NameWithoutSchema(address, context);
      if (!name) return std::nullopt;
      return word + " " + *name;
    }
  }
}

ObjectIdentity IdentifyObject(const ObjectAddress& address, EvalContext& context) {
  ObjectIdentity found{.type = WordFor(address.catalog)};
  switch (address.catalog) {
    case kRelations:
      IdentifyRelation(address, context.catalog(), found);
      break;
    case kTypes:
      IdentifyType(address.object, context, found);
      break;
    case kConstraints:
      IdentifyConstraint(address.object, context.catalog(), found);
      break;
    case kFunctions:
    case kOperators:
      IdentifyCallable(address, context, found);
      break;
    case kStatistics:
      if (const auto made = context.catalog().ExtendedStatisticsByOid(address.object)) {
        const std::string schema = SchemaName(context.catalog(), made->schema);
        found.schema = QuoteIdentifier(schema);
        found.name = QuoteIdentifier(made->name);
        found.identity = Qualified(schema, made->name);
        found.names = {schema, made->name};
      }
      break;
    default:
      if (const auto name = NameWithoutSchema(address, context)) {
        found.name = QuoteIdentifier(*name);
        found.identity = found.name;
        found.names = {*name};
      }
      break;
  }
  return found;
}

}  // namespace ordinal::sql
