// Spells the keys under which the catalog lies in the store:
//
//   'c' oid                    a descriptor; an empty value says that a built-in schema was dropped
//   'n' schema kind name       the oid that the name belongs to; kind 'r' for relations, 's' for schemas (in
//   schema 0) 'k' oid                    a marker, never read: touched by whatever is created in the schema
//   `oid` 'm' "oid"                  the first oid that was never handed out
//
// Oids are four bytes, most significant first.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/ids.h"
#include "kv/engine.h"

namespace ordinal::catalog {

inline std::string DescriptorKey(base::Oid oid) {
  std::string key = "c";
  base::AppendBigEndian(key, oid);
  return key;
}

inline kv::KeyRange DescriptorRange() { return {"c", "d"}; }

inline std::string RelationNameKey(base::Oid schema, std::string_view name) {
  std::string key = "n";
  base::AppendBigEndian(key, schema);
  key += 'r';
  key += name;
  return key;
}

inline std::string SchemaNameKey(std::string_view name) {
  std::string key = "n";
  base::AppendBigEndian(key, base::kInvalidOid);
  key += 's';
  key += name;
  return key;
}

inline std::string SchemaMarkerKey(base::Oid schema) {
  std::string key = "k";
  base::AppendBigEndian(key, schema);
  return key;
}

inline std::string NextOidKey() { return "moid"; }

}  // namespace ordinal::catalog
