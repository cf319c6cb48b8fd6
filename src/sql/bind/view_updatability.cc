#include "sql/bind/view_updatability.h"

#include <string>

#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

// The one relation that the rows come from; zero when there is none, or more.
base::Oid BaseOf(const BoundQuery& query) {
  if (!query.from) return base::kInvalidOid;
  const BoundSource& source = *query.from;
  if (source.kind == SourceKind::kTable) return source.table->oid;
  if (source.kind == SourceKind::kVirtual) return source.virtual_table->oid();
  return source.kind == SourceKind::kSubquery ? source.view : base::kInvalidOid;
}

std::string ObstacleOf(const SelectStmt& select, const BoundQuery& query) {
  const auto containing = [](const std::string& what) {
    return "Views containing " + what + " are not automatically updatable.";
  };
  const auto returning = [](const std::string& what) {
    return "Views that return " + what + " are not automatically updatable.";
  };
  if (query.distinct || !query.distinct_on.empty()) return containing("DISTINCT");
  if (LengthOf(select.groupClause) > 0) return containing("GROUP BY");
  if (select.havingClause != nullptr) return containing("HAVING");
  if (query.set_operation != SetOperation::kNone) return containing("UNION, INTERSECT, or EXCEPT");
  if (select.withClause != nullptr) return containing("WITH");
  if (select.limitCount != nullptr || select.limitOffset != nullptr) return containing("LIMIT or OFFSET");
  if (query.aggregated) return returning("aggregate functions");
  if (!query.window_calls.empty()) return returning("window functions");
  if (!query.series.empty()) return returning("set-returning functions");
  if (BaseOf(query) != base::kInvalidOid) return {};
  return "Views that do not select from a single table or view are not automatically updatable.";
}

}  // namespace

void NoteUpdatability(const SelectStmt& select, const BoundQuery& query, catalog::ViewDescriptor& view) {
  view.obstacle = ObstacleOf(select, query);
  if (!view.obstacle.empty()) return;
  view.base = BaseOf(query);
  for (std::size_t i = 0; i < view.columns.size(); ++i) {
    const OutputColumn& output = query.outputs[i];
    const bool is_plain = output.table == view.base && query.targets[i]->kind == ExprKind::kColumn;
    if (is_plain) view.columns[i].source = output.attribute;
  }
}

}  // namespace ordinal::sql
