#include "sql/bind/cursor.h"

#include <climits>
#include <string>

#include "base/error.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

void CheckOptions(const Node& query, int options) {
  const auto check = [options](int first, int second, const char* message) {
    if ((options & first) != 0 && (options & second) != 0)
      throw Error(sqlstate::kInvalidCursorDefinition, message);
  };
  check(CURSOR_OPT_SCROLL, CURSOR_OPT_NO_SCROLL, "cannot specify both SCROLL and NO SCROLL");
  check(CURSOR_OPT_ASENSITIVE, CURSOR_OPT_INSENSITIVE, "cannot specify both ASENSITIVE and INSENSITIVE");
  if (nodeTag(&query) != T_SelectStmt) return;
  const auto& select = As<SelectStmt>(query);
  if (select.lockingClause == nullptr) return;
  const char* mixed = (options & CURSOR_OPT_HOLD) != 0          ? "DECLARE CURSOR WITH HOLD ... FOR UPDATE"
                      : (options & CURSOR_OPT_SCROLL) != 0      ? "DECLARE SCROLL CURSOR ... FOR UPDATE"
                      : (options & CURSOR_OPT_INSENSITIVE) != 0 ? "DECLARE INSENSITIVE CURSOR ... FOR UPDATE"
                                                                : nullptr;
  if (mixed == nullptr) return;
  const bool insensitive = (options & (CURSOR_OPT_HOLD | CURSOR_OPT_SCROLL)) == 0;
  throw Error(insensitive ? sqlstate::kInvalidCursorDefinition : sqlstate::kFeatureNotSupported,
              std::string(mixed) + (insensitive ? " is not valid" : " is not supported"))
      .Detail((options & CURSOR_OPT_HOLD) != 0     ? "Holdable cursors must be READ ONLY."
              : (options & CURSOR_OPT_SCROLL) != 0 ? "Scrollable cursors must be READ ONLY."
                                                   : "Insensitive cursors must be READ ONLY.");
}

void CheckQuery(const Node& query) {
  if (nodeTag(&query) != T_SelectStmt) return;
  const auto& select = As<SelectStmt>(query);
  if (select.withClause == nullptr) return;
  for (int i = 0; i < LengthOf(select.withClause->ctes); ++i) {
    const auto& cte = As<CommonTableExpr>(*NodeAt(select.withClause->ctes, i));
    if (nodeTag(cte.ctequery) == T_SelectStmt) continue;
    throw Error(sqlstate::kFeatureNotSupported,
                "DECLARE CURSOR must not contain data-modifying statements in WITH");
  }
}

}  // namespace

DeclareParts ReadDeclare(const Node& node) {
  const auto& declare = As<DeclareCursorStmt>(node);
  CheckOptions(*declare.query, declare.options);
  CheckQuery(*declare.query);
  return {.name = declare.portalname,
          .scroll = (declare.options & CURSOR_OPT_SCROLL) != 0,
          .binary = (declare.options & CURSOR_OPT_BINARY) != 0,
          .hold = (declare.options & CURSOR_OPT_HOLD) != 0,
          .query = declare.query};
}

FetchParts ReadFetch(const Node& node) {
  const auto& fetch = As<FetchStmt>(node);
  FetchParts parts{.name = fetch.portalname,
                   .direction = FetchDirection::kForward,
                   .count = fetch.howMany == FETCH_ALL ? FetchParts::kAll : fetch.howMany,
                   .move = fetch.ismove};
  switch (fetch.direction) {
    case FETCH_FORWARD:
      break;
    case FETCH_BACKWARD:
      parts.direction = FetchDirection::kBackward;
      break;
    case FETCH_ABSOLUTE:
      parts.direction = FetchDirection::kAbsolute;
      break;
    case FETCH_RELATIVE:
      parts.direction = FetchDirection::kRelative;
      break;
  }
  return parts;
}

}  // namespace ordinal::sql
