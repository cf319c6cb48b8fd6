// Binds OVER, the WINDOW clause and frames.
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/depth_guard.h"
#include "sql/bind/expression_equality.h"
#include "sql/bind/node_access.h"
#include "sql/bind/sort_direction.h"
#include "sql/bind/type_order.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

FrameMode ModeOf(int options) {
  if ((options & FRAMEOPTION_ROWS) != 0) return FrameMode::kRows;
  return (options & FRAMEOPTION_GROUPS) != 0 ? FrameMode::kGroups : FrameMode::kRange;
}

FrameBound StartOf(int options) {
  if ((options & FRAMEOPTION_START_UNBOUNDED_PRECEDING) != 0) return FrameBound::kUnboundedPreceding;
  if ((options & FRAMEOPTION_START_OFFSET_PRECEDING) != 0) return FrameBound::kPreceding;
  if ((options & FRAMEOPTION_START_OFFSET_FOLLOWING) != 0) return FrameBound::kFollowing;
  return FrameBound::kCurrentRow;
}

FrameBound EndOf(int options) {
  if ((options & FRAMEOPTION_END_UNBOUNDED_FOLLOWING) != 0) return FrameBound::kUnboundedFollowing;
  if ((options & FRAMEOPTION_END_OFFSET_PRECEDING) != 0) return FrameBound::kPreceding;
  if ((options & FRAMEOPTION_END_OFFSET_FOLLOWING) != 0) return FrameBound::kFollowing;
  return FrameBound::kCurrentRow;
}

FrameExclusion ExclusionOf(int options) {
  if ((options & FRAMEOPTION_EXCLUDE_CURRENT_ROW) != 0) return FrameExclusion::kCurrentRow;
  if ((options & FRAMEOPTION_EXCLUDE_GROUP) != 0) return FrameExclusion::kGroup;
  return (options & FRAMEOPTION_EXCLUDE_TIES) != 0 ? FrameExclusion::kTies : FrameExclusion::kNone;
}

bool SameOrNull(const ExprPtr& left, const ExprPtr& right) {
  if (!left || !right) return !left && !right;
  return ExpressionsEqual(*left, *right);
}

bool SameWindow(const BoundWindow& a, const BoundWindow& b) {
  if (a.partition.size() != b.partition.size() || a.order.size() != b.order.size()) return false;
  for (std::size_t i = 0; i < a.partition.size(); ++i) {
    if (!ExpressionsEqual(*a.partition[i], *b.partition[i])) return false;
  }
  for (std::size_t i = 0; i < a.order.size(); ++i) {
    if (!ExpressionsEqual(*a.order[i].expression, *b.order[i].expression) ||
        a.order[i].descending != b.order[i].descending || a.order[i].nulls_first != b.order[i].nulls_first) {
      return false;
    }
  }
  const WindowFrame& x = a.frame;
  const WindowFrame& y = b.frame;
  return x.mode == y.mode && x.start == y.start && x.end == y.end && x.exclusion == y.exclusion &&
         SameOrNull(x.start_offset, y.start_offset) && SameOrNull(x.end_offset, y.end_offset);
}

}  // namespace

const WindowDef* Binder::FindWindow(const std::string& name, int position) const {
  for (int i = 0; i < LengthOf(window_clause_); ++i) {
    const auto& definition = As<WindowDef>(*NodeAt(window_clause_, i));
    if (Text(definition.name) == name) return &definition;
  }
  throw Error(sqlstate::kUndefinedObject, "window \"" + name + "\" does not exist").Position(position);
}

// Adds what the definition says, that of the window it builds upon first.
void Binder::AddWindowKeys(const WindowDef& definition, Scope& scope, BoundWindow& window) {
  DepthGuard guard(depth_);
  const int position = Position(definition.location);
  if (definition.refname != nullptr) {
    const std::string name = definition.refname;
    const WindowDef* const base = FindWindow(name, position);
    if (LengthOf(definition.partitionClause) > 0) {
      throw Error(sqlstate::kWindowingError, "cannot override PARTITION BY clause of window \"" + name + "\"")
          .Position(position);
    }
    if (LengthOf(definition.orderClause) > 0 && OrdersRows(*base)) {
      throw Error(sqlstate::kWindowingError, "cannot override ORDER BY clause of window \"" + name + "\"")
          .Position(position);
    }
    if ((base->frameOptions & FRAMEOPTION_NONDEFAULT) != 0) {
      Error error(sqlstate::kWindowingError,
                  "cannot copy window \"" + name + "\" because it has a frame clause");
      const bool is_bare =
          LengthOf(definition.orderClause) == 0 && (definition.frameOptions & FRAMEOPTION_NONDEFAULT) == 0;
      if (is_bare) error.Hint("Omit the parentheses in this OVER clause.");
      throw error.Position(position);
    }
    AddWindowKeys(*base, scope, window);
  }
  for (int i = 0; i < LengthOf(definition.partitionClause); ++i) {
    window.partition.push_back(BindWindowKey(*NodeAt(definition.partitionClause, i), scope));
    RequireOrder(window.partition.back()->type.id, window.partition.back()->position);
  }
  for (int i = 0; i < LengthOf(definition.orderClause); ++i) {
    const auto& sort = As<SortBy>(*NodeAt(definition.orderClause, i));
    const SortDirection direction = ReadSortDirection(sort, tree_);
    SortKey key;
    key.descending = direction.descending;
    key.nulls_first = direction.nulls_first;
    key.expression = BindWindowKey(*sort.node, scope);
    RequireOrder(key.expression->type.id, key.expression->position);
    window.order.push_back(std::move(key));
  }
}

bool Binder::OrdersRows(const WindowDef& definition) const {
  if (LengthOf(definition.orderClause) > 0) return true;
  return definition.refname != nullptr &&
         OrdersRows(*FindWindow(definition.refname, Position(definition.location)));
}

ExprPtr Binder::BindWindowKey(const Node& node, Scope& scope) {
  ExprPtr key = Bind(&node, scope);
  if (key->type.id != TypeId::kUnknown) return key;
  return Coerce(std::move(key), {TypeId::kText, -1}, types::CastContext::kImplicit, 0);
}

// The offset of a frame's bound, and for RANGE the value that it leads to.
ExprPtr Binder::BindFrameOffset(const Node& node, BoundWindow& window, bool subtracts, ExprPtr& limit) {
  const bool is_range = window.frame.mode == FrameMode::kRange;
  const char* word = is_range ? "RANGE" : window.frame.mode == FrameMode::kRows ? "ROWS" : "GROUPS";
  const Clause clause = std::exchange(clause_, Clause::kFrame);
  Scope empty(nullptr);
  ExprPtr offset = Bind(&node, empty);
  clause_ = clause;
  const int position = offset->position;
  if (!is_range) {
    const TypeId from = offset->type.id;
    if (from != TypeId::kUnknown && !types::CanCast(from, TypeId::kInt8, types::CastContext::kImplicit)) {
      throw Error(sqlstate::kDatatypeMismatch, "argument of " + std::string(word) +
                                                   " must be type bigint, not type " +
                                                   types::FormatType({from, -1}))
          .Position(position);
    }
    return Coerce(std::move(offset), {TypeId::kInt8, -1}, types::CastContext::kImplicit, position);
  }
  const Type type = window.order.front().expression->type;
  const char category = types::InfoOf(type.id).category;
  const bool is_time = type.id == TypeId::kTime || type.id == TypeId::kTimetz;
  if (category != 'N' && category != 'D' && category != 'T') {
    throw Error(sqlstate::kFeatureNotSupported,
                "RANGE with offset PRECEDING/FOLLOWING is not supported for column type " +
                    types::FormatType({type.id, -1}))
        .Position(position);
  }
  // Integers are counted as numerics, which do not overflow.
  Type value_type = type;
  Type offset_type = type;
  if (category == 'D') offset_type = {TypeId::kInterval, -1};
  if (types::IsInteger(type.id)) value_type = offset_type = {TypeId::kNumeric, -1};
  if (type.id == TypeId::kFloat4) value_type = offset_type = {TypeId::kFloat8, -1};
  if (offset->type.id != TypeId::kUnknown &&
      !types::CanCast(offset->type.id, offset_type.id, types::CastContext::kImplicit) &&
      offset->type.id != offset_type.id) {
    throw Error(sqlstate::kFeatureNotSupported,
                "RANGE with offset PRECEDING/FOLLOWING is not supported for column type " +
                    types::FormatType({type.id, -1}) + " and offset type " +
                    types::FormatType({offset->type.id, -1}))
        .Hint("Cast the offset value to an appropriate type.")
        .Position(position);
  }
  offset = Coerce(std::move(offset), offset_type, types::CastContext::kImplicit, position);
  if (is_time) {
    // Operators wrap around at midnight, which frames do not: the executor adds the offset.
    limit = MakeColumn(0, type);
    window.frame.compared = MakeColumn(0, type);
    return offset;
  }
  ExprPtr value = Coerce(MakeColumn(0, type), value_type, types::CastContext::kImplicit, 0);
  limit = BindBinary(subtracts ? "-" : "+", std::move(value), MakeColumn(1, offset_type), position);
  window.frame.compared = Coerce(MakeColumn(0, type), limit->type, types::CastContext::kImplicit, position);
  return offset;
}

void Binder::BindFrame(const WindowDef& definition, BoundWindow& window) {
  WindowFrame& frame = window.frame;
  const int options = definition.frameOptions;
  const int position = Position(definition.location);
  frame.mode = ModeOf(options);
  frame.start = StartOf(options);
  frame.end = EndOf(options);
  frame.exclusion = ExclusionOf(options);
  const bool has_offset = definition.startOffset != nullptr || definition.endOffset != nullptr;
  if (frame.mode == FrameMode::kGroups && window.order.empty()) {
    throw Error(sqlstate::kWindowingError, "GROUPS mode requires an ORDER BY clause").Position(position);
  }
  if (frame.mode == FrameMode::kRange && has_offset && window.order.size() != 1) {
    throw Error(sqlstate::kWindowingError,
                "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column")
        .Position(position);
  }
  const bool descending = !window.order.empty() && window.order.front().descending;
  if (definition.startOffset != nullptr) {
    const bool subtracts = (frame.start == FrameBound::kPreceding) != descending;
    frame.start_offset = BindFrameOffset(*definition.startOffset, window, subtracts, frame.start_limit);
  }
  if (definition.endOffset != nullptr) {
    const bool subtracts = (frame.end == FrameBound::kPreceding) != descending;
    frame.end_offset = BindFrameOffset(*definition.endOffset, window, subtracts, frame.end_limit);
  }
}

// Returns the number of the window that the definition after OVER means; equal ones are one.
int Binder::BindWindow(const WindowDef& over, Scope& scope, BoundQuery& query) {
  const WindowDef* definition = &over;
  if (over.name != nullptr) definition = FindWindow(over.name, Position(over.location));
  const Clause clause = std::exchange(clause_, Clause::kWindow);
  BoundQuery* const windowing = std::exchange(windowing_, nullptr);
  BoundWindow window;
  AddWindowKeys(*definition, scope, window);
  BindFrame(*definition, window);
  windowing_ = windowing;
  clause_ = clause;
  for (std::size_t i = 0; i < query.windows.size(); ++i) {
    if (SameWindow(query.windows[i], window)) return static_cast<int>(i);
  }
  query.windows.push_back(std::move(window));
  return static_cast<int>(query.windows.size()) - 1;
}

// Throws for windows of one name; binds those that nothing uses, for their errors.
void Binder::CheckWindowClause(const SelectStmt& select, Scope& scope) {
  for (int i = 0; i < LengthOf(select.windowClause); ++i) {
    const auto& definition = As<WindowDef>(*NodeAt(select.windowClause, i));
    for (int j = 0; j < i; ++j) {
      if (Text(As<WindowDef>(*NodeAt(select.windowClause, j)).name) != Text(definition.name)) continue;
      throw Error(sqlstate::kWindowingError, "window \"" + Text(definition.name) + "\" is already defined")
          .Position(Position(definition.location));
    }
    BoundQuery unused;
    BindWindow(definition, scope, unused);
  }
}

ExprPtr Binder::BindWindowCall(const FuncCall& call, const std::string& name, const Function& found,
                               std::vector<ExprPtr> args, Scope& scope) {
  const int position = Position(call.location);
  if (windowing_ == nullptr) {
    throw Error(sqlstate::kWindowingError,
                clause_ == Clause::kSelect || clause_ == Clause::kOrderBy
                    ? "window function calls cannot be nested"
                    : "window functions are not allowed in " + std::string(ClauseName()))
        .Position(position);
  }
  for (const ExprPtr& arg : args) {
    Walk(*arg, [](const Expression& node) {
      if (node.kind != ExprKind::kWindow) return;
      throw Error(sqlstate::kWindowingError, "window function calls cannot be nested")
          .Position(node.position);
    });
  }
  if (call.agg_distinct) {
    throw Error(sqlstate::kFeatureNotSupported, "DISTINCT is not implemented for window functions")
        .Position(position);
  }
  if (call.agg_order != nullptr) {
    throw Error(sqlstate::kFeatureNotSupported, "aggregate ORDER BY is not implemented for window functions")
        .Position(position);
  }
  if (call.agg_filter != nullptr && found.kind == FunctionKind::kWindow) {
    throw Error(sqlstate::kFeatureNotSupported,
                "FILTER is not implemented for non-aggregate window functions")
        .Position(position);
  }
  ExprPtr typed = BuildCall(name, found.kind, std::move(args), position);
  BoundWindowCall bound;
  bound.function = typed->function;
  bound.args = std::move(typed->args);
  for (const ExprPtr& arg : bound.args) bound.use.argument_types.push_back(arg->type.id);
  if (call.agg_filter != nullptr) bound.filter = BindFilter(call, scope);
  bound.window = BindWindow(reinterpret_cast<const WindowDef&>(*call.over), scope, *windowing_);
  auto result = std::make_unique<Expression>();
  result->kind = ExprKind::kWindow;
  result->type = typed->type;
  result->index = static_cast<int>(windowing_->window_calls.size());
  result->position = position;
  windowing_->window_calls.push_back(std::move(bound));
  return result;
}

// Gives each window call its slot behind the input row, and moves the slots of series behind those.
void Binder::PlaceWindows(BoundQuery& query) {
  if (query.window_calls.empty()) return;
  const int width = query.input_width;
  const int calls = static_cast<int>(query.window_calls.size());
  const auto place = [&](Expression& node) {
    if (node.kind == ExprKind::kWindow) {
      node.kind = ExprKind::kColumn;
      node.index += width;
      node.level = 0;
    } else if (node.kind == ExprKind::kColumn && node.level == 0 && node.index >= width) {
      node.index += calls;
    }
  };
  const auto each = [&](ExprPtr& expression) {
    if (expression) WalkMutable(*expression, place);
  };
  for (ExprPtr& series : query.series) each(series);
  for (ExprPtr& target : query.targets) each(target);
  for (SortKey& key : query.order) each(key.expression);
  for (SortKey& key : query.distinct_on) each(key.expression);
  for (int i = 0; i < calls; ++i) query.window_calls[static_cast<std::size_t>(i)].slot = width + i;
  query.input_width += calls;
}

}  // namespace ordinal::sql
