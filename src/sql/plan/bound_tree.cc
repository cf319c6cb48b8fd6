#include "sql/plan/bound_tree.h"

#include <algorithm>
#include <utility>

#include "sql/bind/query_walk.h"

namespace ordinal::sql {
namespace {

void EachExpression(BoundSource& source, const Change& change) {
  EachExpressionAt(source, 0, [&](ExprPtr& expression, int) { change(expression); });
}

// What to do with each query and each source of FROM.
struct Visit {
  std::function<void(BoundQuery&)> query;
  std::function<void(BoundSource&)> source;
};

void Each(BoundQuery& query, const Visit& visit);

void Each(BoundSource& source, const Visit& visit) {
  if (visit.source) visit.source(source);
  if (source.subquery) Each(*source.subquery, visit);
  if (source.left) Each(*source.left, visit);
  if (source.right) Each(*source.right, visit);
}

void Each(BoundQuery& query, const Visit& visit) {
  if (visit.query) visit.query(query);
  if (query.from) Each(*query.from, visit);
  if (query.left) Each(*query.left, visit);
  if (query.right) Each(*query.right, visit);
}

void Each(BoundStatement& statement, const Visit& visit) {
  const auto each = [&](std::unique_ptr<BoundQuery>& query, std::unique_ptr<BoundModify>& modify) {
    if (query) Each(*query, visit);
    if (modify && modify->source) Each(*modify->source, visit);
    if (modify && modify->from) Each(*modify->from, visit);
  };
  for (BoundCte& cte : statement.ctes) {
    each(cte.query, cte.modify);
    if (cte.recursive) Each(*cte.recursive, visit);
  }
  each(statement.query, statement.modify);
  for (auto& subquery : statement.subqueries) Each(*subquery, visit);
}

// Whether anything volatile is called, subqueries included.
bool IsVolatile(BoundStatement& statement, const Expression& expression) {
  bool is_volatile = CallsVolatile(expression);
  Walk(expression, [&](const Expression& node) {
    if (node.kind != ExprKind::kSubquery || is_volatile) return;
    is_volatile = IsVolatile(statement, *statement.subqueries[static_cast<std::size_t>(node.index)]);
  });
  return is_volatile;
}

}  // namespace

bool IsVolatile(BoundStatement& statement, BoundQuery& query) {
  bool is_volatile = false;
  EachExpression(query, [&](const ExprPtr& expression) {
    is_volatile = is_volatile || (expression && IsVolatile(statement, *expression));
  });
  return is_volatile;
}

void EachExpression(BoundQuery& query, const Change& change) {
  EachExpressionAt(query, 0, [&](ExprPtr& expression, int) { change(expression); });
}

void EachExpression(BoundModify& modify, const Change& change) {
  for (Assignment& assignment : modify.assignments) change(assignment.value);
  for (ExprPtr& returned : modify.returning) change(returned);
  change(modify.where);
  for (Assignment& assignment : modify.conflict_set) change(assignment.value);
  change(modify.conflict_where);
  for (ViewCheck& check : modify.conflict_checks) change(check.condition);
  for (ViewCheck& check : modify.view_checks) change(check.condition);
  if (modify.from) EachExpression(*modify.from, change);
  if (modify.source) EachExpression(*modify.source, change);
}

void EachExpression(BoundStatement& statement, const Change& change) {
  for (BoundCte& cte : statement.ctes) {
    if (cte.query) EachExpression(*cte.query, change);
    if (cte.recursive) EachExpression(*cte.recursive, change);
    if (cte.modify) EachExpression(*cte.modify, change);
  }
  if (statement.query) EachExpression(*statement.query, change);
  if (statement.modify) EachExpression(*statement.modify, change);
  for (auto& subquery : statement.subqueries) EachExpression(*subquery, change);
}

bool CallsVolatile(const Expression& expression) {
  bool calls = false;
  Walk(expression, [&](const Expression& node) {
    calls = calls || (node.function != nullptr && node.function->volatility == Volatility::kVolatile);
  });
  return calls;
}

void NoteVolatileTargets(BoundStatement& statement) {
  const auto note = [&](BoundQuery& query) {
    for (const ExprPtr& target : query.targets)
      query.volatile_targets.push_back(IsVolatile(statement, *target));
  };
  Each(statement, {.query = note, .source = nullptr});
}

void ForgetExistsTargets(BoundStatement& statement) {
  if (statement.subqueries.empty()) return;
  EachExpression(statement, [&](const ExprPtr& expression) {
    if (!expression) return;
    Walk(*expression, [&](const Expression& node) {
      if (node.kind != ExprKind::kSubquery || node.subquery != SubqueryKind::kExists) return;
      BoundQuery& query = *statement.subqueries[static_cast<std::size_t>(node.index)];
      if (query.is_values || query.set_operation != SetOperation::kNone || query.aggregated || query.offset ||
          !query.series.empty()) {
        return;
      }
      query.distinct = false;
      query.order.clear();
      query.targets.clear();
      query.outputs.clear();
    });
  });
}

// Leaves a query that gives NULLs in the place of one that nobody reads.
static void ForgetQuery(BoundCte& cte) {
  cte.query = std::make_unique<BoundQuery>();
  cte.query->outputs = cte.outputs;
  for (const OutputColumn& output : cte.outputs) {
    cte.query->targets.push_back(MakeConstant(Value(), output.type));
  }
}

void InlineCtes(BoundStatement& statement) {
  if (statement.ctes.empty()) return;
  std::vector<std::vector<BoundSource*>> readers(statement.ctes.size());
  const auto note = [&](BoundSource& source) {
    if (source.kind == SourceKind::kCte) readers[static_cast<std::size_t>(source.cte)].push_back(&source);
  };
  Each(statement, {.query = nullptr, .source = note});
  for (std::size_t i = 0; i < statement.ctes.size(); ++i) {
    BoundCte& cte = statement.ctes[i];
    if (cte.correlated && readers[i].empty()) {
      ForgetQuery(cte);
      cte.recursive = nullptr;
    }
    if (!cte.query || cte.recursive || readers[i].size() != 1) continue;
    if (readers[i].front()->cte_level > 0) continue;
    if (IsVolatile(statement, *cte.query)) continue;
    // What a WITH query locks does not depend on who reads it how far.
    if (!cte.query->locks.empty()) continue;
    readers[i].front()->kind = SourceKind::kSubquery;
    readers[i].front()->subquery = std::move(cte.query);
  }
}

}  // namespace ordinal::sql
