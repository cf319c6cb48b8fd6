#include <algorithm>
#include <array>
#include <string>

#include "sql/expr/function_topics.h"
#include "types/scan.h"

// What indexes and the access method btree can do (manual, tables 9.73 to 9.75). A property that is not
// known, or of another sort of object, is NULL. All indexes are shown as PostgreSQL's B-trees.
namespace ordinal::sql {
namespace {

using base::Oid;
using T = TypeId;
using Args = std::span<Value>;

constexpr Oid kBtreeMethod = 403;

std::string Lower(const Value& name) {
  std::string lower(name.AsString());
  std::transform(lower.begin(), lower.end(), lower.begin(), types::ToLower);
  return lower;
}

template <std::size_t size>
Value TrueIfListed(const std::array<std::string_view, size>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end() ? Value::Bool(true) : Value();
}

Value OfMethod(EvalContext&, Args args, const Expression&) {
  constexpr std::array<std::string_view, 5> kAll = {"can_order", "can_unique", "can_multi_col", "can_exclude",
                                                    "can_include"};
  if (args[0].AsInt() != kBtreeMethod) return Value();
  return TrueIfListed(kAll, Lower(args[1]));
}

Value OfIndex(EvalContext& context, Args args, const Expression&) {
  constexpr std::array<std::string_view, 4> kAll = {"clusterable", "index_scan", "bitmap_scan",
                                                    "backward_scan"};
  const auto relation = context.catalog().RelationByOid(static_cast<Oid>(args[0].AsInt()));
  return relation.index != nullptr ? TrueIfListed(kAll, Lower(args[1])) : Value();
}

Value OfColumn(EvalContext& context, Args args, const Expression&) {
  const auto relation = context.catalog().RelationByOid(static_cast<Oid>(args[0].AsInt()));
  const std::int64_t number = args[1].AsInt();
  if (relation.index == nullptr || number < 1) return Value();
  const catalog::IndexDescriptor& index = *relation.index;
  const auto position = static_cast<std::size_t>(number - 1);
  if (position >= index.columns.size() + index.included.size()) return Value();
  const bool is_key = position < index.columns.size();
  const std::string name = Lower(args[2]);
  if (name == "orderable") return Value::Bool(is_key);
  if (name == "distance_orderable") return Value::Bool(false);
  if (name == "returnable") return Value::Bool(true);
  if (!is_key) return Value();
  const catalog::IndexOrder order =
      position < index.orders.size() ? index.orders[position] : catalog::IndexOrder{};
  if (name == "asc") return Value::Bool(!order.descending);
  if (name == "desc") return Value::Bool(order.descending);
  if (name == "nulls_first") return Value::Bool(order.nulls_first);
  if (name == "nulls_last") return Value::Bool(!order.nulls_first);
  return name == "search_array" || name == "search_nulls" ? Value::Bool(true) : Value();
}

}  // namespace

void AddIndexPropertyFunctions(FunctionList& out) {
  out.insert(out.end(),
             {
                 Stable(Scalar("pg_indexam_has_property", {T::kOid, T::kText}, T::kBool, 636, OfMethod)),
                 Stable(Scalar("pg_index_has_property", {T::kRegclass, T::kText}, T::kBool, 637, OfIndex)),
                 Stable(Scalar("pg_index_column_has_property", {T::kRegclass, T::kInt4, T::kText}, T::kBool,
                               638, OfColumn)),
             });
}

}  // namespace ordinal::sql
