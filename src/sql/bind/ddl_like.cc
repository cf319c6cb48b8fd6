// Binds CREATE TABLE ... (LIKE source).
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// Where the columns of the source went: by position there, the position here.
using Places = std::vector<int>;

std::string Moved(const std::string& serialized, const Places& places) {
  ExprPtr expression = DeserializeExpression(serialized);
  WalkMutable(*expression, [&](Expression& part) {
    if (part.kind == ExprKind::kColumn) part.index = places[static_cast<std::size_t>(part.index)];
  });
  return SerializeExpression(*expression);
}

IdentitySpec IdentityLike(const catalog::IdentityDescriptor& identity, const catalog::Catalog& catalog) {
  IdentitySpec spec;
  spec.always = identity.always;
  spec.rule = identity.rule;
  const auto& definition = catalog.SequenceByOid(identity.sequence)->definition;
  spec.sequence.type = definition.type;
  spec.sequence.increment = definition.increment;
  spec.sequence.min_value = SequenceSpec::Value{definition.min_value};
  spec.sequence.max_value = SequenceSpec::Value{definition.max_value};
  spec.sequence.start = definition.start;
  spec.sequence.cache = definition.cache;
  spec.sequence.cycle = definition.cycle;
  return spec;
}

}  // namespace

void DdlBinder::BindLike(const TableLikeClause& like, CreateTable& bound, LikeParts& parts) {
  const auto relation = Find(*like.relation, false);
  const auto add = [&](catalog::ColumnDescriptor column) -> ColumnSpec& {
    for (const ColumnSpec& other : bound.columns) {
      if (other.column.name != column.name) continue;
      throw Error(sqlstate::kDuplicateColumn, "column \"" + column.name + "\" specified more than once");
    }
    column.number = static_cast<base::AttributeNumber>(bound.columns.size() + 1);
    ColumnSpec& spec = bound.columns.emplace_back();
    spec.column = std::move(column);
    return spec;
  };
  if (relation.view) {
    for (const auto& column : relation.view->columns) {
      catalog::ColumnDescriptor made;
      made.name = column.name;
      made.type = column.type;
      add(std::move(made));
    }
    return;
  }
  if (!relation.table) {
    throw Error(sqlstate::kWrongObjectType,
                "relation \"" + std::string(like.relation->relname) + "\" is invalid in LIKE clause")
        .Position(tree_.Position(like.relation->location));
  }
  const catalog::TableDescriptor& source = *relation.table;
  const auto includes = [&](unsigned option) { return (like.options & option) != 0; };
  Places places(source.columns.size(), -1);
  const auto place_of = [&](base::AttributeNumber number) {
    std::size_t i = 0;
    while (source.columns[i].number != number) ++i;
    return static_cast<base::AttributeNumber>(places[i] + 1);
  };
  int next = static_cast<int>(bound.columns.size());
  for (std::size_t i = 0; i < source.columns.size(); ++i) {
    if (!source.columns[i].dropped) places[i] = next++;
  }
  for (const auto& column : source.columns) {
    if (column.dropped) continue;
    catalog::ColumnDescriptor made;
    made.name = column.name;
    made.type = column.type;
    made.not_null = column.not_null;
    if (includes(CREATE_TABLE_LIKE_STORAGE)) made.storage = column.storage;
    if (includes(CREATE_TABLE_LIKE_COMPRESSION)) made.compression = column.compression;
    if (includes(CREATE_TABLE_LIKE_COMMENTS)) made.comment = column.comment;
    if (column.default_expression &&
        includes(column.generated ? CREATE_TABLE_LIKE_GENERATED : CREATE_TABLE_LIKE_DEFAULTS)) {
      made.generated = column.generated;
      made.default_expression = Moved(*column.default_expression, places);
    }
    ColumnSpec& spec = add(std::move(made));
    if (column.identity && includes(CREATE_TABLE_LIKE_IDENTITY)) {
      spec.identity = IdentityLike(*column.identity, environment_.catalog);
    }
  }
  if (includes(CREATE_TABLE_LIKE_CONSTRAINTS)) {
    for (const auto& check : source.checks) {
      CheckSpec spec;
      spec.name = check.name;
      spec.expression = Moved(check.expression, places);
      parts.checks.push_back(std::move(spec));
    }
  }
  if (includes(CREATE_TABLE_LIKE_STATISTICS)) {
    for (const auto& made : environment_.catalog.AllExtendedStatistics()) {
      if (made->table != source.oid) continue;
      auto& copy = bound.statistics.emplace_back(*made);
      copy.name.clear();
      for (auto& number : copy.columns) number = place_of(number);
      std::sort(copy.columns.begin(), copy.columns.end());
      for (auto& expression : copy.expressions) expression = Moved(expression, places);
      if (!includes(CREATE_TABLE_LIKE_COMMENTS)) copy.comment.clear();
    }
  }
  if (!includes(CREATE_TABLE_LIKE_INDEXES)) return;
  for (const auto& index : source.indexes) {
    IndexSpec spec;
    spec.unique = index.unique;
    spec.primary = index.primary;
    spec.is_constraint = index.is_constraint;
    spec.nulls_not_distinct = index.nulls_not_distinct;
    for (const auto number : index.columns) spec.columns.push_back(number == 0 ? number : place_of(number));
    for (const auto& part : index.expressions) {
      spec.expressions.push_back({Moved(part.expression, places), part.name, part.type});
    }
    for (const auto number : index.included) spec.included.push_back(place_of(number));
    spec.orders = index.orders;
    spec.options = index.options;
    if (index.predicate) spec.predicate = Moved(*index.predicate, places);
    parts.indexes.push_back(std::move(spec));
  }
}

}  // namespace ordinal::sql
