// Binds the queries of WITH.
#include <cstddef>
#include <optional>
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

}  // namespace

// SEARCH and CYCLE are for queries that read themselves.
void Binder::CheckNothingAdded(const CommonTableExpr& node, int position) {
  if (node.search_clause == nullptr && node.cycle_clause == nullptr) return;
  throw Error(sqlstate::kSyntaxError, "WITH query is not recursive").Position(position);
}

std::size_t Binder::BindWith(const WithClause* with, Scope* outer) {
  if (with == nullptr) return 0;
  const auto count = static_cast<std::size_t>(with->ctes->length);
  std::vector<CteProgress> progress(count, CteProgress::kWaits);
  for (std::size_t i = 0; i < count; ++i) BindCteInOrder(*with, outer, i, progress);
  return count;
}

// What a query of WITH RECURSIVE reads is bound before it, wherever it stands.
void Binder::BindCteInOrder(const WithClause& with, Scope* outer, std::size_t number,
                            std::vector<CteProgress>& progress) {
  const auto node_at = [&](std::size_t i) -> const CommonTableExpr& {
    return As<CommonTableExpr>(*NodeAt(with.ctes, static_cast<int>(i)));
  };
  if (progress[number] == CteProgress::kDone) return;
  if (progress[number] == CteProgress::kBegun) {
    throw Error(sqlstate::kFeatureNotSupported, "mutual recursion between WITH items is not implemented")
        .Position(Position(node_at(number).location));
  }
  progress[number] = CteProgress::kBegun;
  while (progress[number] != CteProgress::kDone) {
    std::vector<std::string> others;
    for (std::size_t i = 0; with.recursive && i < progress.size(); ++i) {
      if (i != number && progress[i] != CteProgress::kDone) others.emplace_back(node_at(i).ctename);
    }
    const std::optional<std::string> missing = TryBindCte(node_at(number), with, outer, std::move(others));
    if (!missing) progress[number] = CteProgress::kDone;
    for (std::size_t i = 0; missing && i < progress.size(); ++i) {
      if (node_at(i).ctename == *missing) BindCteInOrder(with, outer, i, progress);
    }
  }
}

void Binder::BindCte(const CommonTableExpr& node, const WithClause& with, Scope* outer,
                     std::vector<std::string> others) {
  BoundCte cte;
  cte.name = node.ctename;
  const int position = Position(node.location);
  if (with.recursive) {
    pending_.push_back({.name = cte.name, .visible = visible_ctes_.size(), .later = std::move(others)});
  }
  switch (nodeTag(node.ctequery)) {
    case T_SelectStmt:
      BindCteQuery(node, with.recursive, outer, cte);
      break;
    case T_InsertStmt:
      cte.modify = BindInsert(As<InsertStmt>(*node.ctequery));
      break;
    case T_UpdateStmt:
      cte.modify = BindUpdate(As<UpdateStmt>(*node.ctequery));
      break;
    case T_DeleteStmt:
      cte.modify = BindDelete(As<DeleteStmt>(*node.ctequery));
      break;
    default:
      base::ThrowUnsupported("this statement in WITH", position);
  }
  if (with.recursive) pending_.pop_back();
  if (cte.modify) cte.outputs = cte.modify->outputs;
  const std::vector<std::string> names = Names(node.aliascolnames);
  if (names.size() > cte.outputs.size()) {
    throw Error(sqlstate::kInvalidColumnReference,
                "WITH query \"" + cte.name + "\" has " + std::to_string(cte.outputs.size()) +
                    " columns available but " + std::to_string(names.size()) + " columns specified")
        .Position(position);
  }
  for (std::size_t j = 0; j < names.size(); ++j) cte.outputs[j].name = names[j];
  if (cte.number >= 0) {
    visible_ctes_.push_back(cte.number);
    if (cte.correlated) correlated_ctes_[cte.number] = outer;
    statement_.ctes[static_cast<std::size_t>(cte.number)] = std::move(cte);
    return;
  }
  visible_ctes_.push_back(static_cast<int>(statement_.ctes.size()));
  if (cte.correlated) correlated_ctes_[visible_ctes_.back()] = outer;
  statement_.ctes.push_back(std::move(cte));
}

void Binder::HideCtes(std::size_t count, BoundQuery& query) {
  for (std::size_t i = visible_ctes_.size() - count; i < visible_ctes_.size(); ++i) {
    if (correlated_ctes_.contains(visible_ctes_[i])) query.scoped_ctes.push_back(visible_ctes_[i]);
  }
  HideCtes(count);
}

}  // namespace ordinal::sql
