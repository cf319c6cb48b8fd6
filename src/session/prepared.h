// Holds a statement that was parsed, bound and planned, so that running it again costs neither.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/catalog.h"
#include "session/endpoint.h"
#include "sql/bind/cursor.h"
#include "sql/bind/utility.h"
#include "sql/plan/plan.h"

namespace ordinal::session {

enum class PreparedKind : std::uint8_t {
  kEmpty,
  kUtility,
  kDdl,
  kCopy,
  kPrepare,
  kExecute,
  kDeclare,
  kFetch,
  kPlan
};

// Shared by the portals that run it.
struct Prepared {
  PreparedKind kind = PreparedKind::kEmpty;
  std::string text;
  std::vector<types::Type> declared;  // parameter types as the client declared them
  std::vector<types::Type> parameters;
  std::vector<ColumnDescription> columns;
  std::unique_ptr<sql::PlannedStatement> plan;  // kPlan, kDeclare
  sql::UtilityStatement utility;                // kUtility; without its node
  sql::DeclareParts declare;                    // kDeclare; without its node
  sql::FetchParts fetch;                        // kFetch
  bool fetches_rows = false;                    // kFetch from a cursor that was open, but not MOVE
  // The catalog and parameters that the plan was made with; with others it is made anew.
  catalog::CatalogPtr catalog;
  std::uint64_t plan_epoch = 0;
  std::int64_t made_micros = 0;  // since 2000-01-01 UTC
  bool by_sql = false;           // PREPARE
  // What running the plan ends with, where privileges are missing; null otherwise.
  std::unique_ptr<base::Error> denial;
  // Whether a failed transaction accepts the statement (COMMIT, ROLLBACK, ROLLBACK TO).
  bool runs_when_failed = false;

  // A SELECT gives rows even if they have no columns.
  bool GivesRows() const {
    return !columns.empty() || fetches_rows || (kind == PreparedKind::kPlan && plan->query);
  }
};

using PreparedPtr = std::shared_ptr<Prepared>;

}  // namespace ordinal::session
