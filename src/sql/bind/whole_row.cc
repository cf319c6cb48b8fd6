// Binds rows as values: rows of FROM that are named as a whole, ROW(...), fields of rows, and casts to the
// row types of relations.
#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"
#include "sql/expr/record.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr std::size_t kRowFieldsMax = 1664;  // PostgreSQL's MaxTupleAttributeNumber

// The row itself where the expression is one of an item that an outer join may leave without a row.
Expression* RowBehindMarker(Expression& expression) {
  if (expression.kind == ExprKind::kRow) return &expression;
  const bool marked = expression.kind == ExprKind::kCase && expression.shape != nullptr &&
                      expression.args.size() == 3 && expression.args[2]->kind == ExprKind::kRow;
  return marked ? expression.args[2].get() : nullptr;
}

// What an outer join leaves without a row is NULL, and no row of NULLs.
ExprPtr UnlessMissing(ExprPtr marker, ExprPtr row) {
  const int position = row->position;
  auto missing = MakeBoolean(ExprKind::kIsNull, position);
  missing->args.push_back(std::move(marker));
  auto result = std::make_unique<Expression>();
  result->kind = ExprKind::kCase;
  result->type = row->type;
  result->shape = row->shape;
  result->position = position;
  result->args.push_back(std::move(missing));
  result->args.push_back(MakeConstant(Value(), row->type, position));
  result->args.push_back(std::move(row));
  return result;
}

bool ContinuesName(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '$';
}

// True when the text says the name more than once without a column behind it. It may be taken for said too
// often.
bool IsNamedAlone(std::string_view text, std::string_view name) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  int found = 0;
  for (auto at = text.begin();; ++at) {
    at = std::search(at, text.end(), name.begin(), name.end(), same);
    if (at == text.end()) return found > 1;
    const auto end = at + static_cast<std::ptrdiff_t>(name.size());
    if (at != text.begin() && ContinuesName(at[-1])) continue;
    if (end != text.end() && ContinuesName(*end)) continue;
    auto next = end;
    while (next != text.end() && (*next == '"' || *next == ' ')) ++next;
    const bool column = next != text.end() && *next == '.' && next + 1 != text.end() &&
                        (ContinuesName(next[1]) || next[1] == '"');
    if (!column) ++found;
  }
}

}  // namespace

// What makes a missing row of an outer join known: a column that is never NULL, or a slot of its own.
bool Binder::AddMarker(BoundSource& source, ScopeItem& item, const Alias* alias) {
  if (nullable_ == 0) return false;
  if (source.kind == SourceKind::kTable) {
    const auto& columns = source.table->columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i].not_null || columns[i].dropped) continue;
      item.marker = static_cast<int>(i);
      return false;
    }
  }
  const std::string name = alias != nullptr ? alias->aliasname : item.name;
  if (name.empty() || !IsNamedAlone(tree_.text(), name)) return false;
  item.marker = static_cast<int>(item.columns.size());
  switch (source.kind) {
    case SourceKind::kTable:
      return true;  // the key of the row
    case SourceKind::kFunction:
      if (!source.ordinality) {
        source.ordinality = true;
        return true;
      }
      --item.marker;
      return false;
    case SourceKind::kSequence:
    case SourceKind::kJoin:
      item.marker = -1;
      return false;
    default:
      MarkRows(source, static_cast<int>(item.columns.size()));
      return true;
  }
}

// Makes it a subquery that gives TRUE behind its columns.
void Binder::MarkRows(BoundSource& source, int width) {
  const bool is_plain = source.kind == SourceKind::kSubquery && !source.subquery->is_values &&
                        source.subquery->set_operation == SetOperation::kNone;
  if (!is_plain) {
    BoundSource marked;
    marked.kind = SourceKind::kSubquery;
    marked.lateral = std::exchange(source.lateral, false);
    marked.view = std::exchange(source.view, base::kInvalidOid);
    marked.subquery = std::make_unique<BoundQuery>();
    BoundQuery& query = *marked.subquery;
    query.input_width = width;
    query.from = std::make_unique<BoundSource>(std::move(source));
    query.from->width = width;
    const auto& inner = query.from->subquery;
    for (int i = 0; i < width; ++i) {
      const auto slot = static_cast<std::size_t>(i);
      OutputColumn output;
      if (inner) {
        output = inner->outputs[slot];
      } else if (query.from->kind == SourceKind::kCte) {
        output = statement_.ctes[static_cast<std::size_t>(query.from->cte)].outputs[slot];
      } else {
        const auto& column = query.from->virtual_table->columns()[slot];
        output.name = column.name;
        output.type = column.type;
      }
      query.targets.push_back(MakeColumn(i, output.type));
      query.outputs.push_back(std::move(output));
    }
    source = std::move(marked);
  }
  const Type boolean{TypeId::kBool, -1};
  OutputColumn output;
  output.type = boolean;
  source.subquery->targets.push_back(MakeConstant(Value::Bool(true), boolean));
  source.subquery->outputs.push_back(std::move(output));
}

ExprPtr Binder::BindWholeRow(const Scope::RowMatch& match, int position) {
  const ScopeItem& item = *match.item;
  const auto reference = [&](const ScopeItem::Column& column) {
    return Scope::Reference(column, match.level, position);
  };
  for (const ScopeItem::Column& column : item.columns) {
    if (column.table == 0) continue;
    RelationAccess& access = AccessTo(column.table);
    access.required |= catalog::kSelectPrivilege;
    access.selected.insert(column.attribute);
  }
  // A function that gives a scalar has no rows but those.
  if (item.is_scalar) return reference(item.columns.front());
  std::vector<ExprPtr> fields;
  types::ShapePtr shape = item.row_type != 0 ? ShapeOfRelation(item.row_type, environment_.context) : nullptr;
  if (shape != nullptr && shape->fields.size() != item.columns.size()) shape = nullptr;
  if (shape == nullptr) {
    auto own = std::make_shared<types::RecordShape>();
    for (const auto& column : item.columns) own->fields.push_back({column.name, column.type});
    shape = std::move(own);
  }
  for (const ScopeItem::Column& column : item.columns) fields.push_back(reference(column));
  ExprPtr row = MakeRow(std::move(fields), std::move(shape), position);
  if (!item.nullable) return row;
  if (item.marker < 0) {
    base::ThrowUnsupported("rows of this item on the nullable side of an outer join", position);
  }
  ExprPtr marker = MakeColumn(item.marker, {TypeId::kBool, -1}, position);
  marker->level = match.level;
  return UnlessMissing(std::move(marker), std::move(row));
}

ExprPtr Binder::BindRowValue(const RowExpr& row, Scope& scope) {
  std::vector<ExprPtr> items = BindRowItems(*static_cast<const Node*>(static_cast<const void*>(&row)), scope);
  if (items.size() > kRowFieldsMax) {
    throw Error(sqlstate::kTooManyColumns, "ROW expressions can have at most 1664 entries")
        .Position(Position(row.location));
  }
  return MakeRow(std::move(items), nullptr, Position(row.location));
}

// The number of the field of that name; throws what PostgreSQL says where there is none.
int Binder::FieldNamed(const Expression& row, const types::RecordShape* shape, const std::string& name,
                       int position) const {
  for (std::size_t i = 0; shape != nullptr && i < shape->fields.size(); ++i) {
    if (shape->fields[i].name == name) return static_cast<int>(i);
  }
  if (row.type.id != TypeId::kRecord) {
    throw Error(sqlstate::kWrongObjectType, "column notation ." + name + " applied to type " +
                                                TypeNameOf(row) + ", which is not a composite type")
        .Position(position);
  }
  if (row.type.domain == 0) {
    throw Error(sqlstate::kUndefinedColumn, "could not identify column \"" + name + "\" in record data type")
        .Position(position);
  }
  throw Error(sqlstate::kUndefinedColumn, "column \"" + name + "\" not found in data type " + TypeNameOf(row))
      .Position(position);
}

ExprPtr Binder::TakeField(ExprPtr row, const types::RecordShape& shape, int field, int position) {
  const auto number = static_cast<std::size_t>(field);
  if (Expression* known = RowBehindMarker(*row)) {
    ExprPtr taken = std::exchange(known->args[number], MakeConstant(Value(), known->args[number]->type));
    ignored_.push_back(std::move(row));  // its parameters go on to be of their types
    return taken;
  }
  return MakeField(std::move(row), field, shape.fields[number].type, position);
}

ExprPtr Binder::SelectField(ExprPtr row, const std::string& name, int position) {
  if (row->type.id == TypeId::kRecord && row->shape == nullptr) {
    row->shape = ShapeOf(*row, environment_.context);
  }
  const types::ShapePtr shape = row->shape;
  const int field = FieldNamed(*row, shape.get(), name, position);
  return TakeField(std::move(row), *shape, field, position);
}

// (row).*: one expression for each field. What gives the row stands in each of them, as in PostgreSQL.
std::vector<ExprPtr> Binder::BindFields(const A_Indirection& indirection, Scope& scope,
                                        std::vector<std::string>& names) {
  std::vector<ExprPtr> fields;
  const int steps = LengthOf(indirection.indirection) - 1;
  ExprPtr row = BindSteps(indirection, steps, scope);
  const int position = row->position;
  const types::ShapePtr shape = ShapeOf(*row, environment_.context);
  if (row->type.id != TypeId::kRecord) {
    throw Error(sqlstate::kWrongObjectType, "type " + TypeNameOf(*row) + " is not composite")
        .Position(position);
  }
  if (shape == nullptr) {
    throw Error(sqlstate::kWrongObjectType, "record type has not been registered");
  }
  for (std::size_t i = 0; i < shape->fields.size(); ++i) {
    if (i > 0) row = BindSteps(indirection, steps, scope);
    names.push_back(shape->fields[i].name);
    fields.push_back(TakeField(std::move(row), *shape, static_cast<int>(i), position));
  }
  return fields;
}

// What the node stands for in a list that takes rows apart: t.* and (row).* mean several expressions.
void Binder::BindListItem(const Node& node, Scope& scope, std::vector<ExprPtr>& items) {
  if (nodeTag(&node) == T_ColumnRef && IsStar(As<ColumnRef>(node))) {
    const std::vector<std::string> names = Names(As<ColumnRef>(node).fields);
    const int position = Position(As<ColumnRef>(node).location);
    if (const auto match =
            names.size() > 1 ? scope.FindRow(names[names.size() - 2], position) : Scope::RowMatch{}) {
      ExprPtr row = BindWholeRow(match, position);
      Expression* known = RowBehindMarker(*row);
      if (known == nullptr) items.push_back(std::move(row));
      if (known != nullptr) std::move(known->args.begin(), known->args.end(), std::back_inserter(items));
      return;
    }
    std::vector<OutputColumn> outputs;
    ExpandStar(As<ColumnRef>(node), scope, items, outputs);
    return;
  }
  if (EndsInStar(node)) {
    std::vector<std::string> names;
    for (ExprPtr& field : BindFields(As<A_Indirection>(node), scope, names))
      items.push_back(std::move(field));
    return;
  }
  items.push_back(Bind(&node, scope));
}

bool Binder::EndsInStar(const Node& node) {
  if (nodeTag(&node) != T_A_Indirection) return false;
  const List* steps = As<A_Indirection>(node).indirection;
  return nodeTag(NodeAt(steps, LengthOf(steps) - 1)) == T_A_Star;
}

// A cast to the row type of a relation. ROW(...) is brought to it field by field; other rows stay what they
// are.
ExprPtr Binder::CastToRow(ExprPtr operand, Type to, int position) {
  Expression* row = RowBehindMarker(*operand);
  const types::ShapePtr shape = ShapeOfRelation(to.domain, environment_.context);
  if (row == nullptr || row->type.domain != 0) {
    const Type from = operand->type;
    const bool fits = from.id == TypeId::kRecord ? from.domain == to.domain : types::IsString(from.id);
    if (!fits) {
      throw Error(sqlstate::kCannotCoerce, "cannot cast type " + TypeNameOf(*operand) + " to " + shape->name)
          .Position(position);
    }
    operand = Coerce(std::move(operand), to, types::CastContext::kExplicit, position);
    operand->shape = shape;
    return operand;
  }
  const auto fail = [&](std::string detail) {
    throw Error(sqlstate::kCannotCoerce, "cannot cast type record to " + shape->name)
        .Detail(std::move(detail))
        .Position(position);
  };
  for (std::size_t i = 0; i < shape->fields.size(); ++i) {
    if (i == row->args.size()) fail("Input has too few columns.");
    const Type type = shape->fields[i].type;
    ExprPtr& field = row->args[i];
    const int place = field->position;
    const std::string from = TypeNameOf(*field);
    try {
      field = Coerce(std::move(field), type, types::CastContext::kExplicit, place);
    } catch (const Error& error) {
      if (error.report().sqlstate != sqlstate::kCannotCoerce) throw;
      fail("Cannot cast type " + from + " to " + types::FormatType({type.id, -1}) + " in column " +
           std::to_string(i + 1) + ".");
    }
  }
  if (row->args.size() > shape->fields.size()) fail("Input has too many columns.");
  row->type = to;
  row->shape = shape;
  operand->type = to;
  operand->shape = shape;
  if (operand->kind == ExprKind::kCase) operand->args[1]->type = to;
  return operand;
}

}  // namespace ordinal::sql
