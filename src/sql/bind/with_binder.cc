// Binds the queries of WITH.
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
  std::size_t count = 0;
  for (int i = 0; i < with->ctes->length; ++i, ++count) {
    const auto& node = As<CommonTableExpr>(*NodeAt(with->ctes, i));
    BoundCte cte;
    cte.name = node.ctename;
    const int position = Position(node.location);
    switch (nodeTag(node.ctequery)) {
      case T_SelectStmt:
        if (with->recursive) {
          std::vector<std::string> later;
          for (int j = i + 1; j < with->ctes->length; ++j) {
            later.emplace_back(As<CommonTableExpr>(*NodeAt(with->ctes, j)).ctename);
          }
          BindRecursiveCte(node, std::move(later), cte);
          break;
        }
        CheckNothingAdded(node, position);
        BindPlainCte(As<SelectStmt>(*node.ctequery), outer, cte);
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
      statement_.ctes[static_cast<std::size_t>(cte.number)] = std::move(cte);
      continue;
    }
    visible_ctes_.push_back(static_cast<int>(statement_.ctes.size()));
    if (cte.correlated) unread_ctes_[visible_ctes_.back()] = outer;
    statement_.ctes.push_back(std::move(cte));
  }
  return count;
}

}  // namespace ordinal::sql
