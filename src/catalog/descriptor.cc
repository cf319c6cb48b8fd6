#include "catalog/descriptor.h"

#include <algorithm>
#include <concepts>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"

namespace ordinal::catalog {
namespace {

using Json = nlohmann::json;
using Explicit = types::IdentityRule::Explicit;

constexpr int kFormat = 1;

constexpr std::pair<Explicit, const char*> kExplicitNames[] = {
    {Explicit::kRefused, "refused"},
    {Explicit::kAllowed, "allowed"},
    {Explicit::kAllowedWithOverriding, "overriding"},
    {Explicit::kAllowedWithSwitch, "switch"},
};

[[noreturn]] void ThrowDamaged(const std::string& why) {
  throw base::Error(base::sqlstate::kDataCorrupted, "a catalog descriptor is damaged: " + why);
}

// Reads a whole number. The library would cut off what does not fit, and convert fractions with undefined
// results.
template <std::integral T>
T Number(const Json& json) {
  if (!json.is_number_integer())
    ThrowDamaged(std::string("a whole number is expected, not ") + json.type_name());
  const bool fits = json.is_number_unsigned() ? std::in_range<T>(json.get<std::uint64_t>())
                                              : std::in_range<T>(json.get<std::int64_t>());
  if (!fits) ThrowDamaged("a number is out of range");
  return json.get<T>();
}

template <typename T>
void Read(const Json& json, const char* key, T& value) {
  if constexpr (std::integral<T> && !std::same_as<T, bool>) {
    value = Number<T>(json.at(key));
  } else {
    json.at(key).get_to(value);
  }
}

// The library would walk through anything.
const Json& Array(const Json& json) {
  if (!json.is_array()) ThrowDamaged(std::string("an array is expected, not ") + json.type_name());
  return json;
}

types::TypeId TypeFromJson(const Json& json) {
  const auto oid = Number<Oid>(json);
  const types::TypeInfo* type = types::FindType(oid);
  if (type == nullptr) ThrowDamaged("unknown type " + std::to_string(oid));
  return type->id;
}

// A serialized expression need not be UTF-8, which JSON demands of its strings; such bytes become an array.
Json BytesToJson(const std::string& bytes) {
  const bool plain = std::all_of(bytes.begin(), bytes.end(), [](char c) { return c > 0; });
  if (plain) return bytes;
  return Json(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
}

std::string BytesFromJson(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  std::string bytes;
  for (const auto& byte : Array(json)) bytes += static_cast<char>(Number<std::uint8_t>(byte));
  return bytes;
}

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

Json ToJson(const ColumnDescriptor& column) {
  Json json = {{"number", column.number},
               {"name", column.name},
               {"type", static_cast<std::uint32_t>(column.type.id)},
               {"modifier", column.type.modifier},
               {"not_null", column.not_null},
               {"dropped", column.dropped}};
  if (column.default_expression) json["default"] = BytesToJson(*column.default_expression);
  if (column.identity) json["identity"] = ToJson(*column.identity);
  return json;
}

ColumnDescriptor ColumnFromJson(const Json& json) {
  ColumnDescriptor column;
  Read(json, "number", column.number);
  Read(json, "name", column.name);
  column.type.id = TypeFromJson(json.at("type"));
  Read(json, "modifier", column.type.modifier);
  Read(json, "not_null", column.not_null);
  Read(json, "dropped", column.dropped);
  if (json.contains("default")) column.default_expression = BytesFromJson(json.at("default"));
  if (json.contains("identity")) column.identity = IdentityFromJson(json.at("identity"));
  return column;
}

Json ToJson(const IndexDescriptor& index) {
  return {{"oid", index.oid},
          {"name", index.name},
          {"columns", index.columns},
          {"unique", index.unique},
          {"primary", index.primary},
          {"is_constraint", index.is_constraint},
          {"nulls_not_distinct", index.nulls_not_distinct}};
}

IndexDescriptor IndexFromJson(const Json& json) {
  IndexDescriptor index;
  Read(json, "oid", index.oid);
  Read(json, "name", index.name);
  for (const auto& column : Array(json.at("columns")))
    index.columns.push_back(Number<AttributeNumber>(column));
  Read(json, "unique", index.unique);
  Read(json, "primary", index.primary);
  Read(json, "is_constraint", index.is_constraint);
  Read(json, "nulls_not_distinct", index.nulls_not_distinct);
  return index;
}

Json ToJson(const SchemaDescriptor& schema) {
  return {{"kind", "schema"}, {"oid", schema.oid}, {"name", schema.name}, {"owner", schema.owner}};
}

// What relations of every kind have.
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
  for (const auto& check : table.checks) {
    checks.push_back(
        {{"oid", check.oid}, {"name", check.name}, {"expression", BytesToJson(check.expression)}});
  }
  return json;
}

TableDescriptor TableFromJson(const Json& json) {
  auto table = RelationFromJson<TableDescriptor>(json);
  for (const auto& column : Array(json.at("columns"))) table.columns.push_back(ColumnFromJson(column));
  for (const auto& index : Array(json.at("indexes"))) table.indexes.push_back(IndexFromJson(index));
  for (const auto& check : Array(json.at("checks"))) {
    table.checks.push_back({Number<Oid>(check.at("oid")), check.at("name").get<std::string>(),
                            BytesFromJson(check.at("expression"))});
  }
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
  return sequence;
}

Json ToJson(const ViewDescriptor& view) {
  Json json = RelationToJson("view", view.oid, view.schema, view.name, view.owner);
  json["definition"] = view.definition;
  return json;
}

Descriptor FromJson(const Json& json) {
  if (const int format = Number<int>(json.at("format")); format != kFormat) {
    ThrowDamaged("unknown format " + std::to_string(format));
  }
  const auto kind = json.at("kind").get<std::string>();
  if (kind == "table") return TableFromJson(json);
  if (kind == "sequence") return SequenceFromJson(json);
  if (kind == "schema") {
    return SchemaDescriptor{Number<Oid>(json.at("oid")), json.at("name").get<std::string>(),
                            Number<Oid>(json.at("owner"))};
  }
  if (kind == "view") {
    auto view = RelationFromJson<ViewDescriptor>(json);
    Read(json, "definition", view.definition);
    return view;
  }
  ThrowDamaged("unknown kind \"" + kind + "\"");
}

}  // namespace

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
