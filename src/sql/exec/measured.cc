// Measures operators for EXPLAIN ANALYZE.
#include <chrono>
#include <utility>

#include "sql/exec/operator.h"

namespace ordinal::sql {
namespace {

using Clock = std::chrono::steady_clock;

class Measured final : public Operator {
 public:
  Measured(NodeActuals& actuals, OperatorPtr below) : actuals_(actuals), below_(std::move(below)) {}
  void Open(Row& row) override {
    ++actuals_.loops;
    waits_for_first_ = true;
    const Clock::time_point begun = Clock::now();
    below_->Open(row);
    Note(begun);
  }
  bool Next(Row& row) override {
    const Clock::time_point begun = Clock::now();
    const bool given = below_->Next(row);
    Note(begun);
    waits_for_first_ = false;
    actuals_.rows += given ? 1 : 0;
    return given;
  }
  void Bound(std::int64_t rows) override { below_->Bound(rows); }
  void Reset() override { below_->Reset(); }

 private:
  void Note(Clock::time_point begun) {
    const std::int64_t nanos =
        std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begun).count();
    actuals_.total_nanos += nanos;
    if (waits_for_first_) actuals_.first_nanos += nanos;
  }

  NodeActuals& actuals_;
  OperatorPtr below_;
  bool waits_for_first_ = true;
};

}  // namespace

OperatorPtr MakeMeasured(const PlanNode& node, ExecState& state, OperatorPtr measured) {
  return std::make_unique<Measured>((*state.actuals)[&node], std::move(measured));
}

}  // namespace ordinal::sql
