#include "catalog/descriptor_json.h"

#include <algorithm>

#include "base/error.h"

namespace ordinal::catalog {

Json AclToJson(const Acl& acl) {
  Json json = Json::array();
  for (const AclItem& item : acl) {
    json.push_back(Json::array({item.grantee, item.grantor, item.privileges, item.grantable}));
  }
  return json;
}

Acl AclFromJson(const Json& json) {
  Acl acl;
  for (const auto& part : Array(json)) {
    if (Array(part).size() != 4) ThrowDamaged("an item of privileges has four numbers");
    acl.push_back({Number<Oid>(part[0]), Number<Oid>(part[1]), Number<Privileges>(part[2]),
                   Number<Privileges>(part[3])});
  }
  return acl;
}

void ThrowDamaged(const std::string& why) {
  throw base::Error(base::sqlstate::kDataCorrupted, "a catalog descriptor is damaged: " + why);
}

const Json& Array(const Json& json) {
  if (!json.is_array()) ThrowDamaged(std::string("an array is expected, not ") + json.type_name());
  return json;
}

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

void WriteComment(Json& json, const std::string& comment) {
  if (!comment.empty()) json["comment"] = comment;
}

void WriteAcl(Json& json, const OptionalAcl& acl) {
  if (acl) json["acl"] = AclToJson(*acl);
}

OptionalAcl ReadAcl(const Json& json) {
  return json.contains("acl") ? OptionalAcl(AclFromJson(json.at("acl"))) : std::nullopt;
}

Json ToJson(const RoleDescriptor& role) {
  Json json = {{"kind", "role"},
               {"oid", role.oid},
               {"name", role.name},
               {"superuser", role.superuser},
               {"inherit", role.inherit},
               {"create_role", role.create_role},
               {"create_db", role.create_db},
               {"login", role.login},
               {"replication", role.replication},
               {"bypass_rls", role.bypass_rls},
               {"connection_limit", role.connection_limit}};
  if (role.password) json["password"] = *role.password;
  if (role.valid_until) json["valid_until"] = *role.valid_until;
  for (const IamMapping& mapping : role.iam_mappings) {
    json["iam_mappings"].push_back(
        {{"oid", mapping.oid}, {"arn", mapping.arn}, {"grantor", mapping.grantor}});
  }
  for (const RoleMembership& membership : role.member_of) {
    json["member_of"].push_back(
        {{"role", membership.role}, {"grantor", membership.grantor}, {"admin", membership.admin}});
  }
  WriteComment(json, role.comment);
  if (!role.settings.empty()) json["settings"] = role.settings;
  if (!role.database_settings.empty()) json["database_settings"] = role.database_settings;
  return json;
}

RoleDescriptor RoleFromJson(const Json& json) {
  RoleDescriptor role;
  Read(json, "oid", role.oid);
  Read(json, "name", role.name);
  Read(json, "superuser", role.superuser);
  Read(json, "inherit", role.inherit);
  Read(json, "create_role", role.create_role);
  Read(json, "create_db", role.create_db);
  Read(json, "login", role.login);
  Read(json, "replication", role.replication);
  Read(json, "bypass_rls", role.bypass_rls);
  Read(json, "connection_limit", role.connection_limit);
  if (json.contains("password")) role.password = json.at("password").get<std::string>();
  if (json.contains("valid_until")) role.valid_until = Number<std::int64_t>(json.at("valid_until"));
  if (json.contains("iam_mappings")) {
    for (const auto& part : Array(json.at("iam_mappings"))) {
      IamMapping& mapping = role.iam_mappings.emplace_back();
      Read(part, "oid", mapping.oid);
      Read(part, "arn", mapping.arn);
      Read(part, "grantor", mapping.grantor);
    }
  }
  if (json.contains("member_of")) {
    for (const auto& part : Array(json.at("member_of"))) {
      RoleMembership& membership = role.member_of.emplace_back();
      Read(part, "role", membership.role);
      Read(part, "grantor", membership.grantor);
      Read(part, "admin", membership.admin);
    }
  }
  ReadOptional(json, "comment", role.comment);
  ReadOptional(json, "settings", role.settings);
  ReadOptional(json, "database_settings", role.database_settings);
  return role;
}

Json ToJson(const DatabaseDescriptor& database) {
  Json json = {{"kind", "database"}, {"oid", database.oid}, {"owner", database.owner}};
  WriteAcl(json, database.acl);
  if (!database.settings.empty()) json["settings"] = database.settings;
  if (!database.all_role_settings.empty()) json["all_role_settings"] = database.all_role_settings;
  WriteComment(json, database.comment);
  WriteAcls(json, "system_acls", database.system_acls);
  return json;
}

DatabaseDescriptor DatabaseFromJson(const Json& json) {
  DatabaseDescriptor database;
  Read(json, "oid", database.oid);
  Read(json, "owner", database.owner);
  database.acl = ReadAcl(json);
  ReadOptional(json, "settings", database.settings);
  ReadOptional(json, "all_role_settings", database.all_role_settings);
  ReadOptional(json, "comment", database.comment);
  database.system_acls = ReadAcls<Oid>(json, "system_acls");
  return database;
}

Json ToJson(const DefaultPrivileges& defaults) {
  return {{"kind", "default privileges"},
          {"oid", defaults.oid},
          {"role", defaults.role},
          {"schema", defaults.schema_limit},
          {"objects", std::string(1, static_cast<char>(defaults.kind))},
          {"acl", AclToJson(defaults.acl)}};
}

DefaultPrivileges DefaultPrivilegesFromJson(const Json& json) {
  DefaultPrivileges defaults;
  Read(json, "oid", defaults.oid);
  Read(json, "role", defaults.role);
  Read(json, "schema", defaults.schema_limit);
  const auto letter = json.at("objects").get<std::string>();
  if (letter.size() != 1 || std::string_view("rSfTn").find(letter[0]) == std::string_view::npos) {
    ThrowDamaged("unknown kind of objects \"" + letter + "\"");
  }
  defaults.kind = static_cast<AclKind>(letter[0]);
  defaults.acl = AclFromJson(json.at("acl"));
  return defaults;
}

}  // namespace ordinal::catalog
