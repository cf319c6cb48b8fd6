#include "sql/plan/subquery_facts.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sql/bind/query_walk.h"
#include "sql/expr/function.h"
#include "sql/plan/access_path.h"
#include "sql/plan/bound_tree.h"
#include "sql/plan/conditions.h"

namespace ordinal::sql {
namespace {

// Which levels the columns of an expression belong to.
struct Reads {
  bool own = false;
  bool outer = false;
};

Reads ReadsOf(const Expression& expression) {
  Reads reads;
  Walk(expression, [&](const Expression& node) {
    if (node.kind != ExprKind::kColumn) return;
    (node.level == 0 ? reads.own : reads.outer) = true;
  });
  return reads;
}

// Which side of an equality between the two queries belongs to the enclosing one; nullopt when it is no such
// equality.
std::optional<std::size_t> OuterSide(const Expression& condition) {
  if (!IsHashable(condition)) return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i) {
    const Reads mine = ReadsOf(*condition.args[i]);
    const Reads other = ReadsOf(*condition.args[1 - i]);
    if (mine.outer && !mine.own && other.own && !other.outer) return i;
  }
  return std::nullopt;
}

class Study {
 public:
  explicit Study(BoundStatement& statement) : statement_(statement) {}

  std::vector<SubqueryFacts> Run() {
    facts_.resize(statement_.subqueries.size());
    cte_reach_.resize(statement_.ctes.size());
    if (facts_.empty()) return std::move(facts_);
    // Inner ones come first.
    for (auto& subquery : statement_.subqueries) {
      const std::size_t i = reach_.size();
      reach_.push_back(DeepestOf(*subquery));
      facts_[i].correlated = reach_[i] > 0;
    }
    EachExpression(statement_, [this](const ExprPtr& expression) {
      if (!expression) return;
      Walk(*expression, [this](const Expression& node) {
        if (node.kind == ExprKind::kSubquery) Consider(node);
      });
    });
    return std::move(facts_);
  }

 private:
  // How many levels out the deepest reference reaches.
  int DeepestOf(BoundQuery& query) const {
    int deepest = 0;
    EachExpressionAt(query, 0, [&](const ExprPtr& expression, int depth) {
      if (!expression) return;
      Walk(*expression, [&](const Expression& node) {
        if (node.kind == ExprKind::kColumn) deepest = std::max(deepest, node.level - depth);
        if (node.kind == ExprKind::kSubquery) {
          deepest = std::max(deepest, reach_[static_cast<std::size_t>(node.index)] - 1 - depth);
        }
      });
    });
    EachSourceAt(query, 0, [&](BoundSource& source, int depth) {
      if (source.kind != SourceKind::kCte || source.is_work_table) return;
      const BoundCte& cte = statement_.ctes[static_cast<std::size_t>(source.cte)];
      if (cte.correlated) deepest = std::max(deepest, ReachOf(source.cte) + source.cte_level - depth);
    });
    return deepest;
  }

  // As DeepestOf, of a query of WITH. What it holds is studied before what reads it.
  int ReachOf(int number) const {
    const BoundCte& cte = statement_.ctes[static_cast<std::size_t>(number)];
    std::optional<int>& known = cte_reach_[static_cast<std::size_t>(number)];
    if (!known) {
      known = std::max(cte.query ? DeepestOf(*cte.query) : 0, cte.recursive ? DeepestOf(*cte.recursive) : 0);
    }
    return *known;
  }

  void Consider(const Expression& use) {
    const auto index = static_cast<std::size_t>(use.index);
    BoundQuery& query = *statement_.subqueries[index];
    const bool is_in = use.subquery == SubqueryKind::kIn || use.subquery == SubqueryKind::kNotIn;
    if ((!is_in && use.subquery != SubqueryKind::kExists) || !query.locks.empty() ||
        IsVolatile(statement_, query)) {
      return;
    }
    if (!facts_[index].correlated) {
      facts_[index].looks_up = use.subquery == SubqueryKind::kIn && use.args.size() == 1;
    } else if (facts_[index].keys.empty() && IsPlain(query)) {
      TakeKeys(query, facts_[index]);
    }
  }

  static bool IsPlain(const BoundQuery& query) {
    return query.set_operation == SetOperation::kNone && !query.is_values && query.from &&
           !query.aggregated && query.series.empty() && query.window_calls.empty() && !query.limit &&
           !query.offset && query.distinct_on.empty();
  }

  // Whether an index of a table in FROM finds the rows by the equalities.
  static bool HasIndex(const BoundSource& source, const std::vector<ExprPtr>& equalities) {
    if (source.kind == SourceKind::kJoin) {
      return HasIndex(*source.left, equalities) || HasIndex(*source.right, equalities);
    }
    return source.kind == SourceKind::kTable &&
           ChooseAccess(*source.table, source.offset, equalities, {}).kind != AccessKind::kFull;
  }

  void TakeKeys(BoundQuery& query, SubqueryFacts& facts) {
    std::vector<ExprPtr> conditions;
    std::vector<ExprPtr> equalities;
    SplitConjuncts(std::move(query.where), conditions);
    for (ExprPtr& condition : conditions) {
      if (OuterSide(*condition)) equalities.push_back(std::move(condition));
    }
    std::erase(conditions, nullptr);
    query.where = JoinConjuncts(std::move(conditions));
    const bool fits = !equalities.empty() && DeepestOf(query) == 0 && !HasIndex(*query.from, equalities);
    if (!fits) {
      std::vector<ExprPtr> all;
      SplitConjuncts(std::move(query.where), all);
      for (ExprPtr& equality : equalities) all.push_back(std::move(equality));
      query.where = JoinConjuncts(std::move(all));
      return;
    }
    query.distinct = false;
    query.order.clear();
    for (ExprPtr& equality : equalities) {
      const std::size_t outer = *OuterSide(*equality);
      facts.keys.push_back(std::move(equality->args[outer]));
      WalkMutable(*facts.keys.back(), [](Expression& node) {
        if (node.kind == ExprKind::kColumn) --node.level;
      });
      ExprPtr& own = equality->args[1 - outer];
      query.outputs.push_back({"", own->type, 0, 0});
      query.volatile_targets.push_back(false);
      query.targets.push_back(std::move(own));
    }
  }

  BoundStatement& statement_;
  std::vector<int> reach_;
  mutable std::vector<std::optional<int>> cte_reach_;  // as far as anybody asked
  std::vector<SubqueryFacts> facts_;
};

}  // namespace

std::vector<SubqueryFacts> StudySubqueries(BoundStatement& statement) { return Study(statement).Run(); }

}  // namespace ordinal::sql
