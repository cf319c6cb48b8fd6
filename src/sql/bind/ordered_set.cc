#include "sql/bind/ordered_set.h"

#include <utility>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/type_order.h"

namespace ordinal::sql {

using base::Error;
namespace sqlstate = base::sqlstate;

void CheckWithinGroup(const FuncCall& call, const Function& function, const std::string& name,
                      std::size_t directs, const std::vector<TypeId>& types, int position) {
  const auto wrong = [&](const std::string& text) {
    return Error(sqlstate::kWrongObjectType, text).Position(position);
  };
  if (function.ordered_set == OrderedSet::kNo) {
    if (!call.agg_within_group) return;
    if (function.kind == FunctionKind::kAggregate)
      throw wrong(name + " is not an ordered-set aggregate, so it cannot have WITHIN GROUP");
    throw wrong("WITHIN GROUP specified, but " + name + " is not an aggregate function");
  }
  if (!call.agg_within_group) throw wrong("WITHIN GROUP is required for ordered-set aggregate " + name);
  if (call.over != nullptr) {
    throw Error(sqlstate::kFeatureNotSupported, "OVER is not supported for ordered-set aggregate " + name)
        .Position(position);
  }
  std::string hint;
  const std::size_t keys = types.size() - directs;
  if (function.ordered_set == OrderedSet::kHypothetical) {
    if (directs == keys) return;
    hint = "To use the hypothetical-set aggregate " + name +
           ", the number of hypothetical direct arguments (here " + std::to_string(directs) +
           ") must match the number of ordering columns (here " + std::to_string(keys) + ").";
  } else {
    const std::size_t wanted = function.arguments.size() - 1;
    if (directs == wanted) return;
    hint = "There is an ordered-set aggregate " + name + ", but it requires " + std::to_string(wanted) +
           " direct argument" + (wanted == 1 ? "" : "s") + ", not " + std::to_string(directs) + ".";
  }
  std::string shown;
  for (const TypeId type : types) shown += (shown.empty() ? "" : ", ") + types::FormatType({type, -1});
  throw Error(sqlstate::kUndefinedFunction, "function " + name + "(" + shown + ") does not exist")
      .Hint(hint)
      .Position(position);
}

void LevelHypothetical(std::vector<ExprPtr>& args) {
  const std::size_t keys = args.size() / 2;
  for (std::size_t i = 0; i < keys; ++i) {
    std::vector<ExprPtr> pair;
    pair.push_back(std::move(args[keys + i]));
    pair.push_back(std::move(args[i]));
    const Type type = CommonType(pair, "WITHIN GROUP");
    args[keys + i] = Coerce(std::move(pair[0]), type, types::CastContext::kImplicit, 0);
    args[i] = Coerce(std::move(pair[1]), type, types::CastContext::kImplicit, 0);
  }
}

// The keys of WITHIN GROUP are the last arguments.
void Binder::TakeOrderOfSet(const FuncCall& call, BoundAggregate& aggregate) {
  const int keys = LengthOf(call.agg_order);
  std::size_t argument = aggregate.args.size() - static_cast<std::size_t>(keys);
  for (int i = 0; i < keys; ++i, ++argument) {
    const ExprPtr& key = aggregate.args[argument];
    RequireOrder(key->type.id, key->position);
    AggregateOrder order = OrderOf(As<SortBy>(*NodeAt(call.agg_order, i)), key->type.id);
    order.argument = argument;
    aggregate.use.order.push_back(order);
  }
}

}  // namespace ordinal::sql
