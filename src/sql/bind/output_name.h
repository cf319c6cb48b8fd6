// Names what a query or an index computes and the statement does not name.
#pragma once

#include <string>

struct Node;

namespace ordinal::sql {

// The name that PostgreSQL gives to the expression; "?column?" when it has none to offer.
std::string FigureName(const ::Node& node);

}  // namespace ordinal::sql
