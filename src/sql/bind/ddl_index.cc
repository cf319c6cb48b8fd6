// Binds CREATE INDEX and what constraints share with it.
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/output_name.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

}  // namespace

// The elements are names in constraints, and elements of an index in CREATE INDEX.
std::vector<base::AttributeNumber> DdlBinder::BindIncluded(const List* columns,
                                                           const catalog::TableDescriptor& table) {
  std::vector<base::AttributeNumber> included;
  for (int i = 0; i < LengthOf(columns); ++i) {
    const Node& node = *NodeAt(columns, i);
    const bool is_name = nodeTag(&node) == T_String;
    if (!is_name && As<IndexElem>(node).name == nullptr) {
      throw Error(sqlstate::kFeatureNotSupported, "expressions are not supported in included columns");
    }
    const std::string name = is_name ? As<String>(node).sval : As<IndexElem>(node).name;
    const auto* column = table.FindColumn(name);
    if (column == nullptr) {
      throw Error(sqlstate::kUndefinedColumn, is_name ? "column \"" + name + "\" named in key does not exist"
                                                      : "column \"" + name + "\" does not exist");
    }
    included.push_back(column->number);
  }
  return included;
}

std::string DdlBinder::BindPredicate(const Node& node, const catalog::TableDescriptor& table) {
  ExprPtr condition = Binder(environment_, tree_, {}).BindStandalone(node, &table, "index predicate");
  if (condition->type.id != TypeId::kBool && condition->type.id != TypeId::kUnknown) {
    throw Error(sqlstate::kDatatypeMismatch,
                "argument of WHERE must be type boolean, not type " + types::FormatType(condition->type))
        .Position(condition->position);
  }
  condition = Coerce(std::move(condition), {TypeId::kBool, -1}, types::CastContext::kAssignment, 0);
  if (VolatilityOf(*condition) != Volatility::kImmutable) {
    throw Error(sqlstate::kInvalidObjectDefinition, "functions in index predicate must be marked IMMUTABLE");
  }
  return SerializeExpression(*FoldConstants(std::move(condition), environment_.context));
}

void DdlBinder::CheckIndexForm(const IndexStmt& create) const {
  using dialect::Feature;
  const dialect::Profile& profile = environment_.profile;
  if (create.concurrent) profile.CheckAllowed(Feature::kIndexConcurrently);
  // The grammar fills in btree where nothing is said.
  if (Text(create.accessMethod) != "btree") profile.CheckAllowed(Feature::kIndexMethod);
  for (int i = 0; i < LengthOf(create.indexParams); ++i) {
    const auto& element = As<IndexElem>(*NodeAt(create.indexParams, i));
    if (element.ordering != SORTBY_DEFAULT) profile.CheckAllowed(Feature::kIndexOrder);
  }
  if (!IsAsync()) profile.CheckAllowed(Feature::kIndexAtOnce);
}

void DdlBinder::BindIndexColumn(const IndexElem& element, const catalog::TableDescriptor& table,
                                IndexSpec& index) {
  if (element.expr == nullptr) {
    const auto* column = table.FindColumn(element.name);
    if (column == nullptr) {
      throw Error(sqlstate::kUndefinedColumn, "column \"" + std::string(element.name) + "\" does not exist");
    }
    index.columns.push_back(column->number);
    return;
  }
  ExprPtr value = Binder(environment_, tree_, {}).BindStandalone(*element.expr, &table, "index expression");
  if (value->type.id == TypeId::kUnknown) {
    value = Coerce(std::move(value), {TypeId::kText, -1}, types::CastContext::kImplicit, 0);
  }
  if (value->kind == ExprKind::kColumn) {
    index.columns.push_back(table.columns[static_cast<std::size_t>(value->index)].number);
    return;
  }
  if (VolatilityOf(*value) != Volatility::kImmutable) {
    throw Error(sqlstate::kInvalidObjectDefinition, "functions in index expression must be marked IMMUTABLE");
  }
  catalog::IndexExpression made;
  made.type = value->type;
  made.name = FigureName(*element.expr);
  if (made.name == "?column?") made.name = "expr";
  made.expression = SerializeExpression(*FoldConstants(std::move(value), environment_.context));
  index.columns.push_back(0);
  index.expressions.push_back(std::move(made));
}

void DdlBinder::BindCreateIndex(const IndexStmt& create) {
  ddl_.tag = "CREATE INDEX";
  CheckIndexForm(create);
  const std::string method = Text(create.accessMethod);
  if (!method.empty() && method != "btree") base::ThrowUnsupported("index methods other than btree");
  const auto table = FindTable(*create.relation, false);
  CreateIndex bound;
  bound.table = table->oid;
  bound.if_not_exists = create.if_not_exists;
  bound.async = IsAsync();
  bound.index.name = Text(create.idxname);
  bound.index.unique = create.unique;
  bound.index.options = BindStorage(create.options, StorageOf::kIndex);
  bound.index.nulls_not_distinct = create.nulls_not_distinct;
  for (int i = 0; i < LengthOf(create.indexParams); ++i) {
    const auto& element = As<IndexElem>(*NodeAt(create.indexParams, i));
    if (LengthOf(element.collation) > 0 || LengthOf(element.opclass) > 0) {
      base::ThrowUnsupported("collations and operator classes of indexes");
    }
    BindIndexColumn(element, *table, bound.index);
    catalog::IndexOrder& order = bound.index.orders.emplace_back();
    order.descending = element.ordering == SORTBY_DESC;
    order.nulls_first = element.nulls_ordering == SORTBY_NULLS_FIRST ||
                        (order.descending && element.nulls_ordering == SORTBY_NULLS_DEFAULT);
  }
  const auto is_plain = [](const catalog::IndexOrder& order) { return order == catalog::IndexOrder{}; };
  if (std::all_of(bound.index.orders.begin(), bound.index.orders.end(), is_plain)) bound.index.orders.clear();
  bound.index.included = BindIncluded(create.indexIncludingParams, *table);
  if (create.whereClause != nullptr) bound.index.predicate = BindPredicate(*create.whereClause, *table);
  if (bound.async && environment_.called != nullptr && !environment_.called->empty()) {
    base::ThrowUnsupported("functions of users in indexes that a job builds");
  }
  ddl_.statement = std::move(bound);
}

}  // namespace ordinal::sql
