// Prints the query of a view as pg_get_viewdef() does, with marks for names (sql/expr/view_text.h). Private
// to the room.
#pragma once

#include <optional>
#include <string>

#include "sql/bind/bound.h"
#include "sql/expr/eval_context.h"

namespace ordinal::sql {

// Nothing when the query holds what cannot be printed from its bound form.
std::optional<std::string> DeparseView(const BoundStatement& statement, EvalContext& context, bool pretty);

// The same from the words of the statement: the text after AS, with marks at the references of the view.
std::string MarkViewText(const catalog::ViewDescriptor& view);

}  // namespace ordinal::sql
