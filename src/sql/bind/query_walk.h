// Walks the expressions of bound queries.
#pragma once

#include <functional>

#include "sql/bind/bound.h"

namespace ordinal::sql {

// Calls `visit` for every expression of the query, those of queries in FROM included, but not for what their
// subqueries hold. `depth` counts from the one given: LATERAL subqueries lie one deeper. It may be asked
// about null ones. A call in FROM or of the series is not handed out itself, only its arguments.
using DepthVisitor = std::function<void(ExprPtr& expression, int depth)>;
void EachExpressionAt(BoundQuery& query, int depth, const DepthVisitor& visit);
// With `ctes`, those of the statement, it goes into the queries of WITH, too, that belong to the query or one
// in it and refer to what is around: they lie as deep as the query whose WITH it is.
void EachExpressionAt(BoundQuery& query, int depth, const DepthVisitor& visit, std::vector<BoundCte>* ctes);
void EachExpressionAt(BoundSource& source, int depth, const DepthVisitor& visit);

// Calls `visit` for every source of FROM of the query, and of the queries that lie there; `depth` as above.
using SourceVisitor = std::function<void(BoundSource& source, int depth)>;
void EachSourceAt(BoundQuery& query, int depth, const SourceVisitor& visit);
void EachSourceAt(BoundQuery& query, int depth, const SourceVisitor& visit, std::vector<BoundCte>* ctes);

}  // namespace ordinal::sql
