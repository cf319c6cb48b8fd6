// Binds functions in FROM whose rows are values: columns are their fields, or those of a definition list.
#include <set>
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

[[noreturn]] void ThrowList(const char* message, int position) {
  throw Error(sqlstate::kSyntaxError, message).Position(position);
}

}  // namespace

types::ShapePtr Binder::DefinedColumns(const List& definitions) const {
  auto shape = std::make_shared<types::RecordShape>();
  std::set<std::string> names;
  for (int i = 0; i < LengthOf(&definitions); ++i) {
    const auto& definition = As<ColumnDef>(*NodeAt(&definitions, i));
    const std::string name = definition.colname;
    const int position = Position(definition.location);
    if (definition.typeName->setof) {
      throw Error(sqlstate::kInvalidTableDefinition, "column \"" + name + "\" cannot be declared SETOF")
          .Position(position);
    }
    const Type type = BindTypeName(*definition.typeName, tree_, environment_);
    const bool pseudo = types::InfoOf(type.id).category == 'P' && type.domain == 0;
    if (pseudo && type.id != TypeId::kRecord && type.id != TypeId::kRecordArray) {
      throw Error(sqlstate::kInvalidTableDefinition,
                  "column \"" + name + "\" has pseudo-type " + types::FormatType(type));
    }
    if (!names.insert(name).second) {
      throw Error(sqlstate::kDuplicateColumn, "column name \"" + name + "\" specified more than once");
    }
    shape->fields.push_back({name, type});
  }
  return shape;
}

// Adds one expression for each field of the rows that a call gives; false when it gives none, or is one that
// stands for several columns itself.
bool Binder::AddRowColumns(ExprPtr& call, const List* definitions, std::vector<ExprPtr>& functions) {
  const int position = call->position;
  const bool is_record = call->kind == ExprKind::kCall && call->type.id == TypeId::kRecord;
  const bool is_routine = call->routine != base::kInvalidOid;
  const bool has_columns = is_record && (is_routine ? call->shape != nullptr && call->type.domain == 0
                                                    : !call->function->columns.empty());
  if (LengthOf(definitions) > 0) {
    const int place = Position(As<ColumnDef>(*NodeAt(definitions, 0)).location);
    if (has_columns) {
      ThrowList("a column definition list is redundant for a function with OUT parameters", place);
    }
    if (is_record && call->type.domain != 0) {
      ThrowList("a column definition list is redundant for a function returning a named composite type",
                place);
    }
    if (!is_record) {
      ThrowList("a column definition list is only allowed for functions returning \"record\"", place);
    }
    call->shape = DefinedColumns(*definitions);
  }
  if (!is_record || (has_columns && !is_routine)) return false;
  if (LengthOf(definitions) == 0 && !has_columns && call->type.domain == 0) {
    ThrowList("a column definition list is required for functions returning \"record\"", position);
  }
  if (call->shape == nullptr) call->shape = ShapeOf(*call, environment_.context);
  for (std::size_t i = 0; i < call->shape->fields.size(); ++i) {
    functions.push_back(MakeField(Clone(*call), static_cast<int>(i), call->shape->fields[i].type, position));
  }
  return true;
}

}  // namespace ordinal::sql
