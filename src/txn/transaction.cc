#include "txn/transaction.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "txn/merge_cursor.h"
#include "txn/undo_log.h"
#include "txn/write_layer.h"

namespace ordinal::txn {
namespace {

constexpr std::uint64_t kMebibyte = 1024 * 1024;
constexpr std::int64_t kMicrosPerSecond = 1'000'000;
// Up to this many keys, point reads cost less than opening a cursor.
constexpr std::size_t kPointReadsMax = 2;

std::uint64_t InMebibytes(std::uint64_t bytes) { return (bytes + kMebibyte - 1) / kMebibyte; }

void CheckBytes(const WriteLayer& layer, std::uint64_t bytes_max) {
  if (bytes_max == 0) return;
  std::uint64_t bytes = 0;
  for (const BufferedWrite& write : layer.writes)
    bytes += write.key.size() + (write.value ? write.value->size() : 0);
  // A row that is locked counts by its key.
  for (const std::string& marker : layer.touches) bytes += marker.size();
  if (bytes <= bytes_max) return;
  const std::string limit = std::to_string(InMebibytes(bytes_max)) + "mb";
  throw base::Error(base::sqlstate::kProgramLimitExceeded, "transaction size limit " + limit + " exceeded")
      .Detail("Current transaction size " + std::to_string(InMebibytes(bytes)) + "mb " + limit);
}

// Moves the guards of `layer` into `submission`, but for those of its writes. A key both guarded as unchanged
// and as absent is one that the transaction deleted and then inserted again: unchanged is what must hold.
// Only of keys in a deleted range is it not known whether the snapshot has them.
void MoveGuards(WriteLayer& layer, kv::Sighting absent_sighting, kv::Submission& submission) {
  std::vector<kv::Guard>& guards = submission.guards;
  guards.reserve(layer.unchanged.size() + layer.absent.size() + layer.untouched.size() +
                 layer.unwritten_ranges.size());
  // Descriptors sort before rows: whose table is gone hears of that, not of its rows.
  for (const std::string& key : layer.unchanged) {
    const bool known = FindCovering(layer.deleted_ranges, key) == nullptr;
    guards.push_back({.kind = kv::GuardKind::kUnchanged,
                      .key = key,
                      .end = {},
                      .sighting = known ? kv::Sighting::kPresent : kv::Sighting::kUnknown});
  }
  for (std::string& key : layer.absent) {
    if (layer.unchanged.contains(key)) continue;
    guards.push_back(
        {.kind = kv::GuardKind::kAbsent, .key = std::move(key), .end = {}, .sighting = absent_sighting});
  }
  for (auto& [key, seen_at] : layer.unchanged_since) {
    guards.push_back(
        {.kind = kv::GuardKind::kUnchanged, .key = std::move(key), .end = {}, .seen_at = seen_at});
  }
  for (const std::string& key : layer.untouched) {
    guards.push_back({.kind = kv::GuardKind::kUntouched, .key = key, .end = {}});
  }
  for (kv::KeyRange& range : layer.unwritten_ranges) {
    guards.push_back(
        {.kind = kv::GuardKind::kRangeUnwritten, .key = std::move(range.begin), .end = std::move(range.end)});
  }
}

void MoveWrites(WriteLayer& layer, kv::Sighting absent_sighting, kv::Submission& submission) {
  submission.writes.reserve(layer.writes.size());
  for (const BufferedWrite& write : layer.writes) {
    const bool guard = write.guard_absent && !layer.unchanged.contains(write.key);
    submission.writes.push_back({.key = std::move(write.key),
                                 .value = std::move(write.value),
                                 .guard_absent = guard,
                                 .sighting = absent_sighting});
  }
}

}  // namespace

struct Transaction::State {
  State(kv::Engine& store, Limits bounds, std::int64_t started)
      : engine(store), limits(bounds), started_boot_micros(started) {}

  kv::Engine& engine;
  Limits limits;
  std::int64_t started_boot_micros;
  bool recent = false;
  // Shared with the submission, whose guards are judged against it.
  std::shared_ptr<const kv::Snapshot> snapshot;
  // Shared with views; copied before it changes when there are any.
  std::shared_ptr<WriteLayer> finished = std::make_shared<WriteLayer>();
  WriteLayer running;
  // What the statements around the running one have written, the outermost first. They stay in their places
  // while cursors read them.
  struct Around {
    WriteLayer written;
    ReadView view;  // where it reads
  };
  std::vector<std::unique_ptr<Around>> around;
  std::vector<std::string> lasting;  // keys of lasting writes of the running statement
  std::vector<UndoRecord> savepoints;
  ReadView view;  // where reads go, if not to `finished`

  const WriteLayer& visible() const { return view ? *view : *finished; }
  bool SeesWrites() const {
    return visible().HasWrites() || std::any_of(around.begin(), around.end(),
                                                [](const auto& outer) { return outer->written.HasWrites(); });
  }
  // What the visible layers say, the newest first.
  std::optional<std::optional<std::string_view>> FindVisible(std::string_view key) const {
    if (auto found = FindAround(key)) return found;
    return visible().Find(key);
  }
  std::optional<std::optional<std::string_view>> FindAround(std::string_view key) const {
    for (std::size_t i = around.size(); i-- > 0;) {
      if (auto found = around[i]->written.Find(key)) return found;
    }
    return std::nullopt;
  }
  WriteLayer& ChangeFinished() {
    if (finished.use_count() > 1) finished = std::make_shared<WriteLayer>(*finished);
    return *finished;
  }
  std::optional<std::optional<std::string_view>> FindInLayers(std::string_view key) const {
    if (auto found = running.Find(key)) return found;
    if (auto found = FindAround(key)) return found;
    return finished->Find(key);
  }
  // A key that is absent because this transaction emptied its range may well be present in the store.
  bool IsEmptied(std::string_view key) const {
    return FindCovering(running.deleted_ranges, key) != nullptr ||
           FindCovering(finished->deleted_ranges, key) != nullptr ||
           std::any_of(around.begin(), around.end(), [key](const auto& outer) {
             return FindCovering(outer->written.deleted_ranges, key) != nullptr;
           });
  }
  std::vector<bool> ExistByReads(const kv::Snapshot& at, std::span<const std::string> keys) const;
  std::vector<bool> ExistByCursor(const kv::Snapshot& at, std::span<const std::string> keys) const;
};

std::vector<bool> Transaction::State::ExistByReads(const kv::Snapshot& at,
                                                   std::span<const std::string> keys) const {
  const auto values = engine.MultiGet(at, keys);
  std::vector<bool> exist(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto buffered = FindInLayers(keys[i]);
    exist[i] = buffered ? buffered->has_value() : values[i].has_value();
  }
  return exist;
}

// Keeps the cursor at the first entry at or after the last key asked for, so that keys before that entry need
// no further step.
std::vector<bool> Transaction::State::ExistByCursor(const kv::Snapshot& at,
                                                    std::span<const std::string> keys) const {
  const auto cursor = engine.Scan(at, {keys.front(), keys.back() + '\0'}, {});
  bool at_entry = cursor->Seek(keys.front());
  std::vector<bool> exist(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (const auto buffered = FindInLayers(keys[i])) {
      exist[i] = buffered->has_value();
      continue;
    }
    if (at_entry && cursor->key() < keys[i]) at_entry = cursor->Next();
    if (at_entry && cursor->key() < keys[i]) at_entry = cursor->Seek(keys[i]);
    exist[i] = at_entry && cursor->key() == keys[i];
  }
  return exist;
}

Transaction::Transaction(kv::Engine& engine, Limits limits, std::int64_t started_boot_micros)
    : state_(new State(engine, limits, started_boot_micros)) {}

Transaction::~Transaction() = default;

const kv::Snapshot& Transaction::snapshot() {
  if (!state_->snapshot) {
    state_->snapshot = state_->recent ? state_->engine.Recent() : state_->engine.Latest();
  }
  return *state_->snapshot;
}

std::shared_ptr<const kv::Snapshot> Transaction::shared_snapshot() {
  snapshot();
  return state_->snapshot;
}

bool Transaction::has_snapshot() const { return state_->snapshot != nullptr; }

void Transaction::PreferRecent() {
  ORDINAL_CHECK(!state_->snapshot);
  state_->recent = true;
}

bool Transaction::is_recent() const { return state_->recent; }

void Transaction::TakeLatest() {
  RenewSnapshot();
  state_->recent = false;
}

void Transaction::RenewSnapshot() {
  ORDINAL_CHECK(!HasEffects());
  state_->snapshot.reset();
}

std::optional<std::string> Transaction::Get(std::string_view key) {
  if (const auto found = state_->FindVisible(key)) {
    return *found ? std::optional<std::string>(**found) : std::nullopt;
  }
  return state_->engine.Get(snapshot(), key);
}

std::vector<std::optional<std::string>> Transaction::MultiGet(std::span<const std::string> keys) {
  if (!state_->SeesWrites()) return state_->engine.MultiGet(snapshot(), keys);
  std::vector<std::optional<std::string>> values(keys.size());
  std::vector<std::string> unbuffered;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (const auto found = state_->FindVisible(keys[i])) {
      if (*found) values[i] = std::string(**found);
    } else {
      unbuffered.push_back(keys[i]);
      positions.push_back(i);
    }
  }
  if (unbuffered.empty()) return values;
  auto read = state_->engine.MultiGet(snapshot(), unbuffered);
  for (std::size_t i = 0; i < positions.size(); ++i) values[positions[i]] = std::move(read[i]);
  return values;
}

std::optional<std::optional<std::string>> Transaction::GetFromStatement(std::string_view key) const {
  const auto found = state_->running.Find(key);
  if (!found) return std::nullopt;
  return *found ? std::optional<std::string>(**found) : std::optional<std::string>();
}

std::unique_ptr<kv::Cursor> Transaction::Scan(kv::KeyRange range, kv::ScanOptions options) {
  if (!state_->SeesWrites()) return state_->engine.Scan(snapshot(), std::move(range), options);
  std::unique_ptr<kv::Cursor> merged = state_->engine.Scan(snapshot(), range, options);
  const auto lay_over = [&](const WriteLayer& layer) {
    if (!layer.HasWrites()) return;
    merged = std::make_unique<MergeCursor>(std::move(merged), layer, range, options.direction);
  };
  lay_over(state_->visible());
  for (const auto& outer : state_->around) lay_over(outer->written);
  return merged;
}

std::vector<bool> Transaction::ExistAny(std::span<const std::string> sorted_keys) {
  if (sorted_keys.empty()) return {};
  ORDINAL_DCHECK(std::is_sorted(sorted_keys.begin(), sorted_keys.end()));
  const bool by_reads = sorted_keys.size() <= kPointReadsMax || state_->engine.traits().remote;
  return by_reads ? state_->ExistByReads(snapshot(), sorted_keys)
                  : state_->ExistByCursor(snapshot(), sorted_keys);
}

void Transaction::Put(std::string key, std::string value) {
  state_->running.Put(std::move(key), std::move(value));
}

void Transaction::PutAbsent(std::string key, std::string value) {
  const bool emptied = state_->IsEmptied(key);
  if (emptied) GuardUnchanged(key);
  state_->running.Put(std::move(key), std::move(value), !emptied);
}

void Transaction::PutLasting(std::string key, std::string value) {
  std::vector<std::string>& lasting = state_->lasting;
  if (std::find(lasting.begin(), lasting.end(), key) == lasting.end()) lasting.push_back(key);
  Put(std::move(key), std::move(value));
}

void Transaction::Delete(std::string key) { state_->running.Put(std::move(key), std::nullopt); }

void Transaction::DeleteRange(kv::KeyRange range) { state_->running.DeleteRange(std::move(range)); }

void Transaction::GuardUnchanged(std::string key) {
  // What a finished statement wrote was guarded by it, or is a fresh key that nobody else can know.
  if (state_->finished->writes.contains(std::string_view(key))) return;
  for (const auto& outer : state_->around) {
    if (outer->written.writes.contains(std::string_view(key))) return;
  }
  snapshot();
  state_->running.unchanged.insert(std::move(key));
}

void Transaction::GuardUnchangedSince(std::string key, kv::Revision seen_at) {
  snapshot();
  state_->running.unchanged_since.emplace_back(std::move(key), seen_at);
}

void Transaction::GuardAbsent(std::string key) {
  if (state_->IsEmptied(key)) {
    snapshot();
    state_->running.unchanged.insert(std::move(key));
  } else {
    state_->running.absent.push_back(std::move(key));
  }
}

void Transaction::GuardUntouched(std::string key) {
  snapshot();
  state_->running.untouched.insert(std::move(key));
}

void Transaction::GuardRange(kv::KeyRange range) {
  snapshot();
  state_->running.unwritten_ranges.push_back(std::move(range));
}

void Transaction::Touch(std::string key) { state_->running.touches.insert(std::move(key)); }

void Transaction::SetChangesCatalog() { state_->running.changes_catalog = true; }

void Transaction::CountRows(std::uint64_t rows) {
  state_->running.rows += rows;
  const std::uint64_t rows_max = state_->limits.rows_max;
  std::uint64_t all = state_->finished->rows + state_->running.rows;
  for (const auto& outer : state_->around) all += outer->written.rows;
  if (rows_max != 0 && all > rows_max) {
    throw base::Error(base::sqlstate::kProgramLimitExceeded, "transaction row limit exceeded");
  }
}

void Transaction::CheckAge(std::int64_t now_boot_micros) const {
  const std::int64_t age_max = state_->limits.age_max_micros;
  if (age_max == 0 || now_boot_micros - state_->started_boot_micros <= age_max) return;
  throw base::Error(base::sqlstate::kProgramLimitExceeded,
                    "transaction age limit of " + std::to_string(age_max / kMicrosPerSecond) + "s exceeded");
}

void Transaction::BeginInner() {
  auto outer = std::make_unique<State::Around>();
  outer->written = std::exchange(state_->running, WriteLayer());
  outer->view = std::exchange(state_->view, nullptr);
  state_->around.push_back(std::move(outer));
}

void Transaction::FinishInner() {
  ORDINAL_CHECK(!state_->around.empty());
  State::Around& outer = *state_->around.back();
  WriteLayer written = std::move(outer.written);
  if (state_->running.HasEffects() || state_->running.rows != 0) {
    written.Absorb(std::move(state_->running), nullptr, {});
  }
  state_->running = std::move(written);
  state_->view = std::move(outer.view);
  state_->around.pop_back();
}

void Transaction::FinishStatement() {
  if (state_->running.HasEffects() || state_->running.rows != 0) {
    UndoRecord* undo = state_->savepoints.empty() ? nullptr : &state_->savepoints.back();
    state_->ChangeFinished().Absorb(std::exchange(state_->running, WriteLayer()), undo, state_->lasting);
  }
  state_->lasting.clear();
}

void Transaction::AbandonStatement() {
  for (const std::string& key : state_->lasting) {
    const auto own = state_->running.Find(key);
    const auto value = own ? own : state_->FindAround(key);
    // What the failed statement made itself is gone with it.
    if (value && *value && state_->finished->Find(key))
      state_->ChangeFinished().Put(key, std::string(**value));
  }
  state_->lasting.clear();
  state_->around.clear();
  state_->running = WriteLayer();
}

void Transaction::MakeSavepoint() {
  FinishStatement();
  state_->savepoints.emplace_back(*state_->finished);
}

void Transaction::RollBackTo(std::size_t savepoint) {
  AbandonStatement();
  WriteLayer& layer = state_->ChangeFinished();
  while (state_->savepoints.size() > savepoint) {
    state_->savepoints.back().Apply(layer);
    state_->savepoints.pop_back();
  }
  MakeSavepoint();
}

void Transaction::Release(std::size_t savepoint) {
  FinishStatement();
  std::vector<UndoRecord>& records = state_->savepoints;
  for (std::size_t i = savepoint; savepoint > 0 && i < records.size(); ++i) {
    records[savepoint - 1].Append(std::move(records[i]));
  }
  records.erase(records.begin() + static_cast<std::ptrdiff_t>(savepoint), records.end());
}

ReadView Transaction::TakeView() const { return state_->finished; }

void Transaction::ReadFrom(ReadView view) { state_->view = std::move(view); }

bool Transaction::HasEffects() const {
  return state_->finished->HasEffects() || state_->running.HasEffects() || !state_->around.empty();
}

bool Transaction::HasWrites() const { return state_->finished->HasWrites() || state_->running.HasWrites(); }

std::size_t Transaction::finished_writes() const { return state_->finished->writes.size(); }

void Transaction::Commit(kv::CommitCallback callback) {
  FinishStatement();
  WriteLayer layer = std::move(state_->ChangeFinished());
  state_->finished = std::make_shared<WriteLayer>();
  auto snapshot = std::exchange(state_->snapshot, nullptr);
  CheckBytes(layer, state_->limits.bytes_max);
  if (!layer.HasEffects()) {
    const kv::Revision revision = snapshot ? snapshot->revision() : 0;
    snapshot.reset();
    kv::CommitResult nothing_to_decide;
    nothing_to_decide.revision = revision;
    callback(std::move(nothing_to_decide));
    return;
  }
  kv::Submission submission;
  const bool looked = snapshot && !state_->recent;
  const kv::Sighting absent_sighting = looked ? kv::Sighting::kAbsent : kv::Sighting::kUnknown;
  MoveGuards(layer, absent_sighting, submission);
  submission.snapshot = std::move(snapshot);
  MoveWrites(layer, absent_sighting, submission);
  submission.touches.assign(layer.touches.begin(), layer.touches.end());
  submission.deleted_ranges = std::move(layer.deleted_ranges);
  submission.changes_catalog = layer.changes_catalog;
  state_->engine.Submit(std::move(submission), std::move(callback));
}

kv::CommitResult Transaction::CommitAndWait() {
  // Commit may be decided without the engine, so the wait is built here and not on Engine::SubmitAndWait.
  struct Wait {
    std::mutex mutex;
    std::condition_variable decided;
    std::optional<kv::CommitResult> result;
  } wait;
  Commit([&wait](kv::CommitResult result) {
    // Notifies under the lock: the waiter's stack, where all of this lies, may be gone once the lock is free.
    const std::lock_guard lock(wait.mutex);
    wait.result = std::move(result);
    wait.decided.notify_one();
  });
  std::unique_lock lock(wait.mutex);
  wait.decided.wait(lock, [&wait] { return wait.result.has_value(); });
  return std::move(*wait.result);
}

}  // namespace ordinal::txn
