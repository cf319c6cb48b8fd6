#include "sql/exec/row_locks.h"

#include "keys/key_space.h"
#include "sql/exec/operator.h"
#include "sql/exec/table_layout.h"

namespace ordinal::sql {
namespace {

class LockRows final : public Operator {
 public:
  LockRows(const PlanNode& node, ExecState& state)
      : node_(node), state_(state), below_(MakeOperator(*node.left, state)) {
    std::vector<TracedRow>* const traced = state.context.traced_rows;
    if (traced == nullptr) return;
    first_traced_ = traced->size();
    for (const RowLock& lock : node.locks) traced->push_back({lock.table->oid, {}});
  }
  void Open(Row& row) override { below_->Open(row); }
  void Reset() override { below_->Reset(); }
  void Bound(std::int64_t rows) override { below_->Bound(rows); }
  bool Next(Row& row) override {
    if (!below_->Next(row)) return false;
    std::vector<TracedRow>* const traced = state_.context.traced_rows;
    std::size_t number = first_traced_;
    for (const RowLock& lock : node_.locks) {
      const std::string key(row[static_cast<std::size_t>(lock.slot)].AsString());
      if (traced != nullptr) (*traced)[number++].key = key;
      if (lock.kind == RowLockKind::kNone) continue;
      LockRow(state_.transaction, lock.kind, key, keys::CatalogKey(lock.table->oid));
    }
    return true;
  }

 private:
  const PlanNode& node_;
  ExecState& state_;
  OperatorPtr below_;
  std::size_t first_traced_ = 0;  // into the rows that the context traces
};

}  // namespace

void LockRow(txn::Transaction& transaction, RowLockKind kind, const std::string& row_key,
             const std::string& descriptor_key) {
  transaction.GuardUnchanged(descriptor_key);
  if (kind == RowLockKind::kUpdate) {
    transaction.GuardUnchanged(row_key);
    MarkRowChange(transaction, row_key, true);
    return;
  }
  transaction.GuardUntouched(keys::ExclusiveMarkerKey(row_key));
  transaction.Touch(keys::SharedMarkerKey(row_key));
}

void MarkRowChange(txn::Transaction& transaction, const std::string& row_key, bool of_key) {
  std::string exclusive = keys::ExclusiveMarkerKey(row_key);
  if (of_key) {
    transaction.Touch(exclusive);
    transaction.GuardUntouched(keys::SharedMarkerKey(row_key));
  }
  transaction.GuardUntouched(std::move(exclusive));
}

OperatorPtr MakeLockRows(const PlanNode& node, ExecState& state) {
  return std::make_unique<LockRows>(node, state);
}

}  // namespace ordinal::sql
