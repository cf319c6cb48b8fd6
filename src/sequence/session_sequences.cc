#include "sequence/session_sequences.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "sequence/definition.h"
#include "sequence/transaction_claim.h"

namespace ordinal::sequence {
namespace {

// A statement that draws more and more often reserves up to so many values at once.
constexpr std::int64_t kForesightMax = 1024;

std::int64_t CountOf(const auto& runs) {
  std::int64_t count = 0;
  for (const auto& run : runs) count += run.count;
  return count;
}

}  // namespace

SessionSequences::~SessionSequences() { Discard(); }

SessionSequences::State& SessionSequences::StateOf(const SequenceDescriptor& sequence) {
  State& state = states_[sequence.oid];
  if (state.epoch != sequence.epoch) {
    DropBlock(sequence.oid, state);
    state.recorded.clear();
    state.replay.clear();
    state.drawn = false;
    state.epoch = sequence.epoch;
  }
  if (!state.in_statement) {
    state.in_statement = true;
    state.current_before = state.current;
    statement_.push_back(sequence.oid);
  }
  return state;
}

std::int64_t SessionSequences::BlockSize(const SequenceDescriptor& sequence) const {
  const bool shared = cache_scope_ == CacheScope::kNode && allocator_.draws_from_memory();
  return shared ? 1 : sequence.definition.cache;
}

Ready SessionSequences::Prepare(const SequenceDescriptor& sequence, std::int64_t count,
                                std::function<void()> done) {
  State& state = StateOf(sequence);
  const std::int64_t missing = count - state.left() - CountOf(state.replay);
  if (missing <= 0) return Ready::kYes;
  const std::int64_t size = BlockSize(sequence);
  // Blocks are drawn whole. The division rounds up; a product that would overflow is more than any run holds.
  const std::int64_t blocks = (missing - 1) / size + 1;
  const std::int64_t needed = blocks > INT64_MAX / size ? INT64_MAX : blocks * size;
  if (allocator_.draws_from_memory()) return allocator_.Prepare(sequence, needed, std::move(done));
  state.expected = needed;
  return Ready::kYes;
}

std::int64_t SessionSequences::Next(const SequenceDescriptor& sequence, bool may_block) {
  State& state = StateOf(sequence);
  std::int64_t value = 0;
  if (!state.replay.empty()) {
    value = Replay(state, sequence.definition.increment);
  } else if (state.left() > 0) {
    value = state.block.ValueAt(state.used++);
  } else {
    value = Draw(state, sequence, may_block);
  }
  Note(state, sequence, value);
  return value;
}

std::int64_t SessionSequences::Replay(State& state, std::int64_t increment) {
  Run& run = state.replay.back();
  const std::int64_t value = run.first;
  if (--run.count == 0) {
    state.replay.pop_back();
  } else {
    run.first += increment;
  }
  return value;
}

std::int64_t SessionSequences::DrawSize(const State& state, const SequenceDescriptor& sequence) const {
  const std::int64_t size = std::max(BlockSize(sequence), state.expected);
  return allocator_.draws_from_memory() || size > 1 ? size : state.foresight;
}

std::int64_t SessionSequences::Draw(State& state, const SequenceDescriptor& sequence, bool may_block) {
  const std::int64_t size = DrawSize(state, sequence);
  std::optional<Block> block = allocator_.TryTake(sequence, size);
  if (!block) {
    if (!may_block) throw NeedsClaim{sequence.oid};
    block = allocator_.TakeAndWait(sequence, size);
  }
  state.expected = std::max<std::int64_t>(state.expected - block->count, 0);
  state.foresight = std::min(2 * state.foresight, kForesightMax);
  state.is_cache = sequence.definition.cache > 1;
  Reserve(state, *block);
  return state.block.ValueAt(state.used++);
}

void SessionSequences::Reserve(State& state, const Block& block) {
  Block& last = state.block;
  const bool goes_on = !state.is_cache && last.count > 0 && last.generation == block.generation &&
                       last.after() == block.before && last.count <= INT64_MAX - block.count;
  if (goes_on) {
    last.last = block.last;
    last.count += block.count;
  } else {
    last = block;
    state.used = 0;
  }
}

void SessionSequences::Unuse(State& state) {
  // The run at the bottom was drawn last.
  for (Run& run : state.replay) {
    while (run.count > 0 && state.used > 0 && state.block.ValueAt(state.used - 1) == run.last) {
      --state.used;
      run.last -= --run.count > 0 ? state.block.increment : 0;
    }
    if (run.count > 0) return;
  }
}

void SessionSequences::Note(State& state, const SequenceDescriptor& sequence, std::int64_t value) {
  state.current = value;
  last_sequence_ = sequence.oid;
  Run* run = state.recorded.empty() ? nullptr : &state.recorded.back();
  std::int64_t next = 0;
  if (run != nullptr && !__builtin_add_overflow(run->last, sequence.definition.increment, &next) &&
      next == value) {
    run->last = value;
    ++run->count;
  } else {
    state.recorded.push_back({value, value, 1});
  }
  if (!state.drawn) {
    state.drawn = true;
    drawn_.push_back({sequence.oid, sequence.epoch});
  }
}

std::int64_t SessionSequences::NextInTransaction(txn::Transaction& transaction,
                                                 const SequenceDescriptor& sequence) {
  const std::int64_t value = DrawInTransaction(transaction, sequence);
  StateOf(sequence).current = value;
  last_sequence_ = sequence.oid;
  return value;
}

std::int64_t SessionSequences::Current(const SequenceDescriptor& sequence) const {
  const auto found = states_.find(sequence.oid);
  if (found == states_.end() || !found->second.current) {
    throw base::Error(base::sqlstate::kObjectNotInPrerequisiteState,
                      "currval of sequence \"" + sequence.name + "\" is not yet defined in this session");
  }
  return *found->second.current;
}

std::int64_t SessionSequences::Last(const catalog::Catalog& catalog) const {
  if (last_sequence_ == base::kInvalidOid || !catalog.SequenceByOid(last_sequence_)) {
    throw base::Error(base::sqlstate::kObjectNotInPrerequisiteState,
                      "lastval is not yet defined in this session");
  }
  return *states_.at(last_sequence_).current;
}

std::int64_t SessionSequences::SetValue(const SequenceDescriptor& sequence, std::int64_t value,
                                        bool is_called) {
  CheckSetValue(sequence.definition, sequence.name, value);
  allocator_.SetValue(sequence, {value, is_called});
  NoteSetValue(sequence, value, is_called);
  return value;
}

Ready SessionSequences::SetValueAsync(const SequenceDescriptor& sequence, std::int64_t value, bool is_called,
                                      std::function<void(const base::Error*)> done) {
  CheckSetValue(sequence.definition, sequence.name, value);
  // Noted first: once the request is under way, `done` may have another thread go on with the session.
  NoteSetValue(sequence, value, is_called);
  return allocator_.SetValueAsync(sequence, {value, is_called}, std::move(done));
}

std::int64_t SessionSequences::SetValueInTransaction(txn::Transaction& transaction,
                                                     const SequenceDescriptor& sequence, std::int64_t value,
                                                     bool is_called) {
  CheckSetValue(sequence.definition, sequence.name, value);
  ChangeCounterForGood(transaction, sequence, {value, is_called});
  NoteSetValue(sequence, value, is_called);
  return value;
}

void SessionSequences::NoteSetValue(const SequenceDescriptor& sequence, std::int64_t value, bool is_called) {
  State& state = StateOf(sequence);
  DropBlock(sequence.oid, state);
  // What an earlier run drew after this call lies beyond the value just set, and will be drawn anew.
  state.replay.clear();
  if (is_called) state.current = value;
  statement_set_value_ = true;
}

void SessionSequences::DropBlock(base::Oid oid, State& state) {
  if (state.left() > 0) allocator_.CountDropped(oid, state.left());
  state.block = {};
  state.used = 0;
}

void SessionSequences::RecordIdentity(std::int64_t value) {
  if (!statement_first_identity_) statement_first_identity_ = value;
  statement_last_identity_ = value;
}

void SessionSequences::BeginStatement() {
  EndStatement();
  last_sequence_before_ = last_sequence_;
}

void SessionSequences::Rewind() {
  for (const base::Oid oid : statement_) {
    State& state = states_[oid];
    // `replay` is a stack: what was recorded last lies deeper than what was recorded first.
    state.replay.insert(state.replay.end(), state.recorded.rbegin(), state.recorded.rend());
    state.recorded.clear();
    state.current = state.current_before;
  }
  last_sequence_ = last_sequence_before_;
  statement_first_identity_.reset();
  statement_last_identity_.reset();
}

void SessionSequences::FinishStatement() {
  if (statement_first_identity_) {
    first_identity_ = statement_first_identity_;
    last_identity_ = statement_last_identity_;
  }
  EndStatement();
}

void SessionSequences::AbandonStatement() { EndStatement(); }

void SessionSequences::EndStatement() {
  for (const base::Oid oid : statement_) {
    State& state = states_[oid];
    Unuse(state);
    if (const std::int64_t unused = CountOf(state.replay); unused > 0) allocator_.CountDropped(oid, unused);
    state.replay.clear();
    state.recorded.clear();
    state.expected = 0;
    state.foresight = 1;
    state.in_statement = false;
    if (state.is_cache) continue;
    // The block was a reservation for this statement.
    if (state.left() > 0) allocator_.GiveBack(oid, state.epoch, state.block.Tail(state.used));
    state.block = {};
    state.used = 0;
  }
  statement_.clear();
  statement_first_identity_.reset();
  statement_last_identity_.reset();
  statement_set_value_ = false;
}

void SessionSequences::EndTransaction() {
  for (const DrawnSequence& drawn : drawn_) states_[drawn.oid].drawn = false;
  drawn_.clear();
  if (last_value_scope_ == LastValueScope::kTransaction) last_sequence_ = base::kInvalidOid;
}

void SessionSequences::DropCached(base::Oid oid) {
  if (const auto found = states_.find(oid); found != states_.end()) DropBlock(oid, found->second);
}

void SessionSequences::Discard() {
  for (auto& [oid, state] : states_) {
    DropBlock(oid, state);
    state.current.reset();
  }
  last_sequence_ = base::kInvalidOid;
}

}  // namespace ordinal::sequence
