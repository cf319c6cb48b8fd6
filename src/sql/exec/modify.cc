#include "sql/exec/modify.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/check.h"
#include "base/error.h"
#include "sql/exec/table_writer.h"

namespace ordinal::sql {
namespace {

class Modifier {
 public:
  Modifier(const PlannedModify& modify, ExecState& state)
      : plan_(modify),
        bound_(*modify.bound),
        state_(state),
        context_(state.context),
        width_(bound_.table->columns.size()),
        writer_(TableLayout::Of(bound_.table),
                {state.transaction, context_.catalog(), context_.settings(), context_.services().row_ids(),
                 context_.services().size_limits()}) {}

  ModifyResult Run() {
    if (bound_.kind == ModifyKind::kInsert) {
      RunInsert();
    } else {
      Collect();
      if (bound_.kind == ModifyKind::kUpdate) {
        Update();
      } else {
        Delete();
      }
    }
    return std::move(result_);
  }

 private:
  // A row of the table that UPDATE or DELETE found.
  struct Target {
    std::string row_key;
    Row row;  // of `from`; the table's columns first
    Row updated;
  };

  void RunInsert() {
    base::Oid identity = base::kInvalidOid;
    if (bound_.identity_column >= 0) {
      const auto& column = bound_.table->columns[static_cast<std::size_t>(bound_.identity_column)];
      if (column.identity) identity = column.identity->sequence;
    }
    context_.RecordIdentitiesOf(identity);
    Row row(width_);
    Row source;
    if (!plan_.input) {
      InsertOne(source, row);
    } else {
      source.resize(static_cast<std::size_t>(plan_.input->row_width));
      const OperatorPtr input = MakeOperator(*plan_.input, state_);
      input->Open(source);
      while (input->Next(source)) InsertOne(source, row);
    }
    context_.RecordIdentitiesOf(base::kInvalidOid);
  }

  void InsertOne(Row& source, Row& row) {
    row.assign(width_, Value());
    for (const Assignment& assignment : bound_.assignments) {
      row[static_cast<std::size_t>(assignment.column)] = Evaluate(*assignment.value, context_, source);
    }
    CheckRow(row);
    if (bound_.on_conflict != ConflictAction::kError) {
      if (auto conflict = writer_.FindConflict(row, bound_.conflict_index)) {
        if (bound_.on_conflict == ConflictAction::kUpdate) UpdateConflicting(*conflict, row);
        return;
      }
    }
    writer_.Insert(row);
    Finish(row);
  }

  void UpdateConflicting(const TableWriter::Conflict& conflict, const Row& excluded) {
    if (conflict.in_statement || state_.transaction.GetFromStatement(conflict.row_key)) {
      throw base::Error(base::sqlstate::kCardinalityViolation,
                        "ON CONFLICT DO UPDATE command cannot affect row a second time")
          .Hint(
              "Ensure that no rows proposed for insertion within the same command have duplicate constrained "
              "values.");
    }
    Row both;
    ORDINAL_CHECK(writer_.Read(conflict.row_key, both));
    Row existing = both;
    both.insert(both.end(), excluded.begin(), excluded.end());
    if (bound_.conflict_where && !IsTrue(*bound_.conflict_where, context_, both)) return;
    Row updated = existing;
    for (const Assignment& assignment : bound_.conflict_set) {
      updated[static_cast<std::size_t>(assignment.column)] = Evaluate(*assignment.value, context_, both);
    }
    CheckRow(updated);
    writer_.Withdraw(existing, conflict.row_key, updated);
    writer_.WriteUpdated(existing, conflict.row_key, updated);
    Finish(updated);
  }

  // Finds all rows first, so that a row changed is not met again. A row that several rows of FROM match is
  // taken once.
  void Collect() {
    std::string key;
    state_.target_key = &key;
    const OperatorPtr input = MakeOperator(*plan_.input, state_);
    state_.target_key = nullptr;
    const bool may_repeat = bound_.from->kind == SourceKind::kJoin;
    absl::flat_hash_set<std::string> seen;
    Row row(static_cast<std::size_t>(plan_.input->row_width));
    input->Open(row);
    while (input->Next(row)) {
      if (may_repeat && !seen.insert(key).second) continue;
      if (state_.transaction.GetFromStatement(key)) continue;  // another part of the same WITH took it
      targets_.push_back({key, row, {}});
      if (bound_.kind == ModifyKind::kUpdate) ComputeUpdate(targets_.back());
    }
  }

  void ComputeUpdate(Target& target) {
    target.updated.assign(target.row.begin(), target.row.begin() + static_cast<std::ptrdiff_t>(width_));
    for (const Assignment& assignment : bound_.assignments) {
      target.updated[static_cast<std::size_t>(assignment.column)] =
          Evaluate(*assignment.value, context_, target.row);
    }
    CheckRow(target.updated);
  }

  void Update() {
    for (const Target& target : targets_) writer_.Withdraw(target.row, target.row_key, target.updated);
    for (Target& target : targets_) {
      writer_.WriteUpdated(target.row, target.row_key, target.updated);
      if (!bound_.returning.empty())
        std::move(target.updated.begin(), target.updated.end(), target.row.begin());
      Finish(target.row);
    }
  }

  void Delete() {
    for (Target& target : targets_) {
      writer_.Delete(target.row, target.row_key);
      Finish(target.row);
    }
  }

  void CheckRow(const Row& row) {
    writer_.CheckNotNull(row);
    for (std::size_t i = 0; i < bound_.checks.size(); ++i) {
      // NULL passes.
      const Value holds = Evaluate(*bound_.checks[i], context_, row);
      if (!holds.is_null() && !holds.AsBool()) writer_.ThrowCheckViolation(row, bound_.table->checks[i].name);
    }
  }

  void Finish(const Row& row) {
    constexpr std::uint64_t kCancelMask = 0xff;
    ++result_.count;
    if ((result_.count & kCancelMask) == 0) context_.CheckCanceled();
    if (bound_.returning.empty()) return;
    Row& out = result_.returned.emplace_back();
    out.reserve(bound_.returning.size());
    for (const ExprPtr& expression : bound_.returning) out.push_back(Evaluate(*expression, context_, row));
  }

  const PlannedModify& plan_;
  const BoundModify& bound_;
  ExecState& state_;
  ExecContext& context_;
  std::size_t width_;
  TableWriter writer_;
  std::vector<Target> targets_;
  ModifyResult result_;
};

}  // namespace

ModifyResult RunModify(const PlannedModify& modify, ExecState& state) {
  return Modifier(modify, state).Run();
}

}  // namespace ordinal::sql
