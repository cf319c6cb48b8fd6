// Says where the two sides of a foreign key lie: computed once for each statement that concerns it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "sql/exec/table_layout.h"
#include "types/value.h"

namespace ordinal::sql {

// Values of the columns of a foreign key, in the order in which it names them.
using KeyValues = std::vector<types::Value>;

enum class NullState : std::uint8_t { kNone, kSome, kAll };
NullState NullStateOf(const KeyValues& values);

// How a value of the child finds its like among those of the parent.
enum class KeyMatch : std::uint8_t {
  kExact,   // at most one value of either type is equal to one of the other
  kByCast,  // what the implicit cast to the parent's type gives is equal
  kByZone,  // equal or not by the session's time zone
  kNone,    // the types may not refer to each other
};
KeyMatch MatchOf(types::TypeId from, types::TypeId to);

// Immutable. `child` is the table that declares the key, `parent` the one that it refers to.
struct ForeignKeyLayout {
  ForeignKeyLayout(const catalog::Catalog::TablePtr& child, const catalog::ForeignKeyDescriptor& key,
                   const catalog::Catalog::TablePtr& parent);

  KeyValues OfChild(const types::Row& row) const { return Take(row, child_columns); }
  KeyValues OfParent(const types::Row& row) const { return Take(row, parent_columns); }

  // The key in the parent's unique index under which the row with these values of the child lies; nullopt
  // when no value of the parent's types is equal. REQUIRES that no value is NULL.
  std::optional<std::string> ParentKey(const KeyValues& of_child) const;
  // The same for values of the parent.
  std::string KeyOfParent(const KeyValues& of_parent) const;
  // The values of the child that are equal to these of the parent; nullopt when there are none. REQUIRES
  // `exact`.
  std::optional<KeyValues> ChildValues(const KeyValues& of_parent) const;
  // Whether the row of the child has these values.
  bool Matches(const types::Row& row, const KeyValues& of_child) const;
  // Whether the row of the child refers to what lies under this key of the parent.
  bool Refers(const types::Row& row, const std::string& parent_key) const;
  // Begins the entries of an index of the child with these values. REQUIRES child_index.
  std::string ChildPrefix(const KeyValues& of_child) const;

  const catalog::ForeignKeyDescriptor& key() const { return *descriptor; }

  const catalog::ForeignKeyDescriptor* descriptor;
  std::shared_ptr<const TableLayout> child;
  std::shared_ptr<const TableLayout> parent;
  const IndexLayout* parent_index = nullptr;
  const IndexLayout* child_index = nullptr;  // one whose first columns are those of the key; may be null
  std::vector<std::size_t> child_columns;    // positions
  std::vector<std::size_t> parent_columns;
  std::vector<types::TypeId> child_types;
  std::vector<types::TypeId> parent_types;
  bool exact = true;  // of all columns

 private:
  static KeyValues Take(const types::Row& row, const std::vector<std::size_t>& columns);
};

using ForeignKeyLayoutPtr = std::shared_ptr<const ForeignKeyLayout>;

// Errors of 23503, with PostgreSQL's texts.
[[noreturn]] void ThrowNotPresent(const ForeignKeyLayout& link, const KeyValues& of_child,
                                  const catalog::Catalog& catalog, const types::Settings& settings);
[[noreturn]] void ThrowMixedNulls(const ForeignKeyLayout& link, const catalog::Catalog& catalog);
[[noreturn]] void ThrowStillReferenced(const ForeignKeyLayout& link, const KeyValues& of_parent,
                                       const catalog::Catalog& catalog, const types::Settings& settings);

}  // namespace ordinal::sql
