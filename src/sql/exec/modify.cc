#include "sql/exec/modify.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "sql/exec/foreign_keys.h"

namespace ordinal::sql {
namespace {

// Records the statement's identities while it lives. Parts of one WITH run in turns.
class IdentityRecording {
 public:
  IdentityRecording(ExecContext& context, base::Oid sequence)
      : context_(context), outer_(context.RecordIdentitiesOf(sequence)) {}
  ~IdentityRecording() { context_.RecordIdentitiesOf(outer_); }
  IdentityRecording(const IdentityRecording&) = delete;
  IdentityRecording& operator=(const IdentityRecording&) = delete;

 private:
  ExecContext& context_;
  base::Oid outer_;
};

}  // namespace

ModifyRun::ModifyRun(const PlannedModify& modify, ExecState& state)
    : plan_(modify),
      bound_(*modify.bound),
      state_(state),
      context_(state.context),
      width_(bound_.table->columns.size()),
      writer_(TableLayout::Of(bound_.table),
              {state.transaction, context_.catalog(), context_.settings(), context_.services().row_ids(),
               context_.services().size_limits(), context_, context_.services().row_moves()}) {
  if (bound_.kind == ModifyKind::kInsert && bound_.identity_column >= 0) {
    const auto& column = bound_.table->columns[static_cast<std::size_t>(bound_.identity_column)];
    if (column.identity) identity_ = column.identity->sequence;
  }
  if (ForeignKeys::Concern(*bound_.table, context_.catalog())) foreign_keys_ = state_.foreign_keys;
  may_repeat_ = bound_.from && bound_.from->kind == SourceKind::kJoin;
  for (std::size_t i = 0; i < width_; ++i) {
    const auto& column = bound_.table->columns[i];
    if (!column.generated) continue;
    generated_.push_back({static_cast<int>(i), DeserializeExpression(*column.default_expression)});
  }
  std::vector<std::size_t> assigned;
  for (const Assignment& assignment : bound_.assignments)
    assigned.push_back(static_cast<std::size_t>(assignment.column));
  for (const Assignment& assignment : generated_)
    assigned.push_back(static_cast<std::size_t>(assignment.column));
  for (const IndexLayout& index : writer_.layout().indexes) {
    for (const std::size_t column : assigned) {
      const bool reads = !index.expressions.empty() ||
                         std::find(index.columns.begin(), index.columns.end(), column) != index.columns.end();
      may_collide_ = may_collide_ || (index.unique && reads);
    }
  }
}

bool ModifyRun::NextInput() {
  if (!begun_) {
    begun_ = true;
    if (!plan_.input) return true;
    state_.target_key = bound_.kind == ModifyKind::kInsert ? nullptr : &key_;
    input_ = MakeOperator(*plan_.input, state_);
    state_.target_key = nullptr;
    source_.resize(static_cast<std::size_t>(plan_.input->row_width));
    input_->Open(source_);
  }
  return input_ && input_->Next(source_);
}

bool ModifyRun::Next(Row& returned) {
  const IdentityRecording recording(context_, identity_);
  while (!done_) {
    if (!ahead_.empty()) {
      key_ = std::move(ahead_.front().row_key);
      source_ = std::move(ahead_.front().row);
      ahead_.pop_front();
    } else if (!NextInput()) {
      Finish();
      break;
    }
    const bool gives = bound_.kind == ModifyKind::kInsert   ? InsertOne()
                       : bound_.kind == ModifyKind::kUpdate ? UpdateOne()
                                                            : DeleteOne();
    if (!gives) continue;
    Count();
    if (bound_.returning.empty()) continue;
    returned.clear();
    for (const ExprPtr& expression : bound_.returning)
      returned.push_back(Evaluate(*expression, context_, row_));
    return true;
  }
  return false;
}

void ModifyRun::InsertOneMore(const Expression* where) {
  const IdentityRecording recording(context_, identity_);
  if (InsertOne(where)) Count();
}

void ModifyRun::Finish() {
  done_ = true;
  WriteDeferred();
}

bool ModifyRun::InsertOne(const Expression* where) {
  row_.assign(width_, Value());
  for (const Assignment& assignment : bound_.assignments) {
    row_[static_cast<std::size_t>(assignment.column)] = Evaluate(*assignment.value, context_, source_);
  }
  if (where != nullptr && !Passes(*where, context_, row_)) return false;
  ComputeGenerated(row_);
  CheckRow(row_);
  if (bound_.on_conflict != ConflictAction::kError) {
    if (auto conflict = writer_.FindConflict(row_, bound_.conflict_index)) {
      return bound_.on_conflict == ConflictAction::kUpdate && UpdateConflicting(*conflict);
    }
  }
  writer_.Insert(row_, foreign_keys_ != nullptr ? &key_ : nullptr);
  if (foreign_keys_ != nullptr) foreign_keys_->Inserted(bound_.table, row_, key_);
  CheckViews(row_);
  return true;
}

bool ModifyRun::UpdateConflicting(const TableWriter::Conflict& conflict) {
  if (conflict.in_statement || state_.transaction.GetFromStatement(conflict.row_key)) {
    throw base::Error(base::sqlstate::kCardinalityViolation,
                      "ON CONFLICT DO UPDATE command cannot affect row a second time")
        .Hint(
            "Ensure that no rows proposed for insertion within the same command have duplicate constrained "
            "values.");
  }
  Row both;  // the existing row, then the excluded one
  ORDINAL_CHECK(writer_.Read(conflict.row_key, both));
  const Row existing = both;
  for (const ViewCheck& check : bound_.conflict_checks) {
    if (IsTrue(*check.condition, context_, existing)) continue;
    throw base::Error(base::sqlstate::kObjectNotInPrerequisiteState,
                      "conflicting row is not visible through view \"" + check.view + "\"");
  }
  both.insert(both.end(), row_.begin(), row_.end());
  if (bound_.conflict_where && !Passes(*bound_.conflict_where, context_, both)) return false;
  row_ = existing;
  Assign(bound_.conflict_set, both, row_);
  ComputeGenerated(row_);
  CheckRow(row_);
  writer_.Withdraw(existing, conflict.row_key, row_);
  writer_.WriteUpdated(existing, conflict.row_key, row_);
  NoteUpdate(existing, conflict.row_key, row_);
  CheckViews(row_);
  return true;
}

bool ModifyRun::UpdateOne() {
  const auto end = source_.begin() + static_cast<std::ptrdiff_t>(width_);
  updated_.assign(source_.begin(), end);
  Assign(bound_.assignments, source_, updated_);
  ComputeGenerated(updated_);
  CheckRow(updated_);
  // A row that several rows of FROM match is changed once, and so is one that another part of the same WITH
  // took.
  if (may_repeat_ && !seen_.insert(key_).second) return false;
  if (state_.transaction.GetFromStatement(key_)) return false;
  if (!bound_.returning.empty()) {
    row_ = source_;
    std::copy(updated_.begin(), updated_.end(), row_.begin());
  }
  writer_.Withdraw(source_, key_, updated_);
  NoteUpdate(source_, key_, updated_);
  std::optional<TableWriter::Conflict> conflict;
  if (may_collide_) conflict = writer_.FindConflictOfUpdate(source_, key_, updated_);
  if (!conflict) {
    writer_.WriteUpdated(source_, key_, updated_);
  } else {
    deferred_.push_back({key_, source_, updated_});
    CheckConflict(*conflict);
  }
  CheckViews(updated_);
  return true;
}

void ModifyRun::NoteUpdate(const Row& old_row, const std::string& row_key, const Row& new_row) {
  if (foreign_keys_ == nullptr) return;
  const std::string new_key = writer_.layout().has_primary ? writer_.RowKeyOf(new_row) : row_key;
  foreign_keys_->Updated(bound_.table, old_row, row_key, new_row, new_key);
}

// Uniqueness holds at the end of the statement: a key may belong to a row that is changed later. So the rows
// that remain are looked at, but not computed. If the owner is not among them, the conflict is certain, and
// is reported before anything else is drawn.
void ModifyRun::CheckConflict(const TableWriter::Conflict& conflict) {
  const auto is_owner = [&](const Target& target) { return target.row_key == conflict.row_key; };
  bool found = !conflict.in_statement && std::any_of(ahead_.begin(), ahead_.end(), is_owner);
  while (!found && !conflict.in_statement && NextInput()) {
    ahead_.push_back({key_, source_});
    found = is_owner(ahead_.back());
  }
  if (!found) WriteDeferred();
}

void ModifyRun::WriteDeferred() {
  for (const Deferred& update : deferred_) {
    writer_.WriteUpdated(update.old_row, update.row_key, update.new_row);
  }
  deferred_.clear();
}

bool ModifyRun::DeleteOne() {
  if (may_repeat_ && !seen_.insert(key_).second) return false;
  if (state_.transaction.GetFromStatement(key_)) return false;
  writer_.Delete(source_, key_);
  if (foreign_keys_ != nullptr) foreign_keys_->Deleted(bound_.table, source_);
  if (!bound_.returning.empty()) row_ = source_;
  return true;
}

void ModifyRun::Assign(const std::vector<Assignment>& assignments, Row& row, Row& to) {
  for (const RowSubquery& source : bound_.row_subqueries) {
    const std::vector<Value> values = context_.EvaluateRowSubquery(*source.subquery, row);
    row.resize(static_cast<std::size_t>(source.slot) + static_cast<std::size_t>(source.width));
    std::fill_n(row.begin() + source.slot, source.width, Value());
    std::copy(values.begin(), values.end(), row.begin() + source.slot);
  }
  for (const Assignment& assignment : assignments) {
    to[static_cast<std::size_t>(assignment.column)] = Evaluate(*assignment.value, context_, row);
  }
}

// They read no other generated column, so their order does not matter.
void ModifyRun::ComputeGenerated(Row& row) {
  for (const Assignment& assignment : generated_) {
    row[static_cast<std::size_t>(assignment.column)] = Evaluate(*assignment.value, context_, row);
  }
}

void ModifyRun::CheckRow(const Row& row) {
  writer_.CheckNotNull(row);
  for (std::size_t i = 0; i < bound_.checks.size(); ++i) {
    // NULL passes.
    const Value holds = Evaluate(*bound_.checks[i], context_, row);
    if (!holds.is_null() && !holds.AsBool()) writer_.ThrowCheckViolation(row, bound_.table->checks[i].name);
  }
}

void ModifyRun::CheckViews(const Row& row) {
  for (const ViewCheck& check : bound_.view_checks) {
    if (IsTrue(*check.condition, context_, row)) continue;
    // Those of INSERT have defaults among them, which nobody said.
    std::set<std::size_t> said;
    if (bound_.kind == ModifyKind::kUpdate) {
      for (const Assignment& assignment : bound_.assignments) {
        said.insert(static_cast<std::size_t>(assignment.column));
      }
    }
    writer_.ThrowViewCheckViolation(row, check.view, said);
  }
}

void ModifyRun::Count() {
  constexpr std::uint64_t kCancelMask = 0xff;
  if ((++count_ & kCancelMask) == 0) context_.CheckCanceled();
}

}  // namespace ordinal::sql
