#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "sql/exec/operator.h"
#include "types/compare.h"

namespace ordinal::sql {
namespace {

// An operator over one other.
class Pipe : public Operator {
 public:
  Pipe(const PlanNode& node, ExecState& state)
      : node_(node), state_(state), below_(MakeOperator(*node.left, state)) {}
  void Open(Row& row) override { below_->Open(row); }
  void Reset() override { below_->Reset(); }

 protected:
  const PlanNode& node_;
  ExecState& state_;
  OperatorPtr below_;
};

class Filter final : public Pipe {
 public:
  using Pipe::Pipe;
  void Open(Row& row) override {
    below_->Open(row);
    asked_ = false;
  }
  bool Next(Row& row) override {
    if (!asked_) {
      asked_ = true;
      open_ = !node_.gate || Passes(*node_.gate, state_.context, row);
    }
    while (open_ && below_->Next(row)) {
      if (!node_.condition || Passes(*node_.condition, state_.context, row)) return true;
    }
    return false;
  }

 private:
  bool asked_ = false;  // the gate, since Open
  bool open_ = false;
};

class Project final : public Pipe {
 public:
  Project(const PlanNode& node, ExecState& state)
      : Pipe(node, state), input_(static_cast<std::size_t>(node.left->row_width)) {}
  void Open(Row&) override { below_->Open(input_); }
  void Bound(std::int64_t rows) override { below_->Bound(rows); }
  bool Next(Row& row) override {
    if (!below_->Next(input_)) return false;
    for (std::size_t i = 0; i < node_.expressions.size(); ++i) {
      row[i] = Evaluate(*node_.expressions[i], state_.context, input_);
    }
    return true;
  }

 private:
  Row input_;
};

class SubqueryScan final : public Pipe {
 public:
  SubqueryScan(const PlanNode& node, ExecState& state)
      : Pipe(node, state), output_(static_cast<std::size_t>(node.left->row_width)) {}
  void Open(Row& row) override {
    if (!node_.lateral) return below_->Open(output_);
    const OuterRow outer(state_.context, row);
    below_->Reset();
    below_->Open(output_);
  }
  bool Next(Row& row) override {
    if (!NextBelow(row)) return false;
    for (std::size_t i = 0; i < static_cast<std::size_t>(node_.width); ++i) {
      row[static_cast<std::size_t>(node_.offset) + i] = output_[i];
    }
    return true;
  }

 private:
  bool NextBelow(const Row& row) {
    if (!node_.lateral) return below_->Next(output_);
    const OuterRow outer(state_.context, row);
    return below_->Next(output_);
  }

  Row output_;
};

Row KeysOf(const PlanNode& node, ExecContext& context, const Row& row) {
  Row keys;
  for (const PlanSortKey& key : node.sort_keys) keys.push_back(Evaluate(*key.expression, context, row));
  return keys;
}

bool SameKeys(const PlanNode& node, const Row& a, const Row& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].is_null() != b[i].is_null()) return false;
    if (!a[i].is_null() && types::Compare(a[i], b[i], node.sort_keys[i].expression->type.id) != 0)
      return false;
  }
  return true;
}

// Of rows that lie together and have equal keys, gives the first.
class DistinctOn final : public Pipe {
 public:
  using Pipe::Pipe;
  void Open(Row& row) override {
    below_->Open(row);
    last_.clear();
  }
  bool Next(Row& row) override {
    while (below_->Next(row)) {
      Row keys = KeysOf(node_, state_.context, row);
      if (!last_.empty() && SameKeys(node_, last_, keys)) continue;
      last_ = std::move(keys);
      return true;
    }
    return false;
  }

 private:
  Row last_;
};

class Limit final : public Pipe {
 public:
  using Pipe::Pipe;
  void Open(Row& row) override {
    below_->Open(row);
    last_.clear();
    ended_ = false;
    // PostgreSQL looks at OFFSET first.
    to_skip_ = Count(node_.offset_rows, row, 0, base::sqlstate::kInvalidRowCountInOffset,
                     "OFFSET must not be negative");
    left_ = Count(node_.limit, row, INT64_MAX, base::sqlstate::kInvalidRowCountInLimit,
                  "LIMIT must not be negative");
    if (!node_.with_ties && left_ < INT64_MAX - to_skip_) below_->Bound(left_ + to_skip_);
  }
  bool Next(Row& row) override {
    if (left_ == 0) return node_.with_ties && NextTie(row);
    for (; to_skip_ > 0; --to_skip_) {
      if (!below_->Next(row)) return false;
    }
    if (!below_->Next(row)) return false;
    if (--left_ == 0 && node_.with_ties) last_ = KeysOf(node_, state_.context, row);
    return true;
  }

 private:
  // A row behind the last one that its keys do not tell from it.
  bool NextTie(Row& row) {
    if (ended_ || last_.empty() || !below_->Next(row)) return false;
    ended_ = !SameKeys(node_, last_, KeysOf(node_, state_.context, row));
    return !ended_;
  }
  std::int64_t Count(const ExprPtr& expression, Row& row, std::int64_t if_absent, base::SqlState state,
                     const char* message) {
    if (!expression) return if_absent;
    const Value value = Evaluate(*expression, state_.context, row);
    if (value.is_null()) return if_absent;
    if (value.AsInt() < 0) throw base::Error(state, message);
    return value.AsInt();
  }

  Row last_;
  bool ended_ = false;
  std::int64_t to_skip_ = 0;
  std::int64_t left_ = 0;
};

class NestedLoop final : public Operator {
 public:
  NestedLoop(const PlanNode& node, ExecState& state)
      : node_(node),
        state_(state),
        outer_(MakeOperator(*node.left, state)),
        inner_(MakeOperator(*node.right, state)) {}
  void Open(Row& row) override {
    outer_->Open(row);
    in_row_ = false;
  }
  void Reset() override {
    outer_->Reset();
    inner_->Reset();
  }
  bool Next(Row& row) override {
    for (;;) {
      if (!in_row_) {
        if (!outer_->Next(row)) return false;
        state_.context.CheckCanceled();
        inner_->Open(row);
        in_row_ = true;
        matched_ = false;
      }
      while (inner_->Next(row)) {
        if (node_.condition && !Passes(*node_.condition, state_.context, row)) continue;
        matched_ = true;
        return true;
      }
      in_row_ = false;
      if (node_.join == JoinKind::kLeft && !matched_) {
        ClearSlots(row, node_.inner_slots);
        return true;
      }
    }
  }

 private:
  const PlanNode& node_;
  ExecState& state_;
  OperatorPtr outer_;
  OperatorPtr inner_;
  bool in_row_ = false;
  bool matched_ = false;
};

}  // namespace

bool Passes(const Expression& condition, ExecContext& context, const Row& row) {
  if (condition.kind != ExprKind::kAnd) return IsTrue(condition, context, row);
  return std::all_of(condition.args.begin(), condition.args.end(),
                     [&](const ExprPtr& part) { return Passes(*part, context, row); });
}

OperatorPtr MakePipe(const PlanNode& node, ExecState& state) {
  switch (node.kind) {
    case NodeKind::kFilter:
      return std::make_unique<Filter>(node, state);
    case NodeKind::kProject:
      return std::make_unique<Project>(node, state);
    case NodeKind::kSubqueryScan:
      return std::make_unique<SubqueryScan>(node, state);
    case NodeKind::kDistinctOn:
      return std::make_unique<DistinctOn>(node, state);
    case NodeKind::kLimit:
      return std::make_unique<Limit>(node, state);
    default:
      ORDINAL_CHECK(node.kind == NodeKind::kNestedLoop);
      return std::make_unique<NestedLoop>(node, state);
  }
}

}  // namespace ordinal::sql
