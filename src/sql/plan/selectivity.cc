#include "sql/plan/selectivity.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

// What PostgreSQL assumes where it knows nothing.
constexpr double kRows = 1000;
constexpr double kDistinct = 200;
constexpr double kEquality = 0.005;
constexpr double kInequality = 1.0 / 3;
constexpr double kRange = 0.005;
constexpr double kMatch = 0.005;
constexpr double kNulls = 0.005;
constexpr double kUnknown = 1.0 / 3;
constexpr double kLeast = 1e-9;

const Expression& WithoutCasts(const Expression& expression) {
  const Expression* node = &expression;
  while (node->kind == ExprKind::kCast) node = node->args[0].get();
  return *node;
}

// The bytes that statistics keep of a constant, when it is one that can be compared with them.
std::optional<std::string> SampleOf(const Expression& expression, TypeId type) {
  if (expression.kind != ExprKind::kConstant || expression.constant.is_null()) return std::nullopt;
  const bool alike = expression.type.id == type ||
                     (types::IsInteger(expression.type.id) && types::IsInteger(type)) ||
                     (expression.type.id == TypeId::kText && type == TypeId::kVarchar);
  if (!alike || !catalog::CanSample(type)) return std::nullopt;
  return catalog::EncodeSample(expression.constant, type);
}

double SumOf(const std::vector<catalog::ColumnStatistics::Common>& common) {
  double sum = 0;
  for (const auto& value : common) sum += value.frequency;
  return sum;
}

// The share of the histogram below a value.
double ShareBelow(const std::vector<std::string>& bounds, const std::string& value) {
  const auto above = std::upper_bound(bounds.begin(), bounds.end(), value);
  if (above == bounds.begin()) return 0;
  if (above == bounds.end()) return 1;
  const auto bucket = static_cast<double>(above - bounds.begin() - 1);
  return (bucket + 0.5) / static_cast<double>(bounds.size() - 1);
}

double RowsOfFunction(const BoundSource& source) {
  const Expression& call = *source.functions.front();
  if (call.kind != ExprKind::kCall || call.function->name != "generate_series" || call.args.size() != 2) {
    return kRows;
  }
  const Expression& from = *call.args[0];
  const Expression& to = *call.args[1];
  if (from.kind != ExprKind::kConstant || to.kind != ExprKind::kConstant || from.constant.is_null() ||
      to.constant.is_null() || !types::IsInteger(from.type.id) || !types::IsInteger(to.type.id)) {
    return kRows;
  }
  const auto first = static_cast<double>(from.constant.AsInt());
  const auto last = static_cast<double>(to.constant.AsInt());
  return std::max(1.0, last - first + 1);
}

double RowsOfSubquery(const BoundQuery& query) {
  if (query.is_values) return static_cast<double>(query.values.size());
  if (query.aggregated && query.group_keys.empty()) return 1;
  if (query.limit && query.limit->kind == ExprKind::kConstant && !query.limit->constant.is_null()) {
    return std::max(1.0, static_cast<double>(query.limit->constant.AsInt()));
  }
  if (!query.from) return 1;
  double rows = Selectivity::RowsOf(*query.from);
  if (query.where) {
    Selectivity selectivity;
    selectivity.Add(*query.from);
    rows *= selectivity.Of(*query.where);
  }
  if (query.aggregated && query.from) {
    Selectivity selectivity;
    selectivity.Add(*query.from);
    return selectivity.GroupsOf(query.group_keys, rows);
  }
  return std::max(1.0, query.distinct ? rows / 10 : rows);
}

bool IsUniqueAlone(const catalog::TableDescriptor& table, base::AttributeNumber column) {
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const auto& index) {
    return (index.unique || index.primary) && index.columns.size() == 1 && index.columns[0] == column &&
           !index.predicate && index.valid;
  });
}

}  // namespace

double Selectivity::RowsOf(const BoundSource& source) {
  switch (source.kind) {
    case SourceKind::kTable:
      return source.statistics ? std::max(1.0, source.statistics->rows) : kRows;
    case SourceKind::kFunction:
      return RowsOfFunction(source);
    case SourceKind::kSubquery:
      return RowsOfSubquery(*source.subquery);
    case SourceKind::kJoin: {
      const double left = RowsOf(*source.left);
      const double right = RowsOf(*source.right);
      if (!source.condition) return left * right;
      Selectivity selectivity;
      selectivity.Add(source);
      const double joined = left * right * selectivity.Of(*source.condition);
      if (source.join == JoinKind::kLeft) return std::max(left, joined);
      if (source.join == JoinKind::kRight) return std::max(right, joined);
      return source.join == JoinKind::kFull ? std::max(left + right, joined) : std::max(1.0, joined);
    }
    case SourceKind::kSequence:
      return 1;
    default:
      return kRows;
  }
}

void Selectivity::Add(const BoundSource& source) {
  if (source.kind == SourceKind::kJoin) {
    Add(*source.left);
    Add(*source.right);
    return;
  }
  const auto end = static_cast<std::size_t>(source.offset) + static_cast<std::size_t>(source.width);
  if (slots_.size() < end) slots_.resize(end);
  const double rows = RowsOf(source);
  for (auto i = static_cast<std::size_t>(source.offset); i < end; ++i) slots_[i].rows = rows;
  if (source.kind != SourceKind::kTable) return;
  for (std::size_t i = 0; i < source.table->columns.size(); ++i) {
    const auto& column = source.table->columns[i];
    Slot& slot = slots_[static_cast<std::size_t>(source.offset) + i];
    slot.unique = IsUniqueAlone(*source.table, column.number);
    slot.table = source.statistics.get();
    slot.number = column.number;
    slot.source = source.offset;
    if (source.statistics) slot.statistics = source.statistics->Of(column.number, column.type.id);
  }
}

double Selectivity::Of(const Expression& condition) const {
  return std::clamp(Guess(condition), kLeast, 1.0);
}

const Selectivity::Slot* Selectivity::BoundOf(const Expression& condition, bool& from_below) const {
  if (condition.kind != ExprKind::kCall || condition.function->kind != FunctionKind::kOperator ||
      condition.args.size() != 2) {
    return nullptr;
  }
  const std::string_view name = condition.function->name;
  if (name != "<" && name != "<=" && name != ">" && name != ">=") return nullptr;
  const Slot* left = SlotOf(*condition.args[0]);
  const Slot* right = SlotOf(*condition.args[1]);
  if ((left == nullptr) == (right == nullptr)) return nullptr;
  from_below = (name[0] == '>') == (left != nullptr);
  return left != nullptr ? left : right;
}

double Selectivity::OfAll(const std::vector<const Expression*>& conditions) const {
  struct Ends {
    double below = 1;
    double above = 1;
  };
  std::map<const Slot*, Ends> ranges;
  std::map<int, std::vector<Equality>> equalities;  // by table
  double share = 1;
  for (const Expression* condition : conditions) {
    Equality equality;
    if (IsEquality(*condition, equality)) {
      equalities[equality.slot->source].push_back(equality);
      continue;
    }
    bool from_below = false;
    const Slot* slot = BoundOf(*condition, from_below);
    const double own = Of(*condition);
    if (slot == nullptr) {
      share *= own;
      continue;
    }
    double& end = from_below ? ranges[slot].below : ranges[slot].above;
    end = std::min(end, own);
  }
  for (const auto& [slot, ends] : ranges) {
    const double both = ends.below + ends.above - 1;
    const bool known = slot->statistics != nullptr;
    if (ends.below == 1 || ends.above == 1) {
      share *= ends.below * ends.above;
    } else {
      share *= known ? std::max(both, 1 / std::max(slot->rows, 1.0)) : kRange;
    }
  }
  for (const auto& [source, alike] : equalities) share *= OfEqualities(alike);
  return std::max(share, kLeast);
}

const Selectivity::Slot* Selectivity::SlotOf(const Expression& expression) const {
  const Expression& column = WithoutCasts(expression);
  if (column.kind != ExprKind::kColumn || column.level != 0) return nullptr;
  const auto index = static_cast<std::size_t>(column.index);
  return index < slots_.size() && slots_[index].rows > 0 ? &slots_[index] : nullptr;
}

double Selectivity::DistinctOf(const Slot& slot) {
  if (slot.unique) return slot.rows;
  if (slot.statistics != nullptr && slot.statistics->distinct != 0) {
    return std::max(1.0, slot.statistics->DistinctOf(slot.rows));
  }
  return std::min(slot.rows, kDistinct);
}

double Selectivity::ShareOf(const Slot& slot, const Expression& value) {
  const auto* statistics = slot.statistics;
  if (statistics == nullptr) return 1 / DistinctOf(slot);
  const double common = SumOf(statistics->common);
  if (const auto sample = SampleOf(value, statistics->type)) {
    for (const auto& known : statistics->common) {
      if (known.value == *sample) return known.frequency;
    }
  }
  const double others = DistinctOf(slot) - static_cast<double>(statistics->common.size());
  return (1 - common - statistics->null_fraction) / std::max(1.0, others);
}

double Selectivity::OfEquality(const Expression& left, const Expression& right) const {
  const Slot* first = SlotOf(left);
  const Slot* second = SlotOf(right);
  if (first != nullptr && second != nullptr) return 1 / std::max(DistinctOf(*first), DistinctOf(*second));
  if (first != nullptr) return ShareOf(*first, right);
  if (second != nullptr) return ShareOf(*second, left);
  return kEquality;
}

double Selectivity::OfRange(const Expression& column, const Expression& bound, bool less,
                            bool inclusive) const {
  const Slot* slot = SlotOf(column);
  if (slot == nullptr || slot->statistics == nullptr) return kInequality;
  const auto& statistics = *slot->statistics;
  const auto sample = SampleOf(bound, statistics.type);
  if (!sample) return kInequality;
  double share = 0;
  for (const auto& known : statistics.common) {
    const int order = known.value.compare(*sample);
    if ((order == 0 && inclusive) || (order < 0 && less) || (order > 0 && !less)) share += known.frequency;
  }
  const double others = 1 - SumOf(statistics.common) - statistics.null_fraction;
  if (statistics.bounds.size() < 2) return share + (statistics.common.empty() ? others * kInequality : 0);
  const double below = ShareBelow(statistics.bounds, *sample);
  return share + others * (less ? below : 1 - below);
}

double Selectivity::OfCall(const Expression& call) const {
  if (call.function->kind != FunctionKind::kOperator || call.args.size() != 2) return kUnknown;
  const std::string_view name = call.function->name;
  const Expression& left = *call.args[0];
  const Expression& right = *call.args[1];
  if (name == "=") return OfEquality(left, right);
  if (name == "<>") return 1 - OfEquality(left, right);
  if (name == "~~" || name == "~~*" || name == "~" || name == "~*") return kMatch;
  if (name != "<" && name != "<=" && name != ">" && name != ">=") return kUnknown;
  const bool less = name[0] == '<';
  const bool inclusive = name.size() == 2;
  return SlotOf(left) != nullptr ? OfRange(left, right, less, inclusive)
                                 : OfRange(right, left, !less, inclusive);
}

double Selectivity::Guess(const Expression& condition) const {
  switch (condition.kind) {
    case ExprKind::kConstant:
      return !condition.constant.is_null() && condition.constant.AsBool() ? 1 : 0;
    case ExprKind::kAnd: {
      double share = 1;
      for (const ExprPtr& arg : condition.args) share *= Of(*arg);
      return share;
    }
    case ExprKind::kOr: {
      double none = 1;
      for (const ExprPtr& arg : condition.args) none *= 1 - Of(*arg);
      return 1 - none;
    }
    case ExprKind::kNot:
      return 1 - Of(*condition.args[0]);
    case ExprKind::kIsNull: {
      const Slot* slot = SlotOf(*condition.args[0]);
      const double nulls = slot && slot->statistics ? slot->statistics->null_fraction : kNulls;
      return condition.negated ? 1 - nulls : nulls;
    }
    case ExprKind::kInList: {
      double share = 0;
      for (std::size_t i = 1; i < condition.args.size(); ++i) {
        share += OfEquality(*condition.args[0], *condition.args[i]);
      }
      return condition.negated ? 1 - std::min(share, 1.0) : share;
    }
    case ExprKind::kCall:
      return OfCall(condition);
    case ExprKind::kColumn: {  // of a boolean
      const Slot* slot = SlotOf(condition);
      const Expression is_true = [] {
        Expression constant;
        constant.type = {TypeId::kBool};
        constant.constant = Value::Bool(true);
        return constant;
      }();
      return slot && slot->statistics ? ShareOf(*slot, is_true) : 0.5;
    }
    case ExprKind::kSubquery:
      return 0.5;
    default:
      return kUnknown;
  }
}

}  // namespace ordinal::sql
