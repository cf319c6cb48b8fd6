// Walks bound statements, and answers what PostgreSQL's planner asks of them. Private to the room.
#pragma once

#include <functional>
#include <vector>

#include "sql/bind/bound.h"

namespace ordinal::sql {

// Calls `change` for every expression of the query or modification, those of queries in FROM included, but
// for CHECK conditions. It may be asked about null ones. A call in FROM or of the series is not handed out
// itself, only its arguments.
using Change = std::function<void(ExprPtr&)>;
void EachExpression(BoundQuery& query, const Change& change);
void EachExpression(BoundModify& modify, const Change& change);
void EachExpression(BoundStatement& statement, const Change& change);

// Whether a volatile function stands in the expression itself. What its subqueries call does not count.
bool CallsVolatile(const Expression& expression);

// Whether the query calls anything volatile, in its subqueries too.
bool IsVolatile(BoundStatement& statement, BoundQuery& query);

// Notes which targets of queries call something volatile, before constant parts are computed: PostgreSQL
// decides by them what to merge.
void NoteVolatileTargets(BoundStatement& statement);

// Drops the select lists of EXISTS, which asks for rows and not for what is in them.
void ForgetExistsTargets(BoundStatement& statement);

// Turns CTEs that one place reads, and that call nothing volatile, into subqueries of FROM.
void InlineCtes(BoundStatement& statement);

}  // namespace ordinal::sql
