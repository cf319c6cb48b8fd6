#include "sql/plan/access_path.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "sql/bind/expression_equality.h"
#include "sql/bind/implication.h"
#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

// What key columns of the table's indexes are of: numbers of columns, and below zero those of expressions.
using Subject = int;

// A comparison of a subject with something known before the scan.
struct Comparison {
  Subject subject = 0;
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

const Expression& WithoutCasts(const Expression& expression) {
  const Expression* node = &expression;
  while (node->kind == ExprKind::kCast && ShareKeyEncoding(node->type.id, node->args[0]->type.id)) {
    node = node->args[0].get();
  }
  return *node;
}

// Returns the table's column that `expression` shows, seen through casts that change no key; null when it is
// none.
const catalog::ColumnDescriptor* ColumnOf(const Expression& expression, const catalog::TableDescriptor& table,
                                          int offset) {
  const Expression* node = &WithoutCasts(expression);
  if (node->kind != ExprKind::kColumn || node->level != 0 || node->index < offset) return nullptr;
  const auto position = static_cast<std::size_t>(node->index - offset);
  return position < table.columns.size() ? &table.columns[position] : nullptr;
}

// Finds out what expressions are subjects.
class Subjects {
 public:
  // The table's columns are the slots from `offset`.
  Subjects(const catalog::TableDescriptor& table, int offset) : table_(table), offset_(offset) {
    for (const auto& index : table.indexes) {
      for (const auto& part : index.expressions) {
        ExprPtr expression = DeserializeExpression(part.expression);
        WalkMutable(*expression, [offset](Expression& node) {
          if (node.kind == ExprKind::kColumn) node.index += offset;
        });
        expressions_.push_back(std::move(expression));
      }
    }
  }

  // 0 when the expression is none. Sets the type of the keys.
  Subject Of(const Expression& expression, TypeId& type) const {
    if (const auto* column = ColumnOf(expression, table_, offset_)) {
      type = column->type.id;
      return column->number;
    }
    for (std::size_t i = 0; i < expressions_.size(); ++i) {
      const Expression& known = *expressions_[i];
      if (!ShareKeyEncoding(expression.type.id, known.type.id) ||
          !ExpressionsEqual(WithoutCasts(expression), WithoutCasts(known))) {
        continue;
      }
      type = known.type.id;
      return -static_cast<Subject>(i) - 1;
    }
    return 0;
  }

  // The subjects of the key columns. `index` is one of the table's.
  std::vector<Subject> Of(const catalog::IndexDescriptor& index) const {
    std::size_t next = 0;
    for (const auto& before : table_.indexes) {
      if (&before == &index) break;
      next += before.expressions.size();
    }
    std::vector<Subject> subjects;
    for (const base::AttributeNumber number : index.columns) {
      if (number != 0) {
        subjects.push_back(number);
        continue;
      }
      // The same expression in another index is the same subject.
      TypeId type = TypeId::kInvalid;
      subjects.push_back(Of(*expressions_[next++], type));
    }
    return subjects;
  }

 private:
  const catalog::TableDescriptor& table_;
  const int offset_;
  std::vector<ExprPtr> expressions_;  // of all indexes, in order
};

// True when `operand`, whose values to compare are of `type`, can be evaluated before the scan.
bool IsKnown(const Expression& operand, TypeId type, TypeId key, const SlotSet& available) {
  return ShareKeyEncoding(type, key) && ReadsOnly(operand, available) &&
         VolatilityOf(operand) != Volatility::kVolatile;
}

char Mirror(char op) { return op == '<' ? '>' : op == '>' ? '<' : op; }

void AddBinary(const Expression& call, const Subjects& subjects, const SlotSet& available,
               std::vector<Comparison>& out) {
  const std::string_view name = call.function->name;
  if (call.function->kind != FunctionKind::kOperator || call.args.size() != 2) return;
  if (name != "=" && name != "<" && name != "<=" && name != ">" && name != ">=") return;
  for (const bool mirrored : {false, true}) {
    const Expression& left = *call.args[mirrored ? 1 : 0];
    const Expression& right = *call.args[mirrored ? 0 : 1];
    TypeId key = TypeId::kInvalid;
    const Subject subject = subjects.Of(left, key);
    if (subject == 0 || !IsKnown(right, right.type.id, key, available)) continue;
    out.push_back({subject, mirrored ? Mirror(name[0]) : name[0], name.size() == 2, {&right}});
    return;
  }
}

void AddInList(const Expression& list, const Subjects& subjects, const SlotSet& available,
               std::vector<Comparison>& out) {
  if (list.negated) return;
  TypeId key = TypeId::kInvalid;
  const Subject subject = subjects.Of(*list.args[0], key);
  if (subject == 0) return;
  Comparison comparison{subject, 'i', false, {}};
  for (std::size_t i = 1; i < list.args.size(); ++i) {
    if (!IsKnown(*list.args[i], list.args[i]->type.id, key, available)) return;
    comparison.operands.push_back(list.args[i].get());
  }
  out.push_back(std::move(comparison));
}

// column = ANY (array)
void AddQuantified(const Expression& test, const Subjects& subjects, const SlotSet& available,
                   std::vector<Comparison>& out) {
  if (test.negated || test.function->name != "=") return;
  TypeId key = TypeId::kInvalid;
  const Subject subject = subjects.Of(*test.args[0], key);
  const Expression& array = *test.args[1];
  if (subject == 0 || !IsKnown(array, types::ElementType(array.type.id), key, available)) return;
  out.push_back({subject, 'i', false, {&array}});
}

// column IN (subquery), written as = ANY (ARRAY(subquery))
void AddLookup(const Expression& test, const Subjects& subjects, std::vector<Comparison>& out) {
  TypeId key = TypeId::kInvalid;
  const Subject subject = subjects.Of(*test.args[0], key);
  const Expression& array = *test.args[1];
  if (subject == 0 || !ShareKeyEncoding(types::ElementType(array.type.id), key)) return;
  out.push_back({subject, 'i', false, {&array}});
}

std::vector<Comparison> CollectComparisons(const Subjects& subjects, const std::vector<ExprPtr>& conjuncts,
                                           const SlotSet& available) {
  std::vector<Comparison> out;
  for (const ExprPtr& conjunct : conjuncts) {
    if (conjunct->kind == ExprKind::kCall) AddBinary(*conjunct, subjects, available, out);
    if (conjunct->kind == ExprKind::kInList) AddInList(*conjunct, subjects, available, out);
    if (conjunct->kind == ExprKind::kQuantified) AddQuantified(*conjunct, subjects, available, out);
  }
  return out;
}

const Comparison* FindComparison(const std::vector<Comparison>& comparisons, Subject subject, char op) {
  for (const Comparison& comparison : comparisons) {
    if (comparison.subject == subject && comparison.op == op) return &comparison;
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

// True for types whose keys say all about their values: others lose what compares equal, as the display scale
// of a numeric (keys/order_codec.h).
bool IsRestorable(TypeId type) {
  switch (type) {
    case TypeId::kBool:
    case TypeId::kOid:
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestamptz:
    case TypeId::kText:
    case TypeId::kVarchar:
    case TypeId::kUuid:
      return true;
    default:
      return types::IsInteger(type);
  }
}

constexpr int kPointScore = 1000;
constexpr int kSeveralPointsScore = 900;
constexpr int kEqualScore = 10;
constexpr int kAnyScore = 8;
constexpr int kBoundScore = 3;

Candidate Rate(const catalog::IndexDescriptor& index, const std::vector<Subject>& columns,
               const std::vector<Comparison>& comparisons) {
  Candidate candidate;
  for (const Subject column : columns) {
    const Comparison* equal = FindComparison(comparisons, column, '=');
    if (equal == nullptr) break;
    candidate.equal.push_back(equal->operands.front());
  }
  const std::size_t fixed = candidate.equal.size();
  candidate.score = static_cast<int>(fixed) * kEqualScore;
  if (fixed == columns.size()) {
    candidate.points = index.unique || index.primary;
    if (candidate.points) candidate.score = kPointScore;
    return candidate;
  }
  const Subject next = columns[fixed];
  if (fixed + 1 == columns.size() && (index.unique || index.primary)) {
    candidate.any_of = FindComparison(comparisons, next, 'i');
    if (candidate.any_of != nullptr) {
      candidate.points = true;
      candidate.score = kSeveralPointsScore;
      return candidate;
    }
  }
  candidate.any_of = FindComparison(comparisons, next, 'i');
  if (candidate.any_of != nullptr) {
    candidate.score += kAnyScore;
    return candidate;
  }
  candidate.lower = FindComparison(comparisons, next, '>');
  candidate.upper = FindComparison(comparisons, next, '<');
  if (candidate.lower != nullptr) candidate.score += kBoundScore;
  if (candidate.upper != nullptr) candidate.score += kBoundScore;
  return candidate;
}

Candidate RateAll(const catalog::TableDescriptor& table, int offset, const Subjects& subjects,
                  const std::vector<ExprPtr>& conjuncts, const std::vector<Comparison>& comparisons) {
  Candidate best;
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    if (!table.indexes[i].valid) continue;
    Candidate candidate = Rate(table.indexes[i], subjects.Of(table.indexes[i]), comparisons);
    candidate.index = static_cast<int>(i);
    if (candidate.score > best.score && PredicateHolds(table.indexes[i], conjuncts, offset))
      best = std::move(candidate);
  }
  return best;
}

}  // namespace

Access ChooseAccess(const catalog::TableDescriptor& table, int offset, const std::vector<ExprPtr>& conjuncts,
                    const SlotSet& available, const std::vector<ExprPtr>& lookups) {
  Access access;
  if (conjuncts.empty() && lookups.empty()) return access;
  const Subjects subjects(table, offset);
  auto comparisons = CollectComparisons(subjects, conjuncts, available);
  Candidate best = RateAll(table, offset, subjects, conjuncts, comparisons);
  if (best.score == 0 && !lookups.empty()) {
    for (const ExprPtr& lookup : lookups) AddLookup(*lookup, subjects, comparisons);
    best = RateAll(table, offset, subjects, conjuncts, comparisons);
    access.may_be_many = true;
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

namespace {

// The columns by which entries lie in order: those of the index, then those of the row key, which makes them
// unique. An expression ends them.
std::vector<base::AttributeNumber> OrderOf(const catalog::TableDescriptor& table,
                                           const catalog::IndexDescriptor& index) {
  std::vector<base::AttributeNumber> order;
  for (const base::AttributeNumber number : index.columns) {
    if (number == 0) return order;
    order.push_back(number);
  }
  if (const auto* primary = table.primary_key(); primary != nullptr && !index.primary) {
    order.insert(order.end(), primary->columns.begin(), primary->columns.end());
  }
  return order;
}

// Whether entries of the index, of which the first `fixed` columns are given, come in the order of the keys.
bool ComesInOrder(const catalog::TableDescriptor& table, int offset, const catalog::IndexDescriptor& index,
                  std::size_t fixed, const std::vector<PlanSortKey>& keys) {
  const std::vector<base::AttributeNumber> order = OrderOf(table, index);
  const bool is_unique = order.size() > index.columns.size() || index.primary;
  std::size_t column = 0;
  for (const PlanSortKey& key : keys) {
    if (column == order.size() && is_unique) break;  // what follows cannot matter
    if (key.descending != keys.front().descending) return false;
    const auto* shown = ColumnOf(*key.expression, table, offset);
    if (shown == nullptr) return false;
    while (column < fixed && column < order.size() && shown->number != order[column]) ++column;
    if (column == order.size() || shown->number != order[column]) return false;
    // NULLs lie behind all values.
    if (!shown->not_null && column >= fixed && key.nulls_first != key.descending) return false;
    ++column;
  }
  return true;
}

}  // namespace

bool MatchOrder(const catalog::TableDescriptor& table, int offset, const std::vector<PlanSortKey>& keys,
                Access& access, bool any_index) {
  if (keys.empty()) return false;
  const catalog::IndexDescriptor* primary = table.primary_key();
  const bool full = access.kind == AccessKind::kFull;
  if (!full || primary != nullptr) {
    const auto& index = full ? *primary : table.indexes[static_cast<std::size_t>(access.index)];
    // A scan that may give up, and read all rows, gives them in the order of the primary key.
    const bool in_order = (access.kind != AccessKind::kPoints && !access.may_be_many) || index.primary;
    if (in_order && ComesInOrder(table, offset, index, full ? 0 : access.equal.size(), keys)) {
      access.backward = keys.front().descending;
      return true;
    }
  }
  if (!full || !any_index) return false;
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    const auto& index = table.indexes[i];
    if (index.primary || !index.valid || index.predicate || !ComesInOrder(table, offset, index, 0, keys))
      continue;
    access.kind = AccessKind::kRange;
    access.index = static_cast<int>(i);
    access.backward = keys.front().descending;
    return true;
  }
  return false;
}

bool Covers(const catalog::TableDescriptor& table, const Access& access, const std::vector<bool>& needed) {
  if (access.kind != AccessKind::kRange) return false;
  const auto& index = table.indexes[static_cast<std::size_t>(access.index)];
  if (index.primary) return false;
  std::vector<base::AttributeNumber> kept = index.columns;
  if (const auto* primary = table.primary_key()) {
    kept.insert(kept.end(), primary->columns.begin(), primary->columns.end());
  }
  const std::vector<base::AttributeNumber> none;
  const auto& included = index.stores_included ? index.included : none;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    const auto& column = table.columns[i];
    if (!needed[i] || column.dropped) continue;
    if (std::find(included.begin(), included.end(), column.number) != included.end()) continue;
    if (!IsRestorable(column.type.id) || std::find(kept.begin(), kept.end(), column.number) == kept.end()) {
      return false;
    }
  }
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
