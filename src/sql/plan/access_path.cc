#include "sql/plan/access_path.h"

#include <cstddef>
#include <string_view>
#include <utility>

#include "sql/bind/implication.h"

namespace ordinal::sql {
namespace {

// A comparison of a column of the table with something known before the scan.
struct Comparison {
  base::AttributeNumber column = 0;
  char op = '=';  // '=', '<', '>', 'i' for IN and = ANY
  bool inclusive = false;
  std::vector<const Expression*> operands;
};

// True when values of both types have one key encoding and one order.
bool ShareKeyEncoding(TypeId left, TypeId right) {
  const auto is_text = [](TypeId id) { return id == TypeId::kText || id == TypeId::kVarchar; };
  return left == right || (types::IsInteger(left) && types::IsInteger(right)) ||
         (is_text(left) && is_text(right));
}

// Returns the table's column that `expression` shows, seen through casts that change no key; 0 when it is
// none.
const catalog::ColumnDescriptor* ColumnOf(const Expression& expression, const catalog::TableDescriptor& table,
                                          int offset) {
  const Expression* node = &expression;
  while (node->kind == ExprKind::kCast && ShareKeyEncoding(node->type.id, node->args[0]->type.id)) {
    node = node->args[0].get();
  }
  if (node->kind != ExprKind::kColumn || node->level != 0 || node->index < offset) return nullptr;
  const auto position = static_cast<std::size_t>(node->index - offset);
  return position < table.columns.size() ? &table.columns[position] : nullptr;
}

// True when `operand`, whose values to compare are of `type`, can be evaluated before the scan.
bool IsKnown(const Expression& operand, TypeId type, const catalog::ColumnDescriptor& column,
             const SlotSet& available) {
  return ShareKeyEncoding(type, column.type.id) && ReadsOnly(operand, available) &&
         VolatilityOf(operand) != Volatility::kVolatile;
}

char Mirror(char op) { return op == '<' ? '>' : op == '>' ? '<' : op; }

void AddBinary(const Expression& call, const catalog::TableDescriptor& table, int offset,
               const SlotSet& available, std::vector<Comparison>& out) {
  const std::string_view name = call.function->name;
  if (call.function->kind != FunctionKind::kOperator || call.args.size() != 2) return;
  if (name != "=" && name != "<" && name != "<=" && name != ">" && name != ">=") return;
  for (const bool mirrored : {false, true}) {
    const Expression& left = *call.args[mirrored ? 1 : 0];
    const Expression& right = *call.args[mirrored ? 0 : 1];
    const auto* column = ColumnOf(left, table, offset);
    if (column == nullptr || !IsKnown(right, right.type.id, *column, available)) continue;
    out.push_back({column->number, mirrored ? Mirror(name[0]) : name[0], name.size() == 2, {&right}});
    return;
  }
}

void AddInList(const Expression& list, const catalog::TableDescriptor& table, int offset,
               const SlotSet& available, std::vector<Comparison>& out) {
  if (list.negated) return;
  const auto* column = ColumnOf(*list.args[0], table, offset);
  if (column == nullptr) return;
  Comparison comparison{column->number, 'i', false, {}};
  for (std::size_t i = 1; i < list.args.size(); ++i) {
    if (!IsKnown(*list.args[i], list.args[i]->type.id, *column, available)) return;
    comparison.operands.push_back(list.args[i].get());
  }
  out.push_back(std::move(comparison));
}

// column = ANY (array)
void AddQuantified(const Expression& test, const catalog::TableDescriptor& table, int offset,
                   const SlotSet& available, std::vector<Comparison>& out) {
  if (test.negated || test.function->name != "=") return;
  const auto* column = ColumnOf(*test.args[0], table, offset);
  const Expression& array = *test.args[1];
  if (column == nullptr || !IsKnown(array, types::ElementType(array.type.id), *column, available)) return;
  out.push_back({column->number, 'i', false, {&array}});
}

std::vector<Comparison> CollectComparisons(const catalog::TableDescriptor& table, int offset,
                                           const std::vector<ExprPtr>& conjuncts, const SlotSet& available) {
  std::vector<Comparison> out;
  for (const ExprPtr& conjunct : conjuncts) {
    if (conjunct->kind == ExprKind::kCall) AddBinary(*conjunct, table, offset, available, out);
    if (conjunct->kind == ExprKind::kInList) AddInList(*conjunct, table, offset, available, out);
    if (conjunct->kind == ExprKind::kQuantified) AddQuantified(*conjunct, table, offset, available, out);
  }
  return out;
}

const Comparison* FindComparison(const std::vector<Comparison>& comparisons, base::AttributeNumber column,
                                 char op) {
  for (const Comparison& comparison : comparisons) {
    if (comparison.column == column && comparison.op == op) return &comparison;
  }
  return nullptr;
}

// What an index offers, as pointers: only the winner is cloned.
struct Candidate {
  int index = -1;
  int score = 0;
  std::vector<const Expression*> equal;
  const Comparison* any_of = nullptr;
  const Comparison* lower = nullptr;
  const Comparison* upper = nullptr;
  bool points = false;
};

constexpr int kPointScore = 1000;
constexpr int kSeveralPointsScore = 900;
constexpr int kEqualScore = 10;
constexpr int kBoundScore = 3;

Candidate Rate(const catalog::IndexDescriptor& index, const std::vector<Comparison>& comparisons) {
  Candidate candidate;
  for (const base::AttributeNumber column : index.columns) {
    const Comparison* equal = FindComparison(comparisons, column, '=');
    if (equal == nullptr) break;
    candidate.equal.push_back(equal->operands.front());
  }
  const std::size_t fixed = candidate.equal.size();
  candidate.score = static_cast<int>(fixed) * kEqualScore;
  if (fixed == index.columns.size()) {
    candidate.points = index.unique || index.primary;
    if (candidate.points) candidate.score = kPointScore;
    return candidate;
  }
  const base::AttributeNumber next = index.columns[fixed];
  if (fixed + 1 == index.columns.size() && (index.unique || index.primary)) {
    candidate.any_of = FindComparison(comparisons, next, 'i');
    if (candidate.any_of != nullptr) {
      candidate.points = true;
      candidate.score = kSeveralPointsScore;
      return candidate;
    }
  }
  candidate.lower = FindComparison(comparisons, next, '>');
  candidate.upper = FindComparison(comparisons, next, '<');
  if (candidate.lower != nullptr) candidate.score += kBoundScore;
  if (candidate.upper != nullptr) candidate.score += kBoundScore;
  return candidate;
}

}  // namespace

Access ChooseAccess(const catalog::TableDescriptor& table, int offset, const std::vector<ExprPtr>& conjuncts,
                    const SlotSet& available) {
  Access access;
  const auto comparisons = CollectComparisons(table, offset, conjuncts, available);
  if (comparisons.empty()) return access;
  Candidate best;
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    if (!table.indexes[i].valid) continue;
    Candidate candidate = Rate(table.indexes[i], comparisons);
    candidate.index = static_cast<int>(i);
    if (candidate.score > best.score && PredicateHolds(table.indexes[i], conjuncts, offset))
      best = std::move(candidate);
  }
  if (best.score == 0) return access;
  access.index = best.index;
  access.kind = best.points ? AccessKind::kPoints : AccessKind::kRange;
  for (const Expression* value : best.equal) access.equal.push_back(Clone(*value));
  if (best.any_of != nullptr) {
    for (const Expression* value : best.any_of->operands) access.any_of.push_back(Clone(*value));
  }
  if (best.lower != nullptr) {
    access.lower = Clone(*best.lower->operands.front());
    access.lower_inclusive = best.lower->inclusive;
  }
  if (best.upper != nullptr) {
    access.upper = Clone(*best.upper->operands.front());
    access.upper_inclusive = best.upper->inclusive;
  }
  return access;
}

bool MatchOrder(const catalog::TableDescriptor& table, int offset, const std::vector<PlanSortKey>& keys,
                Access& access) {
  const catalog::IndexDescriptor* primary = table.primary_key();
  if (primary == nullptr || keys.empty()) return false;
  if (access.kind != AccessKind::kFull && access.index != 0) return false;
  std::size_t column = 0;
  std::size_t fixed = access.kind == AccessKind::kFull ? 0 : access.equal.size();
  for (const PlanSortKey& key : keys) {
    if (column == primary->columns.size()) break;  // the key is unique: what follows cannot matter
    if (key.descending != keys.front().descending) return false;
    const auto* shown = ColumnOf(*key.expression, table, offset);
    if (shown == nullptr) return false;
    while (column < fixed && shown->number != primary->columns[column]) ++column;
    if (column == primary->columns.size() || shown->number != primary->columns[column]) return false;
    ++column;
  }
  access.backward = keys.front().descending;
  return true;
}

bool ReadsAccess(const Access& access, const SlotSet& slots) {
  const auto reads = [&](const ExprPtr& expression) { return expression && ReadsAny(*expression, slots); };
  for (const ExprPtr& value : access.equal) {
    if (reads(value)) return true;
  }
  for (const ExprPtr& value : access.any_of) {
    if (reads(value)) return true;
  }
  return reads(access.lower) || reads(access.upper);
}

}  // namespace ordinal::sql
