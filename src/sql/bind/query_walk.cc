#include "sql/bind/query_walk.h"

namespace ordinal::sql {
namespace {

// Both walks. What is not asked for is null.
class QueryWalk {
 public:
  QueryWalk(const DepthVisitor* visit, const SourceVisitor* visit_source, std::vector<BoundCte>* ctes)
      : visit_(visit), visit_source_(visit_source), ctes_(ctes) {}

  void In(BoundSource& source, int depth) {
    if (visit_source_ != nullptr) (*visit_source_)(source, depth);
    for (ExprPtr& call : source.functions) Each(call->args, depth);
    One(source.condition, depth);
    if (source.subquery) In(*source.subquery, source.lateral ? depth + 1 : depth);
    if (source.left) In(*source.left, depth);
    if (source.right) In(*source.right, depth);
  }

  void In(BoundQuery& query, int depth) {
    InScopedCtes(query, depth);
    Each(query.targets, depth);
    One(query.where, depth);
    One(query.having, depth);
    One(query.offset, depth);
    One(query.limit, depth);
    if (query.from) In(*query.from, depth);
    for (auto& row : query.values) Each(row, depth);
    for (ExprPtr& call : query.series) Each(call->args, depth);
    Each(query.group_keys, depth);
    for (BoundAggregate& aggregate : query.aggregates) {
      Each(aggregate.args, depth);
      One(aggregate.filter, depth);
    }
    InWindows(query, depth);
    for (SortKey& key : query.order) One(key.expression, depth);
    for (SortKey& key : query.distinct_on) One(key.expression, depth);
    if (query.left) In(*query.left, depth);
    if (query.right) In(*query.right, depth);
  }

 private:
  void One(ExprPtr& expression, int depth) {
    if (visit_ != nullptr) (*visit_)(expression, depth);
  }
  void Each(std::vector<ExprPtr>& expressions, int depth) {
    for (ExprPtr& expression : expressions) One(expression, depth);
  }

  void InWindows(BoundQuery& query, int depth) {
    for (BoundWindow& window : query.windows) {
      Each(window.partition, depth);
      for (SortKey& key : window.order) One(key.expression, depth);
      One(window.frame.start_offset, depth);
      One(window.frame.end_offset, depth);
    }
    for (BoundWindowCall& call : query.window_calls) {
      Each(call.args, depth);
      One(call.filter, depth);
    }
  }

  void InScopedCtes(BoundQuery& query, int depth) {
    if (ctes_ == nullptr) return;
    for (const int number : query.scoped_ctes) {
      BoundCte& cte = (*ctes_)[static_cast<std::size_t>(number)];
      if (cte.query) In(*cte.query, depth);
      if (cte.recursive) In(*cte.recursive, depth);
    }
  }

  const DepthVisitor* const visit_;
  const SourceVisitor* const visit_source_;
  std::vector<BoundCte>* const ctes_;
};

}  // namespace

void EachExpressionAt(BoundSource& source, int depth, const DepthVisitor& visit) {
  QueryWalk(&visit, nullptr, nullptr).In(source, depth);
}

void EachExpressionAt(BoundQuery& query, int depth, const DepthVisitor& visit) {
  QueryWalk(&visit, nullptr, nullptr).In(query, depth);
}

void EachExpressionAt(BoundQuery& query, int depth, const DepthVisitor& visit, std::vector<BoundCte>* ctes) {
  QueryWalk(&visit, nullptr, ctes).In(query, depth);
}

void EachSourceAt(BoundQuery& query, int depth, const SourceVisitor& visit) {
  QueryWalk(nullptr, &visit, nullptr).In(query, depth);
}

void EachSourceAt(BoundQuery& query, int depth, const SourceVisitor& visit, std::vector<BoundCte>* ctes) {
  QueryWalk(nullptr, &visit, ctes).In(query, depth);
}

}  // namespace ordinal::sql
