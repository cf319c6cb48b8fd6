#include "sql/expr/record.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "sql/expr/conversion.h"
#include "sql/expr/domain.h"

namespace ordinal::sql {
namespace {

using base::Error;

template <typename Columns>
void AddFields(const Columns& columns, types::RecordShape& shape) {
  for (const auto& column : columns) shape.fields.push_back({std::string(column.name), column.type});
}

types::ShapePtr PlainShape(const std::vector<ExprPtr>& fields) {
  auto shape = std::make_shared<types::RecordShape>();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    shape->fields.push_back({"f" + std::to_string(i + 1), fields[i]->type});
  }
  return shape;
}

}  // namespace

types::ShapePtr ShapeOfRelation(base::Oid oid, EvalContext& context) {
  const auto relation = context.catalog().RelationByOid(oid);
  auto shape = std::make_shared<types::RecordShape>();
  if (relation.table) {
    for (const auto& column : relation.table->columns) {
      if (!column.dropped) shape->fields.push_back({column.name, column.type});
    }
  } else if (relation.view) {
    AddFields(relation.view->columns, *shape);
  } else if (relation.virtual_table != nullptr) {
    AddFields(relation.virtual_table->columns(), *shape);
  } else {
    return nullptr;
  }
  shape->type = oid;
  shape->name = context.RelationName(oid);
  return shape;
}

types::ShapePtr ShapeOf(const Expression& expression, EvalContext& context) {
  if (expression.shape != nullptr) return expression.shape;
  if (expression.type.id != TypeId::kRecord || expression.type.domain == 0) return nullptr;
  return ShapeOfRelation(expression.type.domain, context);
}

std::string TypeNameOf(const Expression& expression) {
  const bool named = expression.type.id == TypeId::kRecord && expression.type.domain != 0 &&
                     expression.shape != nullptr && !expression.shape->name.empty();
  return named ? expression.shape->name : types::FormatType({expression.type.id, -1});
}

ExprPtr MakeRow(std::vector<ExprPtr> fields, types::ShapePtr shape, int position) {
  auto node = std::make_unique<Expression>();
  node->kind = ExprKind::kRow;
  node->position = position;
  node->shape = shape != nullptr ? std::move(shape) : PlainShape(fields);
  node->type = {TypeId::kRecord, -1, node->shape->type};
  node->args = std::move(fields);
  return node;
}

ExprPtr MakeField(ExprPtr row, int field, Type type, int position) {
  auto node = std::make_unique<Expression>();
  node->kind = ExprKind::kField;
  node->position = position;
  node->type = type;
  node->index = field;
  node->args.push_back(std::move(row));
  return node;
}

Value EvaluateRow(const Expression& node, EvalContext& context, std::span<const Value> row) {
  std::vector<Value> values;
  values.reserve(node.args.size());
  for (const ExprPtr& arg : node.args) values.push_back(Evaluate(*arg, context, row));
  return types::MakeRecord(node.shape, std::move(values));
}

Value EvaluateField(const Expression& node, EvalContext& context, std::span<const Value> row) {
  const Value record = Evaluate(*node.args[0], context, row);
  const auto field = static_cast<std::size_t>(node.index);
  // What was made before the table got the column does not have it.
  if (record.is_null() || field >= record.AsRecord().values.size()) return Value();
  return record.AsRecord().values[field];
}

bool TestRowNull(const Value& record, bool negated) {
  return negated ? types::IsNotNullRecord(record.AsRecord()) : types::IsNullRecord(record.AsRecord());
}

Value ReadRow(std::string_view text, Type to, EvalContext& context) {
  const types::ShapePtr shape = ShapeOfRelation(to.domain, context);
  if (shape == nullptr) {
    throw Error(base::sqlstate::kUndefinedObject,
                "type with OID " + std::to_string(to.domain) + " does not exist");
  }
  const auto fields = types::SplitRecord(text, shape->fields.size());
  std::vector<Value> values;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Type type = shape->fields[i].type;
    Value value;
    if (fields[i]) {
      value = Convert(Value::String(*fields[i]), {TypeId::kUnknown, -1}, {type.id, type.modifier},
                      types::CastContext::kImplicit, context);
    }
    if (type.domain != 0 && type.id != TypeId::kRecord) CheckDomain(type.domain, value, context);
    values.push_back(std::move(value));
  }
  return types::MakeRecord(shape, std::move(values));
}

std::string PrintRow(const types::Record& record, EvalContext& context) {
  std::string out;
  types::AppendRecord(out, record, [&](std::string& to, const Value& value, Type type) {
    to += Print(value, type.id, context);
  });
  return out;
}

}  // namespace ordinal::sql
