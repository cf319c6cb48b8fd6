// Binds WITH RECURSIVE: a term that begins, and one that reads what the last step has given.
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

Error Misplaced(const std::string& name, const std::string& where, int position) {
  Error error(sqlstate::kInvalidRecursion,
              "recursive reference to query \"" + name + "\" must not appear " + where);
  error.Position(position);
  return error;
}

void RefuseClause(bool present, const char* clause) {
  if (!present) return;
  throw Error(sqlstate::kFeatureNotSupported,
              std::string(clause) + " in a recursive query is not implemented");
}

}  // namespace

// What binding a query changes in the binder; put back when it turns out that the query reads itself.
struct Binder::Mark {
  explicit Mark(const Binder& binder)
      : ctes(binder.statement_.ctes.size()),
        subqueries(binder.statement_.subqueries.size()),
        parameters(binder.statement_.parameters),
        parameter_nodes(binder.parameter_nodes_.size()),
        pending(binder.pending_),
        visible_ctes(binder.visible_ctes_),
        correlated_ctes(binder.correlated_ctes_),
        unseen(binder.unseen_),
        clause(binder.clause_),
        aggregating(binder.aggregating_),
        expanding(binder.expanding_),
        windowing(binder.windowing_),
        window_clause(binder.window_clause_),
        keep_unknown_outputs(binder.keep_unknown_outputs_),
        nullable(binder.nullable_) {}

  void PutBack(Binder& binder) const {
    binder.statement_.ctes.resize(ctes);
    binder.statement_.subqueries.resize(subqueries);
    binder.statement_.parameters = parameters;
    binder.parameter_nodes_.resize(parameter_nodes);
    binder.pending_ = pending;
    binder.visible_ctes_ = visible_ctes;
    binder.correlated_ctes_ = correlated_ctes;
    binder.unseen_ = unseen;
    binder.clause_ = clause;
    binder.aggregating_ = aggregating;
    binder.expanding_ = expanding;
    binder.windowing_ = windowing;
    binder.window_clause_ = window_clause;
    binder.keep_unknown_outputs_ = keep_unknown_outputs;
    binder.nullable_ = nullable;
  }

  std::size_t ctes;
  std::size_t subqueries;
  std::vector<Type> parameters;
  std::size_t parameter_nodes;
  std::vector<PendingCte> pending;
  std::vector<int> visible_ctes;
  std::map<int, const Scope*> correlated_ctes;
  std::vector<const Scope*> unseen;
  Clause clause;
  BoundQuery* aggregating;
  BoundQuery* expanding;
  BoundQuery* windowing;
  const ::List* window_clause;
  bool keep_unknown_outputs;
  int nullable;
};

Binder::SelfReference::SelfReference(const std::string& name, int position)
    : Error(Misplaced(name, "within a subquery", position)) {}

Binder::LaterReference::LaterReference(std::string query, int position)
    : Error(sqlstate::kFeatureNotSupported, "mutual recursion between WITH items is not implemented"),
      name(std::move(query)) {
  Position(position);
}

// Queries that are bound twice may lie in each other, which doubles the work with each level.
void Binder::CountRetry() {
  constexpr int kRetriesMax = 10000;
  if (++retries_ <= kRetriesMax) return;
  throw Error(sqlstate::kStatementTooComplex, "queries of WITH nest too deeply");
}

// Binds `select`; null when it reads the query that is being defined.
std::unique_ptr<BoundQuery> Binder::TryBindQuery(const SelectStmt& select, Scope* outer) {
  const Mark mark(*this);
  try {
    return BindQuery(select, outer);
  } catch (const SelfReference&) {
    CountRetry();
    mark.PutBack(*this);
    return nullptr;
  }
}

// Throws where a reference to the query being defined, or to one that follows it, cannot be bound yet.
void Binder::CheckPendingCte(const RangeVar& var) {
  if (Text(var.schemaname) != "") return;
  for (auto it = pending_.rbegin(); it != pending_.rend(); ++it) {
    for (std::size_t i = it->visible; i < visible_ctes_.size(); ++i) {
      if (statement_.ctes[static_cast<std::size_t>(visible_ctes_[i])].name == var.relname) return;
    }
    if (it->name == var.relname && !it->found) throw SelfReference(it->name, Position(var.location));
    for (const std::string& later : it->later) {
      if (later == var.relname) throw LaterReference(later, Position(var.location));
    }
  }
}

std::string Binder::Forbid(std::string where) {
  if (pending_.empty() || !pending_.back().found) return {};
  std::string before = pending_.back().forbidden;
  if (before.empty()) pending_.back().forbidden = std::move(where);
  return before;
}

void Binder::Allow(std::string before) {
  if (!pending_.empty()) pending_.back().forbidden = std::move(before);
}

// Judges a reference from within the recursive term.
void Binder::CheckSelfReference(int cte, int position) {
  for (PendingCte& pending : pending_) {
    if (!pending.found || pending.cte != cte) continue;
    if (!pending.forbidden.empty()) throw Misplaced(pending.name, pending.forbidden, position);
    if (pending.references++ > 0) throw Misplaced(pending.name, "more than once", position);
  }
}

Binder::DetachedReference::DetachedReference(const std::string& name, int position)
    : Error(sqlstate::kUndefinedTable, "WITH query \"" + name + "\" refers to an outer query") {
  Position(position);
}

void Binder::BindPlainCte(const CommonTableExpr& node, Scope* outer, BoundCte& cte) {
  CheckNothingAdded(node, Position(node.location));
  cte.query = BindQuery(As<SelectStmt>(*node.ctequery), outer);
  cte.outputs = cte.query->outputs;
}

// What needs columns from outside of the WITH runs anew for each row of the query there, and so does what
// reads it. Everything else is bound as if nothing were there, and runs once.
void Binder::BindCteQuery(const CommonTableExpr& node, bool may_recurse, Scope* outer, BoundCte& cte) {
  const Mark mark(*this);
  const auto bind = [&](Scope* around) {
    may_recurse ? BindRecursiveCte(node, around, cte) : BindPlainCte(node, around, cte);
  };
  try {
    bind(nullptr);
  } catch (const Error& error) {
    const bool is_missing =
        error.sqlstate() == sqlstate::kUndefinedColumn || error.sqlstate() == sqlstate::kUndefinedTable;
    if (outer == nullptr || !is_missing) throw;
    CountRetry();
    mark.PutBack(*this);
    cte = BoundCte();
    cte.name = node.ctename;
    bind(outer);
    cte.correlated = true;
    if (!cte.query->locks.empty()) {
      base::ThrowUnsupported("locking in queries of WITH that refer to an outer query");
    }
  }
}

// Binds the query, and makes it visible; gives the name of one that it reads and that is not bound yet.
std::optional<std::string> Binder::TryBindCte(const CommonTableExpr& node, const WithClause& with,
                                              Scope* outer, std::vector<std::string> others) {
  const Mark mark(*this);
  try {
    BindCte(node, with, outer, std::move(others));
    return std::nullopt;
  } catch (const LaterReference& reference) {
    CountRetry();
    mark.PutBack(*this);
    return reference.name;
  } catch (const SelfReference&) {
    if (nodeTag(node.ctequery) == T_SelectStmt) throw;
    throw Error(sqlstate::kInvalidRecursion, "recursive query \"" + std::string(node.ctename) +
                                                 "\" must not contain data-modifying statements")
        .Position(Position(node.location));
  }
}

void Binder::BindRecursiveCte(const CommonTableExpr& node, Scope* outer, BoundCte& cte) {
  cte.query = TryBindQuery(As<SelectStmt>(*node.ctequery), outer);
  if (cte.query) {
    CheckNothingAdded(node, Position(node.location));
  } else {
    BindRecursiveTerms(node, outer, cte);
  }
  if (cte.outputs.empty()) cte.outputs = cte.query->outputs;
}

void Binder::BindRecursiveTerms(const CommonTableExpr& node, Scope* outer, BoundCte& cte) {
  const auto& select = As<SelectStmt>(*node.ctequery);
  if (select.op != SETOP_UNION) {
    throw Error(sqlstate::kInvalidRecursion,
                "recursive query \"" + cte.name +
                    "\" does not have the form non-recursive-term UNION [ALL] recursive-term");
  }
  RefuseClause(LengthOf(select.sortClause) > 0, "ORDER BY");
  RefuseClause(select.limitOffset != nullptr, "OFFSET");
  RefuseClause(select.limitCount != nullptr, "LIMIT");
  RefuseClause(LengthOf(select.lockingClause) > 0, "FOR UPDATE/SHARE");
  const std::size_t inner = BindWith(select.withClause, outer);
  cte.query = TryBindQuery(*select.larg, outer);
  if (!cte.query) throw Misplaced(cte.name, "within its non-recursive term", 0);
  cte.outputs = cte.query->outputs;
  const std::vector<std::string> names = Names(node.aliascolnames);
  for (std::size_t i = 0; i < names.size() && i < cte.outputs.size(); ++i) cte.outputs[i].name = names[i];
  const RecursiveColumns added = BindRecursiveColumns(node, cte.outputs);
  const bool adds = !added.outputs().empty();
  cte.union_all = select.all;
  // The recursive term finds the query under its number, which it gets now.
  const int number = static_cast<int>(statement_.ctes.size());
  BoundCte& placed = statement_.ctes.emplace_back();
  placed.name = cte.name;
  placed.outputs = cte.outputs;
  placed.is_recursive = true;
  for (OutputColumn& column : added.outputs()) {
    column.name.clear();  // the recursive term does not see it
    placed.outputs.push_back(std::move(column));
  }
  visible_ctes_.push_back(number);
  pending_.back().found = true;
  pending_.back().cte = number;
  const bool keep = std::exchange(keep_unknown_outputs_, true);
  std::unique_ptr<BoundQuery> term = BindQuery(*select.rarg, outer);
  keep_unknown_outputs_ = keep;
  visible_ctes_.pop_back();
  HideCtes(inner, *cte.query);
  MatchRecursiveTypes(cte, *term);
  if (adds) {
    cte.query = added.AddToFirst(std::move(cte.query));
    term = added.AddToStep(std::move(term), number, cte.name);
    for (OutputColumn& column : added.outputs()) cte.outputs.push_back(std::move(column));
  }
  cte.recursive = std::move(term);
  cte.number = number;
}

void Binder::MatchRecursiveTypes(BoundCte& cte, BoundQuery& term) {
  if (term.outputs.size() != cte.outputs.size()) {
    throw Error(sqlstate::kSyntaxError, "each UNION query must have the same number of columns");
  }
  for (std::size_t i = 0; i < cte.outputs.size(); ++i) {
    std::vector<ExprPtr> pair;
    pair.push_back(Clone(*cte.query->targets[i]));
    pair.push_back(Clone(*term.targets[i]));
    const Type type = CommonType(pair, "UNION");
    const Type begun = cte.outputs[i].type;
    if (type.id != begun.id || type.modifier != begun.modifier) {
      throw Error(sqlstate::kDatatypeMismatch,
                  "recursive query \"" + cte.name + "\" column " + std::to_string(i + 1) + " has type " +
                      types::FormatType(begun) + " in non-recursive term but type " +
                      types::FormatType(type) + " overall")
          .Hint("Cast the output of the non-recursive term to the correct type.")
          .Position(cte.query->targets[i]->position);
    }
    CoerceOutput(term, i, begun, 0);
  }
}

}  // namespace ordinal::sql
