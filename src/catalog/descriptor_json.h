// Reads and writes the parts that stored descriptors are made of. Private to the room. What does not fit
// throws XX001 `a catalog descriptor is damaged: ...`.
#pragma once

#include <concepts>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "catalog/descriptor.h"

namespace ordinal::catalog {

using Json = nlohmann::json;

[[noreturn]] void ThrowDamaged(const std::string& why);

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

// Throws unless it is an array: the library would walk through anything.
const Json& Array(const Json& json);

// What descriptors of before some version lack reads as its default.
template <typename T>
void ReadOptional(const Json& json, const char* key, T& value) {
  if (json.contains(key)) Read(json, key, value);
}

// Types with their modifiers and domains, as parts of the object.
types::TypeId TypeFromJson(const Json& json);
void WriteType(Json& json, const types::Type& type);
types::Type ReadType(const Json& json);

void WriteComment(Json& json, const std::string& comment);
void WriteAcl(Json& json, const OptionalAcl& acl);
OptionalAcl ReadAcl(const Json& json);
Json AclToJson(const Acl& acl);
Acl AclFromJson(const Json& json);

// Lists of several parts, by number.
template <std::integral Key>
void WriteAcls(Json& json, const char* key, const std::map<Key, Acl>& acls) {
  for (const auto& [number, acl] : acls) json[key].push_back({{"of", number}, {"acl", AclToJson(acl)}});
}
template <std::integral Key>
std::map<Key, Acl> ReadAcls(const Json& json, const char* key) {
  std::map<Key, Acl> acls;
  if (!json.contains(key)) return acls;
  for (const auto& part : Array(json.at(key))) {
    acls[Number<Key>(part.at("of"))] = AclFromJson(part.at("acl"));
  }
  return acls;
}

// A serialized expression need not be UTF-8, which JSON demands of its strings; such bytes become an array.
Json BytesToJson(const std::string& bytes);
std::string BytesFromJson(const Json& json);

Json ToJson(const FunctionDescriptor& function);
FunctionDescriptor FunctionFromJson(const Json& json);
Json ToJson(const ExtendedStatisticsDescriptor& statistics);
ExtendedStatisticsDescriptor ExtendedStatisticsFromJson(const Json& json);
Json ToJson(const GroupStatistics& group);
GroupStatistics GroupStatisticsFromJson(const Json& json);
Json ToJson(const RoleDescriptor& role);
RoleDescriptor RoleFromJson(const Json& json);
Json ToJson(const DatabaseDescriptor& database);
DatabaseDescriptor DatabaseFromJson(const Json& json);
Json ToJson(const DefaultPrivileges& defaults);
DefaultPrivileges DefaultPrivilegesFromJson(const Json& json);
Json ToJson(const TableStatistics& statistics);
TableStatistics TableStatisticsFromJson(const Json& json);

}  // namespace ordinal::catalog
