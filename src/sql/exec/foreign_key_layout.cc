#include "sql/exec/foreign_key_layout.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "keys/order_codec.h"
#include "types/cast.h"
#include "types/compare.h"
#include "types/settings.h"
#include "types/text_codec.h"

namespace ordinal::sql {
namespace {

using base::Error;
using types::TypeId;
using types::Value;
namespace sqlstate = base::sqlstate;

bool IsWhole(TypeId type) { return type == TypeId::kInt2 || type == TypeId::kInt4 || type == TypeId::kInt8; }

bool IsText(TypeId type) { return type == TypeId::kText || type == TypeId::kVarchar; }

bool IsFloat(TypeId type) { return type == TypeId::kFloat4 || type == TypeId::kFloat8; }

// A date is equal to the timestamp of its midnight.
bool IsLocalTime(TypeId type) { return type == TypeId::kDate || type == TypeId::kTimestamp; }

bool Fits(std::int64_t number, TypeId type) {
  if (type == TypeId::kInt2) return number >= INT16_MIN && number <= INT16_MAX;
  return type == TypeId::kInt8 || (number >= INT32_MIN && number <= INT32_MAX);
}

// The value of type `to` that is equal to `value`; nullopt when there is none.
std::optional<Value> EqualValue(const Value& value, TypeId from, TypeId to, bool by_cast) {
  if (from == to || (IsText(from) && IsText(to))) return value;
  if (IsWhole(from) && IsWhole(to)) return Fits(value.AsInt(), to) ? std::optional(value) : std::nullopt;
  const types::Settings settings;
  const auto convert = [&](const Value& given, TypeId source, TypeId target) {
    return types::Cast(given, {source, -1}, {target, -1}, types::CastContext::kExplicit, settings);
  };
  try {
    Value converted = convert(value, from, to);
    if (!by_cast && types::Compare(convert(converted, to, from), value, from) != 0) return std::nullopt;
    return converted;
  } catch (const Error&) {
    return std::nullopt;  // out of range
  }
}

// Whether the first columns of the index are those of the key, in any order.
bool Leads(const IndexLayout& index, const std::vector<std::size_t>& columns) {
  if (index.predicate || !index.descriptor->valid || index.columns.size() < columns.size()) return false;
  const auto end = index.columns.begin() + static_cast<std::ptrdiff_t>(columns.size());
  return std::all_of(columns.begin(), columns.end(), [&](std::size_t column) {
    return std::find(index.columns.begin(), end, column) != end;
  });
}

// Appends the values for the first columns of the index.
void AppendColumns(const IndexLayout& index, const std::vector<std::size_t>& columns, const KeyValues& values,
                   std::string& key) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto at = std::find(columns.begin(), columns.end(), index.columns[i]) - columns.begin();
    keys::AppendKeyColumn(key, values[static_cast<std::size_t>(at)], index.types[i]);
  }
}

std::string SchemaName(const catalog::Catalog& catalog, const catalog::TableDescriptor& table) {
  const auto schema = catalog.SchemaByOid(table.schema);
  return schema ? schema->name : std::string();
}

// "Key (a, b)=(1, 2)"
std::string ShownKey(const TableLayout& layout, const std::vector<std::size_t>& columns,
                     const KeyValues& values, const types::Settings& settings) {
  std::string names;
  std::string shown;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const catalog::ColumnDescriptor& column = layout.table->columns[columns[i]];
    names += (i > 0 ? ", " : "") + column.name;
    shown += i > 0 ? ", " : "";
    shown += values[i].is_null() ? "null" : types::ToText(values[i], column.type.id, settings);
  }
  return "Key (" + names + ")=(" + shown + ")";
}

Error ViolatedByChild(const ForeignKeyLayout& link, const catalog::Catalog& catalog) {
  const catalog::TableDescriptor& table = *link.child->table;
  Error error(sqlstate::kForeignKeyViolation, "insert or update on table \"" + table.name +
                                                  "\" violates foreign key constraint \"" + link.key().name +
                                                  "\"");
  error.Table(SchemaName(catalog, table), table.name).Constraint(link.key().name);
  return error;
}

}  // namespace

NullState NullStateOf(const KeyValues& values) {
  const auto nulls = std::count_if(values.begin(), values.end(), [](const Value& v) { return v.is_null(); });
  if (nulls == 0) return NullState::kNone;
  return nulls == static_cast<std::ptrdiff_t>(values.size()) ? NullState::kAll : NullState::kSome;
}

KeyMatch MatchOf(TypeId from, TypeId to) {
  const auto both = [&](bool (*is)(TypeId)) { return is(from) && is(to); };
  if (from == to || both(IsText) || both(IsWhole) || both(IsFloat) || both(IsLocalTime))
    return KeyMatch::kExact;
  if (IsWhole(from) && to == TypeId::kNumeric) return KeyMatch::kExact;
  const bool zoned = from == TypeId::kTimestamptz || to == TypeId::kTimestamptz || from == TypeId::kTimetz ||
                     to == TypeId::kTimetz;
  const bool of_time = IsLocalTime(from) || IsLocalTime(to) || from == TypeId::kTime || to == TypeId::kTime;
  if (zoned && of_time) return KeyMatch::kByZone;
  return types::CanCast(from, to, types::CastContext::kImplicit) ? KeyMatch::kByCast : KeyMatch::kNone;
}

ForeignKeyLayout::ForeignKeyLayout(const catalog::Catalog::TablePtr& child_table,
                                   const catalog::ForeignKeyDescriptor& key,
                                   const catalog::Catalog::TablePtr& parent_table)
    : descriptor(&key), child(TableLayout::Of(child_table)), parent(TableLayout::Of(parent_table)) {
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    child_columns.push_back(child->PositionOf(key.columns[i]));
    parent_columns.push_back(parent->PositionOf(key.referenced_columns[i]));
    child_types.push_back(child_table->columns[child_columns.back()].type.id);
    parent_types.push_back(parent_table->columns[parent_columns.back()].type.id);
    exact = exact && MatchOf(child_types.back(), parent_types.back()) == KeyMatch::kExact;
  }
  for (const IndexLayout& index : parent->indexes) {
    if (index.descriptor->oid == key.referenced_index) parent_index = &index;
  }
  ORDINAL_CHECK(parent_index != nullptr);
  for (const IndexLayout& index : child->indexes) {
    if (exact && child_index == nullptr && Leads(index, child_columns)) child_index = &index;
  }
}

KeyValues ForeignKeyLayout::Take(const types::Row& row, const std::vector<std::size_t>& columns) {
  KeyValues values;
  values.reserve(columns.size());
  for (const std::size_t column : columns) values.push_back(row[column]);
  return values;
}

std::optional<std::string> ForeignKeyLayout::ParentKey(const KeyValues& of_child) const {
  KeyValues values;
  for (std::size_t i = 0; i < of_child.size(); ++i) {
    const bool by_cast = MatchOf(child_types[i], parent_types[i]) == KeyMatch::kByCast;
    auto equal = EqualValue(of_child[i], child_types[i], parent_types[i], by_cast);
    if (!equal) return std::nullopt;
    values.push_back(std::move(*equal));
  }
  return KeyOfParent(values);
}

std::string ForeignKeyLayout::KeyOfParent(const KeyValues& of_parent) const {
  std::string key = parent_index->prefix;
  AppendColumns(*parent_index, parent_columns, of_parent, key);
  return key;
}

std::optional<KeyValues> ForeignKeyLayout::ChildValues(const KeyValues& of_parent) const {
  KeyValues values;
  for (std::size_t i = 0; i < of_parent.size(); ++i) {
    auto equal = EqualValue(of_parent[i], parent_types[i], child_types[i], false);
    if (!equal) return std::nullopt;
    values.push_back(std::move(*equal));
  }
  return values;
}

bool ForeignKeyLayout::Matches(const types::Row& row, const KeyValues& of_child) const {
  for (std::size_t i = 0; i < of_child.size(); ++i) {
    const Value& value = row[child_columns[i]];
    if (value.is_null() || types::Compare(value, of_child[i], child_types[i]) != 0) return false;
  }
  return true;
}

bool ForeignKeyLayout::Refers(const types::Row& row, const std::string& parent_key) const {
  const KeyValues values = OfChild(row);
  return NullStateOf(values) == NullState::kNone && ParentKey(values) == parent_key;
}

std::string ForeignKeyLayout::ChildPrefix(const KeyValues& of_child) const {
  std::string prefix = child_index->prefix;
  AppendColumns(*child_index, child_columns, of_child, prefix);
  return prefix;
}

void ThrowNotPresent(const ForeignKeyLayout& link, const KeyValues& of_child, const catalog::Catalog& catalog,
                     const types::Settings& settings) {
  throw ViolatedByChild(link, catalog)
      .Detail(ShownKey(*link.child, link.child_columns, of_child, settings) + " is not present in table \"" +
              link.parent->table->name + "\".");
}

void ThrowMixedNulls(const ForeignKeyLayout& link, const catalog::Catalog& catalog) {
  throw ViolatedByChild(link, catalog)
      .Detail("MATCH FULL does not allow mixing of null and nonnull key values.");
}

void ThrowStillReferenced(const ForeignKeyLayout& link, const KeyValues& of_parent,
                          const catalog::Catalog& catalog, const types::Settings& settings) {
  const catalog::TableDescriptor& child = *link.child->table;
  throw Error(sqlstate::kForeignKeyViolation, "update or delete on table \"" + link.parent->table->name +
                                                  "\" violates foreign key constraint \"" + link.key().name +
                                                  "\" on table \"" + child.name + "\"")
      .Detail(ShownKey(*link.parent, link.parent_columns, of_parent, settings) +
              " is still referenced from table \"" + child.name + "\".")
      .Table(SchemaName(catalog, child), child.name)
      .Constraint(link.key().name);
}

}  // namespace ordinal::sql
