// Binds FOR UPDATE, FOR KEY SHARE and the like.
#include <algorithm>
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

const char* NameOf(LockClauseStrength strength) {
  switch (strength) {
    case LCS_FORKEYSHARE:
      return "FOR KEY SHARE";
    case LCS_FORSHARE:
      return "FOR SHARE";
    case LCS_FORNOKEYUPDATE:
      return "FOR NO KEY UPDATE";
    default:
      return "FOR UPDATE";
  }
}

// What is being locked, and as what errors call it.
struct Locking {
  RowLockKind kind = RowLockKind::kUpdate;
  const char* name = nullptr;
};

[[noreturn]] void Refuse(const Locking& lock, const std::string& what) {
  throw Error(sqlstate::kFeatureNotSupported, std::string(lock.name) + what);
}

// Why a row of the result does not come of one row of each table; null where it does.
const char* ObstacleToTracing(const BoundQuery& query) {
  if (query.set_operation != SetOperation::kNone) return "UNION/INTERSECT/EXCEPT";
  if (query.distinct || !query.distinct_on.empty()) return "DISTINCT clause";
  if (!query.group_keys.empty() || !query.grouping_sets.empty()) return "GROUP BY clause";
  if (query.having) return "HAVING clause";
  if (query.aggregated) return "aggregate functions";
  if (!query.window_calls.empty()) return "window functions";
  if (!query.series.empty()) return "set-returning functions in the target list";
  return nullptr;
}

void CheckRowsAreTraceable(const BoundQuery& query, const Locking& lock) {
  if (const char* obstacle = ObstacleToTracing(query)) {
    Refuse(lock, std::string(" is not allowed with ") + obstacle);
  }
}

void LockQuery(BoundQuery& query, const Locking& lock);

void LockTable(const BoundSource& source, const Locking& lock, BoundQuery& query) {
  const int slot = source.offset + static_cast<int>(source.table->columns.size());
  for (RowLock& other : query.locks) {
    if (other.slot != slot) continue;
    other.kind = std::max(other.kind, lock.kind);
    return;
  }
  query.locks.push_back({lock.kind, source.table, slot});
}

// Locks the rows of one item of FROM. Such items as functions have none.
void LockItem(BoundSource& source, const Locking& lock, bool nullable, BoundQuery& query) {
  if (source.kind == SourceKind::kSequence) {
    throw Error(sqlstate::kWrongObjectType, "cannot lock rows in sequence \"" + source.sequence->name + "\"");
  }
  if (source.kind != SourceKind::kTable && source.kind != SourceKind::kSubquery) return;
  if (nullable) Refuse(lock, " cannot be applied to the nullable side of an outer join");
  if (source.kind == SourceKind::kTable) {
    LockTable(source, lock, query);
  } else {
    LockQuery(*source.subquery, lock);
  }
}

// Visits the items of FROM that are no joins, with whether an outer join may make NULLs of them.
template <typename Visitor>
void EachItem(BoundSource& source, bool nullable, const Visitor& visit) {
  if (source.kind != SourceKind::kJoin) return visit(source, nullable);
  const bool full = source.join == JoinKind::kFull;
  EachItem(*source.left, nullable || full || source.join == JoinKind::kRight, visit);
  EachItem(*source.right, nullable || full || source.join == JoinKind::kLeft, visit);
}

void LockQuery(BoundQuery& query, const Locking& lock) {
  CheckRowsAreTraceable(query, lock);
  if (!query.from) return;
  EachItem(*query.from, false,
           [&](BoundSource& source, bool nullable) { LockItem(source, lock, nullable, query); });
}

// The name that the text gives to a relation of FROM, which in a view may be a former one; empty for what is
// none.
std::string NameInText(const BoundSource& source, const Scope& scope) {
  for (const ScopeItem& item : scope.items()) {
    if (item.relation.empty() || item.columns.empty()) continue;
    const int slot = item.columns.front().slot;
    if (slot >= source.offset && slot < source.offset + source.width) return item.name;
  }
  return {};
}

// A relation and for whom it is read, as RelationAccess has it.
using Reading = std::pair<base::Oid, base::Oid>;

// Adds the tables whose rows the query locks, and the views through which it does; false when there are none.
bool AddLocked(BoundQuery& query, base::Oid as_role, const catalog::Catalog& catalog,
               std::vector<Reading>& locked) {
  const std::size_t before = locked.size();
  for (const RowLock& lock : query.locks) locked.emplace_back(lock.table->oid, as_role);
  const auto add = [&](BoundSource& source, bool) {
    if (source.kind != SourceKind::kSubquery) return;
    const auto view = catalog.RelationByOid(source.view).view;
    const bool locks = AddLocked(*source.subquery, view ? ReaderOf(*view) : as_role, catalog, locked);
    if (view && locks) locked.emplace_back(view->oid, as_role);
  };
  if (query.from) EachItem(*query.from, false, add);
  return locked.size() > before;
}

Locking LockingOf(const LockingClause& clause) {
  const bool weak = clause.strength == LCS_FORKEYSHARE;
  return {weak ? RowLockKind::kKeyShare : RowLockKind::kUpdate, NameOf(clause.strength)};
}

}  // namespace

void Binder::TraceRows(BoundQuery& query) {
  if (!query.from || ObstacleToTracing(query) != nullptr) return;
  BoundSource& source = *query.from;
  if (source.kind == SourceKind::kTable) LockTable(source, {RowLockKind::kNone, nullptr}, query);
  if (source.kind == SourceKind::kSubquery) TraceRows(*source.subquery);
}

// What is said of no relation locks nothing, and is not refused.
void Binder::CheckLocking(const SelectStmt& select) const {
  for (int i = 0; i < LengthOf(select.lockingClause); ++i) {
    const auto& clause = As<LockingClause>(*NodeAt(select.lockingClause, i));
    const Locking lock = LockingOf(clause);
    if (select.op != SETOP_NONE) Refuse(lock, " is not allowed with UNION/INTERSECT/EXCEPT");
    if (select.valuesLists != nullptr) Refuse(lock, " cannot be applied to VALUES");
    if (LengthOf(select.fromClause) == 0) continue;
    if (clause.strength == LCS_FORSHARE || clause.strength == LCS_FORNOKEYUPDATE) {
      environment_.profile.CheckAllowed(dialect::Feature::kWeakRowLock);
    }
  }
}

void Binder::BindLocks(const SelectStmt& select, const Scope& scope, BoundQuery& query) {
  for (int i = 0; i < LengthOf(select.lockingClause); ++i) {
    const auto& clause = As<LockingClause>(*NodeAt(select.lockingClause, i));
    const Locking lock = LockingOf(clause);
    if (clause.lockedRels == nullptr) LockQuery(query, lock);
    if (clause.lockedRels != nullptr) CheckRowsAreTraceable(query, lock);
    for (int j = 0; j < LengthOf(clause.lockedRels); ++j) {
      LockNamed(clause, As<RangeVar>(*NodeAt(clause.lockedRels, j)), scope, query);
    }
    if (query.from && statement_.locking.empty()) statement_.locking = std::string("SELECT ") + lock.name;
  }
  if (LengthOf(select.lockingClause) == 0) return;
  std::vector<Reading> locked;
  AddLocked(query, as_role_, environment_.catalog, locked);
  const base::Oid self = as_role_;
  for (const auto& [relation, as_role] : locked) {
    as_role_ = as_role;
    AccessTo(relation).required |= catalog::kUpdatePrivilege;
  }
  as_role_ = self;
}

std::string Binder::NameOf(const BoundSource& source) const {
  if (!source.alias.empty()) return source.alias;
  if (source.table) return source.table->name;
  if (source.virtual_table != nullptr) return source.virtual_table->name();
  if (source.sequence) return source.sequence->name;
  if (source.kind == SourceKind::kCte) return statement_.ctes[static_cast<std::size_t>(source.cte)].name;
  if (source.view == base::kInvalidOid) return {};
  return environment_.catalog.RelationByOid(source.view).view->name;
}

void Binder::LockNamed(const LockingClause& clause, const RangeVar& var, const Scope& scope,
                       BoundQuery& query) {
  const Locking lock = LockingOf(clause);
  const int position = Position(var.location);
  const std::string name = var.relname;
  if (var.schemaname != nullptr || var.catalogname != nullptr) {
    throw Error(sqlstate::kSyntaxError, std::string(lock.name) + " must specify unqualified relation names")
        .Position(position);
  }
  bool found = false;
  const auto try_item = [&](BoundSource& source, bool nullable) {
    const std::string in_text = NameInText(source, scope);
    if (found || (in_text.empty() ? NameOf(source) : in_text) != name) return;
    found = true;
    if (source.kind == SourceKind::kFunction || source.kind == SourceKind::kCte) {
      const char* const what = source.kind == SourceKind::kCte ? "WITH query" : "function";
      throw Error(sqlstate::kFeatureNotSupported, std::string(lock.name) + " cannot be applied to a " + what)
          .Position(position);
    }
    LockItem(source, lock, nullable, query);
  };
  if (query.from) EachItem(*query.from, false, try_item);
  if (found) return;
  for (const ScopeItem& item : scope.items()) {
    if (item.name != name) continue;
    // What has a name and is no other item is a join, or a function that is called like that.
    throw Error(sqlstate::kFeatureNotSupported, std::string(lock.name) + " cannot be applied to a join")
        .Position(position);
  }
  throw Error(sqlstate::kUndefinedTable,
              "relation \"" + name + "\" in " + std::string(lock.name) + " clause not found in FROM clause")
      .Position(position);
}

}  // namespace ordinal::sql
