#include "syscat/relation.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "types/array.h"

namespace ordinal::syscat {
namespace {

// Returns what an unset column that is never NULL holds.
types::Value ZeroOf(types::TypeId type) {
  switch (types::InfoOf(type).representation) {
    case types::Representation::kInt:
      return types::Value::Int(0);
    case types::Representation::kDouble:
      return types::Value::Double(0);
    case types::Representation::kString:
      return types::Value::String("");
    case types::Representation::kArray:
      return types::MakeArray(types::ElementType(type), {});
    default:
      return types::Value::Null();
  }
}

std::string_view TrimBlanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  ORDINAL_CHECK(begin != std::string_view::npos);
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

}  // namespace

RowBuilder::RowBuilder(const Relation& relation, const catalog::RowSink& sink)
    : relation_(relation), sink_(sink), row_(relation.defaults()) {}

RowBuilder& RowBuilder::Set(std::string_view column, types::Value value) {
  const auto& columns = relation_.columns();
  for (std::size_t tried = 0; tried < columns.size(); ++tried) {
    const std::size_t at = next_;
    next_ = (next_ + 1) % columns.size();
    if (columns[at].name != column) continue;
    row_[at] = std::move(value);
    return *this;
  }
  ORDINAL_CHECK(false);
  return *this;
}

void RowBuilder::Emit() {
  sink_(std::exchange(row_, relation_.defaults()));
  next_ = 0;
}

Relation::Relation(catalog::Oid oid, catalog::Oid schema, std::string name, std::string_view columns,
                   Fill fill)
    : oid_(oid), schema_(schema), name_(std::move(name)), fill_(fill) {
  while (!columns.empty()) {
    const std::size_t end = std::min(columns.find(','), columns.size());
    AddColumn(TrimBlanks(columns.substr(0, end)));
    columns.remove_prefix(std::min(end + 1, columns.size()));
  }
}

void Relation::AddColumn(std::string_view declaration) {
  const bool not_null = declaration.ends_with('!');
  if (not_null) declaration.remove_suffix(1);
  const std::size_t blank = declaration.find(' ');
  ORDINAL_CHECK(blank != std::string_view::npos);
  const types::TypeInfo* type = types::FindTypeByName(declaration.substr(blank + 1));
  ORDINAL_CHECK(type != nullptr);
  columns_.push_back({std::string(declaration.substr(0, blank)), types::Type{type->id, -1}});
  defaults_.push_back(not_null ? ZeroOf(type->id) : types::Value::Null());
}

void Relation::Rows(const catalog::SessionView& session, const catalog::RowSink& sink) const {
  if (fill_ == nullptr) return;
  RowBuilder row(*this, sink);
  fill_(session, row);
}

}  // namespace ordinal::syscat
