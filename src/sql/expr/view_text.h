// Prints the stored form of a view's query.
//
// That form is SQL with marks where a name belongs, so that a rename changes what is printed and nothing that
// is stored. A mark is \x01, a letter, numbers, \x02:
//   q<oid>           a relation, with its schema where the search path does not find it
//   r<oid>           a relation, without
//   c<oid>.<number>  a column
//   l<index>         a column of the view itself
//   a<oid>.<number>.<index>  ` AS name`, the name being that of the view's column, unless the column is
//   called that
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "catalog/descriptor.h"
#include "sql/expr/eval_context.h"

namespace ordinal::sql {

std::string MarkRelation(base::Oid relation);
std::string MarkBareRelation(base::Oid relation);
std::string MarkColumn(base::Oid relation, base::AttributeNumber column);
std::string MarkOutput(std::size_t index);
std::string MarkLabel(base::Oid relation, base::AttributeNumber column, std::size_t index);

// `stored` is view.shown or view.shown_pretty.
std::string ShowViewText(std::string_view stored, const catalog::ViewDescriptor& view, EvalContext& context);

}  // namespace ordinal::sql
