#include "catalog/descriptor.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "catalog/descriptor_json.h"

namespace ordinal::catalog {
namespace {

using Explicit = types::IdentityRule::Explicit;

constexpr int kFormat = 1;

constexpr std::pair<Explicit, const char*> kExplicitNames[] = {
    {Explicit::kRefused, "refused"},
    {Explicit::kAllowed, "allowed"},
    {Explicit::kAllowedWithOverriding, "overriding"},
    {Explicit::kAllowedWithSwitch, "switch"},
};

Json ToJson(const IdentityDescriptor& identity) {
  const auto* name =
      std::find_if(std::begin(kExplicitNames), std::end(kExplicitNames),
                   [&](const auto& entry) { return entry.first == identity.rule.explicit_value; });
  return {{"sequence", identity.sequence},
          {"always", identity.always},
          {"explicit_value", name->second},
          {"generate_on_null", identity.rule.generate_on_null},
          {"generate_on_zero", identity.rule.generate_on_zero},
          {"explicit_moves_counter", identity.rule.explicit_moves_counter}};
}

IdentityDescriptor IdentityFromJson(const Json& json) {
  IdentityDescriptor identity;
  Read(json, "sequence", identity.sequence);
  Read(json, "always", identity.always);
  const auto text = json.at("explicit_value").get<std::string>();
  const auto* entry = std::find_if(std::begin(kExplicitNames), std::end(kExplicitNames),
                                   [&](const auto& candidate) { return text == candidate.second; });
  if (entry == std::end(kExplicitNames)) ThrowDamaged("unknown identity rule \"" + text + "\"");
  identity.rule.explicit_value = entry->first;
  Read(json, "generate_on_null", identity.rule.generate_on_null);
  Read(json, "generate_on_zero", identity.rule.generate_on_zero);
  Read(json, "explicit_moves_counter", identity.rule.explicit_moves_counter);
  return identity;
}

// Letters that catalogs of PostgreSQL show.
void WriteLetter(Json& json, const char* key, char letter, char otherwise) {
  if (letter != otherwise) json[key] = std::string(1, letter);
}

void ReadLetter(const Json& json, const char* key, char& letter) {
  if (!json.contains(key)) return;
  const auto text = json.at(key).get<std::string>();
  if (text.size() != 1 || text[0] < 'a' || text[0] > 'z') ThrowDamaged("\"" + text + "\" is not a letter");
  letter = text[0];
}

std::vector<AttributeNumber> NumbersFromJson(const Json& json) {
  std::vector<AttributeNumber> numbers;
  for (const auto& number : Array(json)) numbers.push_back(Number<AttributeNumber>(number));
  return numbers;
}

Json ToJson(const ColumnDescriptor& column) {
  Json json = {{"number", column.number},
               {"name", column.name},
               {"not_null", column.not_null},
               {"dropped", column.dropped}};
  WriteType(json, column.type);
  if (column.default_expression) json["default"] = BytesToJson(*column.default_expression);
  if (column.identity) json["identity"] = ToJson(*column.identity);
  if (column.generated) json["generated"] = true;
  WriteComment(json, column.comment);
  WriteAcl(json, column.acl);
  if (column.statistics_target != -1) json["statistics_target"] = column.statistics_target;
  WriteLetter(json, "storage", column.storage, 0);
  WriteLetter(json, "compression", column.compression, 0);
  if (!column.options.empty()) json["options"] = column.options;
  return json;
}

ColumnDescriptor ColumnFromJson(const Json& json) {
  ColumnDescriptor column;
  Read(json, "number", column.number);
  Read(json, "name", column.name);
  column.type = ReadType(json);
  Read(json, "not_null", column.not_null);
  Read(json, "dropped", column.dropped);
  if (json.contains("default")) column.default_expression = BytesFromJson(json.at("default"));
  if (json.contains("identity")) column.identity = IdentityFromJson(json.at("identity"));
  ReadOptional(json, "generated", column.generated);
  ReadOptional(json, "comment", column.comment);
  column.acl = ReadAcl(json);
  ReadOptional(json, "statistics_target", column.statistics_target);
  ReadLetter(json, "storage", column.storage);
  ReadLetter(json, "compression", column.compression);
  ReadOptional(json, "options", column.options);
  return column;
}

Json ToJson(const IndexDescriptor& index) {
  Json json = {{"oid", index.oid},
               {"name", index.name},
               {"columns", index.columns},
               {"unique", index.unique},
               {"primary", index.primary},
               {"is_constraint", index.is_constraint},
               {"nulls_not_distinct", index.nulls_not_distinct}};
  for (const auto& part : index.expressions) {
    json["expressions"].push_back({{"expression", BytesToJson(part.expression)}, {"name", part.name}});
    WriteType(json["expressions"].back(), part.type);
  }
  if (!index.included.empty()) json["included"] = index.included;
  if (index.stores_included) json["stores_included"] = true;
  for (const IndexOrder& order : index.orders) {
    json["orders"].push_back((order.descending ? 1 : 0) | (order.nulls_first ? 2 : 0));
  }
  if (index.predicate) json["predicate"] = BytesToJson(*index.predicate);
  if (!index.valid) json["valid"] = false;
  WriteComment(json, index.comment);
  if (!index.constraint_comment.empty()) json["constraint_comment"] = index.constraint_comment;
  if (!index.options.empty()) json["options"] = index.options;
  if (index.clustered) json["clustered"] = true;
  if (index.replica_identity) json["replica_identity"] = true;
  return json;
}

IndexDescriptor IndexFromJson(const Json& json) {
  IndexDescriptor index;
  Read(json, "oid", index.oid);
  Read(json, "name", index.name);
  index.columns = NumbersFromJson(json.at("columns"));
  Read(json, "unique", index.unique);
  Read(json, "primary", index.primary);
  Read(json, "is_constraint", index.is_constraint);
  Read(json, "nulls_not_distinct", index.nulls_not_distinct);
  if (json.contains("expressions")) {
    for (const auto& part : Array(json.at("expressions"))) {
      IndexExpression& made = index.expressions.emplace_back();
      made.expression = BytesFromJson(part.at("expression"));
      Read(part, "name", made.name);
      made.type = ReadType(part);
    }
  }
  if (json.contains("included")) index.included = NumbersFromJson(json.at("included"));
  if (json.contains("stores_included")) Read(json, "stores_included", index.stores_included);
  if (json.contains("orders")) {
    for (const auto& order : Array(json.at("orders"))) {
      const auto bits = Number<unsigned>(order);
      index.orders.push_back({(bits & 1U) != 0, (bits & 2U) != 0});
    }
  }
  if (json.contains("predicate")) index.predicate = BytesFromJson(json.at("predicate"));
  const auto computed = std::count(index.columns.begin(), index.columns.end(), AttributeNumber{0});
  if (static_cast<std::size_t>(computed) != index.expressions.size()) {
    ThrowDamaged("an index has other expressions than columns for them");
  }
  ReadOptional(json, "valid", index.valid);
  ReadOptional(json, "comment", index.comment);
  ReadOptional(json, "constraint_comment", index.constraint_comment);
  ReadOptional(json, "options", index.options);
  ReadOptional(json, "clustered", index.clustered);
  ReadOptional(json, "replica_identity", index.replica_identity);
  return index;
}

Json ToJson(const CheckDescriptor& check) {
  Json json = {{"oid", check.oid}, {"name", check.name}, {"expression", BytesToJson(check.expression)}};
  if (!check.valid) json["valid"] = false;
  WriteComment(json, check.comment);
  return json;
}

CheckDescriptor CheckFromJson(const Json& json) {
  CheckDescriptor check;
  Read(json, "oid", check.oid);
  Read(json, "name", check.name);
  check.expression = BytesFromJson(json.at("expression"));
  ReadOptional(json, "valid", check.valid);
  ReadOptional(json, "comment", check.comment);
  return check;
}

constexpr std::pair<ForeignKeyAction, const char*> kActionNames[] = {
    {ForeignKeyAction::kNoAction, "no action"},     {ForeignKeyAction::kRestrict, "restrict"},
    {ForeignKeyAction::kCascade, "cascade"},        {ForeignKeyAction::kSetNull, "set null"},
    {ForeignKeyAction::kSetDefault, "set default"},
};

Json ActionToJson(ForeignKeyAction action) { return kActionNames[static_cast<std::size_t>(action)].second; }

ForeignKeyAction ActionFromJson(const Json& json) {
  const auto text = json.get<std::string>();
  for (const auto& [action, name] : kActionNames) {
    if (text == name) return action;
  }
  ThrowDamaged("unknown action \"" + text + "\"");
}

Json ToJson(const ForeignKeyDescriptor& key) {
  Json json = {{"oid", key.oid},
               {"name", key.name},
               {"columns", key.columns},
               {"referenced_table", key.referenced_table},
               {"referenced_columns", key.referenced_columns},
               {"referenced_index", key.referenced_index},
               {"on_update", ActionToJson(key.on_update)},
               {"on_delete", ActionToJson(key.on_delete)},
               {"set_columns", key.set_columns},
               {"match_full", key.match_full},
               {"deferrable", key.deferrable},
               {"initially_deferred", key.initially_deferred},
               {"valid", key.valid}};
  WriteComment(json, key.comment);
  return json;
}

ForeignKeyDescriptor ForeignKeyFromJson(const Json& json) {
  ForeignKeyDescriptor key;
  Read(json, "oid", key.oid);
  Read(json, "name", key.name);
  key.columns = NumbersFromJson(json.at("columns"));
  Read(json, "referenced_table", key.referenced_table);
  key.referenced_columns = NumbersFromJson(json.at("referenced_columns"));
  Read(json, "referenced_index", key.referenced_index);
  key.on_update = ActionFromJson(json.at("on_update"));
  key.on_delete = ActionFromJson(json.at("on_delete"));
  key.set_columns = NumbersFromJson(json.at("set_columns"));
  Read(json, "match_full", key.match_full);
  Read(json, "deferrable", key.deferrable);
  Read(json, "initially_deferred", key.initially_deferred);
  Read(json, "valid", key.valid);
  ReadOptional(json, "comment", key.comment);
  return key;
}

Json ToJson(const SchemaDescriptor& schema) {
  Json json = {{"kind", "schema"}, {"oid", schema.oid}, {"name", schema.name}, {"owner", schema.owner}};
  WriteComment(json, schema.comment);
  WriteAcl(json, schema.acl);
  if (schema.temporary_of) json["temporary_of"] = *schema.temporary_of;
  return json;
}

// What relations of every kind have, and domains.
Json RelationToJson(const char* kind, Oid oid, Oid schema, const std::string& name, Oid owner) {
  return {{"kind", kind}, {"oid", oid}, {"schema", schema}, {"name", name}, {"owner", owner}};
}

template <typename Relation>
Relation RelationFromJson(const Json& json) {
  Relation relation;
  Read(json, "oid", relation.oid);
  Read(json, "schema", relation.schema);
  Read(json, "name", relation.name);
  Read(json, "owner", relation.owner);
  return relation;
}

Json ToJson(const TableDescriptor& table) {
  Json json = RelationToJson("table", table.oid, table.schema, table.name, table.owner);
  Json& columns = json["columns"] = Json::array();
  for (const auto& column : table.columns) columns.push_back(ToJson(column));
  Json& indexes = json["indexes"] = Json::array();
  for (const auto& index : table.indexes) indexes.push_back(ToJson(index));
  Json& checks = json["checks"] = Json::array();
  for (const auto& check : table.checks) checks.push_back(ToJson(check));
  for (const auto& key : table.foreign_keys) json["foreign_keys"].push_back(ToJson(key));
  WriteComment(json, table.comment);
  WriteAcl(json, table.acl);
  if (table.on_commit != OnCommit::kPreserveRows) json["on_commit"] = static_cast<int>(table.on_commit);
  if (!table.options.empty()) json["options"] = table.options;
  WriteLetter(json, "replica_identity", table.replica_identity, 'd');
  return json;
}

TableDescriptor TableFromJson(const Json& json) {
  auto table = RelationFromJson<TableDescriptor>(json);
  for (const auto& column : Array(json.at("columns"))) table.columns.push_back(ColumnFromJson(column));
  for (const auto& index : Array(json.at("indexes"))) table.indexes.push_back(IndexFromJson(index));
  for (const auto& check : Array(json.at("checks"))) table.checks.push_back(CheckFromJson(check));
  if (json.contains("foreign_keys")) {
    for (const auto& key : Array(json.at("foreign_keys")))
      table.foreign_keys.push_back(ForeignKeyFromJson(key));
  }
  ReadOptional(json, "comment", table.comment);
  table.acl = ReadAcl(json);
  if (json.contains("on_commit")) {
    const auto action = Number<int>(json.at("on_commit"));
    if (action < 0 || action > static_cast<int>(OnCommit::kDrop)) ThrowDamaged("unknown action on commit");
    table.on_commit = static_cast<OnCommit>(action);
  }
  ReadOptional(json, "options", table.options);
  ReadLetter(json, "replica_identity", table.replica_identity);
  return table;
}

Json ToJson(const SequenceDescriptor& sequence) {
  Json json = RelationToJson("sequence", sequence.oid, sequence.schema, sequence.name, sequence.owner);
  const SequenceDefinition& definition = sequence.definition;
  json["type"] = static_cast<std::uint32_t>(definition.type);
  json["increment"] = definition.increment;
  json["min_value"] = definition.min_value;
  json["max_value"] = definition.max_value;
  json["start"] = definition.start;
  json["cache"] = definition.cache;
  json["cycle"] = definition.cycle;
  json["epoch"] = sequence.epoch;
  json["owner_table"] = sequence.owner_table;
  json["owner_column"] = sequence.owner_column;
  json["is_identity"] = sequence.is_identity;
  WriteComment(json, sequence.comment);
  WriteAcl(json, sequence.acl);
  WriteAcls(json, "column_acls", sequence.column_acls);
  return json;
}

SequenceDescriptor SequenceFromJson(const Json& json) {
  auto sequence = RelationFromJson<SequenceDescriptor>(json);
  SequenceDefinition& definition = sequence.definition;
  definition.type = TypeFromJson(json.at("type"));
  Read(json, "increment", definition.increment);
  Read(json, "min_value", definition.min_value);
  Read(json, "max_value", definition.max_value);
  Read(json, "start", definition.start);
  Read(json, "cache", definition.cache);
  Read(json, "cycle", definition.cycle);
  Read(json, "epoch", sequence.epoch);
  Read(json, "owner_table", sequence.owner_table);
  Read(json, "owner_column", sequence.owner_column);
  Read(json, "is_identity", sequence.is_identity);
  ReadOptional(json, "comment", sequence.comment);
  sequence.acl = ReadAcl(json);
  sequence.column_acls = ReadAcls<AttributeNumber>(json, "column_acls");
  return sequence;
}

Json ToJson(const ViewDescriptor& view) {
  Json json = RelationToJson("view", view.oid, view.schema, view.name, view.owner);
  json["definition"] = view.definition;
  Json& columns = json["columns"] = Json::array();
  for (const ViewColumn& column : view.columns) {
    columns.push_back({{"name", column.name}});
    WriteType(columns.back(), column.type);
    WriteComment(columns.back(), column.comment);
    WriteAcl(columns.back(), column.acl);
    if (column.source != 0) columns.back()["source"] = column.source;
    if (column.default_expression) columns.back()["default"] = BytesToJson(*column.default_expression);
  }
  Json& references = json["references"] = Json::array();
  for (const ViewReference& reference : view.references) {
    references.push_back(
        {{"location", reference.location}, {"relation", reference.relation}, {"columns", reference.columns}});
  }
  json["names"] = view.names;
  json["uses"] = view.uses;
  json["shown"] = BytesToJson(view.shown);
  json["shown_pretty"] = BytesToJson(view.shown_pretty);
  json["options"] = view.options;
  if (view.base != 0) json["base"] = view.base;
  if (!view.obstacle.empty()) json["obstacle"] = view.obstacle;
  WriteComment(json, view.comment);
  WriteAcl(json, view.acl);
  return json;
}

ViewDescriptor ViewFromJson(const Json& json) {
  auto view = RelationFromJson<ViewDescriptor>(json);
  Read(json, "definition", view.definition);
  for (const auto& part : Array(json.at("columns"))) {
    ViewColumn& column = view.columns.emplace_back();
    Read(part, "name", column.name);
    column.type = ReadType(part);
    ReadOptional(part, "comment", column.comment);
    column.acl = ReadAcl(part);
    ReadOptional(part, "source", column.source);
    if (part.contains("default")) column.default_expression = BytesFromJson(part.at("default"));
  }
  for (const auto& part : Array(json.at("references"))) {
    ViewReference& reference = view.references.emplace_back();
    Read(part, "location", reference.location);
    Read(part, "relation", reference.relation);
    Read(part, "columns", reference.columns);
  }
  for (const auto& part : Array(json.at("names"))) {
    view.names.emplace_back(part.at(0).get<std::string>(), Number<Oid>(part.at(1)));
  }
  for (const auto& part : Array(json.at("uses"))) {
    view.uses.emplace_back(Number<Oid>(part.at(0)), Number<AttributeNumber>(part.at(1)));
  }
  view.shown = BytesFromJson(json.at("shown"));
  view.shown_pretty = BytesFromJson(json.at("shown_pretty"));
  Read(json, "options", view.options);
  ReadOptional(json, "base", view.base);
  ReadOptional(json, "obstacle", view.obstacle);
  ReadOptional(json, "comment", view.comment);
  view.acl = ReadAcl(json);
  return view;
}

Json ToJson(const DomainDescriptor& domain) {
  Json json = RelationToJson("domain", domain.oid, domain.schema, domain.name, domain.owner);
  WriteType(json, domain.base);
  json["not_null"] = domain.not_null;
  if (domain.default_expression) json["default"] = BytesToJson(*domain.default_expression);
  Json& checks = json["checks"] = Json::array();
  for (const auto& check : domain.checks) checks.push_back(ToJson(check));
  WriteComment(json, domain.comment);
  WriteAcl(json, domain.acl);
  return json;
}

DomainDescriptor DomainFromJson(const Json& json) {
  auto domain = RelationFromJson<DomainDescriptor>(json);
  domain.base = ReadType(json);
  Read(json, "not_null", domain.not_null);
  if (json.contains("default")) domain.default_expression = BytesFromJson(json.at("default"));
  for (const auto& check : Array(json.at("checks"))) domain.checks.push_back(CheckFromJson(check));
  ReadOptional(json, "comment", domain.comment);
  domain.acl = ReadAcl(json);
  return domain;
}

Descriptor FromJson(const Json& json) {
  if (const int format = Number<int>(json.at("format")); format != kFormat) {
    ThrowDamaged("unknown format " + std::to_string(format));
  }
  const auto kind = json.at("kind").get<std::string>();
  if (kind == "table") return TableFromJson(json);
  if (kind == "sequence") return SequenceFromJson(json);
  if (kind == "schema") {
    SchemaDescriptor schema{Number<Oid>(json.at("oid")), json.at("name").get<std::string>(),
                            Number<Oid>(json.at("owner"))};
    ReadOptional(json, "comment", schema.comment);
    schema.acl = ReadAcl(json);
    if (json.contains("temporary_of")) {
      schema.temporary_of = Number<std::uint64_t>(json.at("temporary_of"));
    }
    return schema;
  }
  if (kind == "view") return ViewFromJson(json);
  if (kind == "domain") return DomainFromJson(json);
  if (kind == "function") return FunctionFromJson(json);
  if (kind == "role") return RoleFromJson(json);
  if (kind == "database") return DatabaseFromJson(json);
  if (kind == "default privileges") return DefaultPrivilegesFromJson(json);
  if (kind == "statistics") return TableStatisticsFromJson(json);
  if (kind == "extended statistics") return ExtendedStatisticsFromJson(json);
  ThrowDamaged("unknown kind \"" + kind + "\"");
}

}  // namespace

types::TypeId TypeFromJson(const Json& json) {
  const auto oid = Number<Oid>(json);
  const types::TypeInfo* type = types::FindType(oid);
  if (type == nullptr) ThrowDamaged("unknown type " + std::to_string(oid));
  return type->id;
}

void WriteType(Json& json, const types::Type& type) {
  json["type"] = static_cast<std::uint32_t>(type.id);
  json["modifier"] = type.modifier;
  if (type.domain != 0) json["domain"] = type.domain;
}

types::Type ReadType(const Json& json) {
  types::Type type{TypeFromJson(json.at("type"))};
  Read(json, "modifier", type.modifier);
  ReadOptional(json, "domain", type.domain);
  return type;
}

const IndexExpression* IndexDescriptor::ExpressionAt(std::size_t key_column) const {
  if (columns[key_column] != 0) return nullptr;
  const auto end = columns.begin() + static_cast<std::ptrdiff_t>(key_column);
  return &expressions[static_cast<std::size_t>(std::count(columns.begin(), end, AttributeNumber{0}))];
}

const ColumnDescriptor* TableDescriptor::FindColumn(std::string_view column_name) const {
  for (const auto& column : columns) {
    if (!column.dropped && column.name == column_name) return &column;
  }
  return nullptr;
}

const ColumnDescriptor* TableDescriptor::ColumnByNumber(AttributeNumber number) const {
  for (const auto& column : columns) {
    if (column.number == number) return &column;
  }
  return nullptr;
}

Oid OidOf(const Descriptor& descriptor) {
  return std::visit([](const auto& object) { return object.oid; }, descriptor);
}

std::string EncodeDescriptor(const Descriptor& descriptor) {
  Json json = std::visit([](const auto& object) { return ToJson(object); }, descriptor);
  json["format"] = kFormat;
  return json.dump();
}

Descriptor DecodeDescriptor(std::string_view bytes) {
  try {
    return FromJson(Json::parse(bytes));
  } catch (const Json::exception& error) {
    ThrowDamaged(error.what());
  }
}

}  // namespace ordinal::catalog
