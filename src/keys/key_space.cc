#include "keys/key_space.h"

#include "base/bytes.h"
#include "base/check.h"
#include "base/error.h"

namespace ordinal::keys {
namespace {

std::string OidKey(char prefix, base::Oid oid) {
  std::string key(1, prefix);
  base::AppendBigEndian(key, oid);
  return key;
}

std::string MarkerKey(char prefix, std::string_view row_key) {
  ORDINAL_CHECK(row_key.size() > kIndexPrefixSize && row_key[0] == kTablePrefix);
  std::string key(row_key);
  key[0] = prefix;
  return key;
}

}  // namespace

std::string CatalogKey(base::Oid object) { return OidKey(kCatalogPrefix, object); }

std::string NameKey(base::Oid schema, char kind, std::string_view name) {
  std::string key = OidKey(kNamePrefix, schema);
  key += kind;
  key += name;
  return key;
}

std::string ObjectMarkerKey(base::Oid object) { return OidKey(kObjectMarkerPrefix, object); }

std::string SequenceKey(base::Oid sequence) { return OidKey(kSequencePrefix, sequence); }

std::string MetaKey(std::string_view name) {
  std::string key(1, kMetaPrefix);
  key += name;
  return key;
}

std::string NodeKey(std::uint64_t node) {
  std::string key(1, kNodePrefix);
  base::AppendBigEndian(key, node);
  return key;
}

std::string JobKey(std::string_view id) {
  std::string key(1, kJobPrefix);
  key += id;
  return key;
}

std::string TablePrefix(base::Oid table) { return OidKey(kTablePrefix, table); }

std::string IndexPrefix(base::Oid table, base::Oid index) {
  std::string key = OidKey(kTablePrefix, table);
  base::AppendBigEndian(key, index);
  return key;
}

std::string HiddenRowKey(base::Oid table, std::uint64_t row_id) {
  std::string key = IndexPrefix(table, kHiddenIndex);
  base::AppendBigEndian(key, row_id);
  return key;
}

std::uint64_t RowIdOf(std::string_view hidden_row_key) {
  if (hidden_row_key.size() != kIndexPrefixSize + sizeof(std::uint64_t) ||
      hidden_row_key[0] != kTablePrefix) {
    throw base::Error(base::sqlstate::kDataCorrupted, "a stored row id has an unexpected form");
  }
  return base::LoadBigEndian<std::uint64_t>(hidden_row_key.data() + kIndexPrefixSize);
}

std::string_view RowSuffix(std::string_view row_key) {
  ORDINAL_CHECK(row_key.size() > kIndexPrefixSize && row_key[0] == kTablePrefix);
  return row_key.substr(kIndexPrefixSize);
}

std::string RowKey(base::Oid table, base::Oid primary_index, std::string_view row_suffix) {
  std::string key = IndexPrefix(table, primary_index);
  key += row_suffix;
  return key;
}

std::string ExclusiveMarkerKey(std::string_view row_key) {
  return MarkerKey(kExclusiveMarkerPrefix, row_key);
}

std::string SharedMarkerKey(std::string_view row_key) { return MarkerKey(kSharedMarkerPrefix, row_key); }

std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(end.back() + 1);
  return end;
}

}  // namespace ordinal::keys
