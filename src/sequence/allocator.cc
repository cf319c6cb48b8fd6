#include "sequence/allocator.h"

#include <utility>

#include "base/error.h"
#include "sequence/allocator_entry.h"

namespace ordinal::sequence {
namespace {

void Add(SequenceStatistics& sum, const SequenceStatistics& more) {
  sum.issued += more.issued;
  sum.given_back += more.given_back;
  sum.dropped += more.dropped;
  sum.skipped_max += more.skipped_max;
  sum.claims += more.claims;
  sum.waits += more.waits;
}

std::shared_ptr<Request> MakeRequest(RequestKind kind, const SequenceDescriptor& sequence,
                                     std::int64_t count = 0) {
  auto request = std::make_shared<Request>();
  request->kind = kind;
  request->count = count;
  request->name = sequence.name;
  return request;
}

}  // namespace

Allocator::Allocator(kv::Engine& engine, const base::Clock& clock, AllocatorOptions options)
    : engine_(engine), clock_(clock), options_(options), exclusive_(engine.traits().exclusive) {
  worker_ = std::thread([this] { RunWorker(); });
}

Allocator::~Allocator() { StopWorker(); }

Entry* Allocator::Find(Shard& shard, Id id) {
  const auto found = shard.entries.find(id);
  return found == shard.entries.end() ? nullptr : found->second.get();
}

const Allocator::EntryPtr& Allocator::FindOrMake(Shard& shard, const SequenceDescriptor& sequence) {
  EntryPtr& entry = shard.entries[Id(sequence.oid, sequence.epoch)];
  if (!entry) entry = std::make_shared<Entry>(sequence, options_);
  return entry;
}

void Allocator::FoldStatistics(Shard& shard, Entry& entry) {
  Add(shard.past[entry.oid], std::exchange(entry.statistics, {}));
}

Ready Allocator::Prepare(const SequenceDescriptor& sequence, std::int64_t count, std::function<void()> done) {
  if (!exclusive_) return Ready::kYes;
  Shard& shard = ShardOf(sequence.oid);
  {
    const std::lock_guard lock(shard.mutex);
    const Entry* entry = Find(shard, Id(sequence.oid, sequence.epoch));
    if (entry != nullptr && entry->loaded && !entry->HasWaitingDraws() && entry->IsPrepared(count)) {
      return Ready::kYes;
    }
  }
  const RequestPtr request = MakeRequest(RequestKind::kPrepare, sequence, count);
  request->done = [done = std::move(done)](const base::Error*) { done(); };
  return Enqueue(sequence, request) ? Ready::kYes : Ready::kPending;
}

std::optional<Block> Allocator::TryTake(const SequenceDescriptor& sequence, std::int64_t count) {
  if (!exclusive_) return std::nullopt;
  Shard& shard = ShardOf(sequence.oid);
  std::optional<Block> block;
  EntryPtr refill;
  {
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.entries.find(Id(sequence.oid, sequence.epoch));
    if (found == shard.entries.end()) return std::nullopt;
    Entry& entry = *found->second;
    if (entry.failure) [[unlikely]] {
      throw *std::exchange(entry.failure, std::nullopt);
    }
    if (!entry.loaded || entry.HasWaitingDraws()) return std::nullopt;
    if (!entry.Covers(count)) {
      if (entry.IsExhausted()) throw ExhaustionError(entry.definition, sequence.name);
      return std::nullopt;
    }
    block = entry.Take(count);
    if (entry.WantsRefill() && !entry.claiming) [[unlikely]] {
      entry.claiming = true;
      refill = found->second;
    }
  }
  if (refill) ContinueOnWorker(std::move(refill));
  return block;
}

Block Allocator::TakeAndWait(const SequenceDescriptor& sequence, std::int64_t count) {
  if (const std::optional<Block> block = TryTake(sequence, count)) return *block;
  const RequestPtr request = MakeRequest(RequestKind::kDraw, sequence, count);
  Enqueue(sequence, request);
  Wait(ShardOf(sequence.oid), request);
  return request->block;
}

void Allocator::GiveBack(base::Oid oid, std::uint64_t epoch, const Block& tail) {
  Shard& shard = ShardOf(oid);
  EntryPtr drives;
  {
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.entries.find(Id(oid, epoch));
    if (found == shard.entries.end()) return;
    Entry& entry = *found->second;
    if (exclusive_ && entry.generation == tail.generation && entry.position == tail.after()) {
      entry.SetPosition(tail.before);
      entry.statistics.given_back += static_cast<std::uint64_t>(tail.count);
      return;
    }
    if (exclusive_ || !entry.MayTakeBack(tail)) {
      entry.statistics.dropped += static_cast<std::uint64_t>(tail.count);
      return;
    }
    auto request = std::make_shared<Request>();
    request->kind = RequestKind::kGiveBack;
    request->block = tail;
    request->caller_left = true;
    entry.Push(std::move(request));
    if (!std::exchange(entry.claiming, true)) drives = found->second;
  }
  if (drives) ContinueOnWorker(std::move(drives));
}

void Allocator::CountDropped(base::Oid oid, std::int64_t count) {
  Shard& shard = ShardOf(oid);
  const std::lock_guard lock(shard.mutex);
  shard.past[oid].dropped += static_cast<std::uint64_t>(count);
}

void Allocator::SetValue(const SequenceDescriptor& sequence, Counter counter) {
  const RequestPtr request = MakeRequest(RequestKind::kSet, sequence);
  request->target = counter;
  Enqueue(sequence, request);
  Wait(ShardOf(sequence.oid), request);
}

Ready Allocator::SetValueAsync(const SequenceDescriptor& sequence, Counter counter,
                               std::function<void(const base::Error*)> done) {
  const RequestPtr request = MakeRequest(RequestKind::kSet, sequence);
  request->target = counter;
  request->done = std::move(done);
  return Enqueue(sequence, request) ? Ready::kYes : Ready::kPending;
}

void Allocator::AdvancePast(const SequenceDescriptor& sequence, std::int64_t value) {
  if (TryAdvancePast(sequence, value)) return;
  const RequestPtr request = MakeRequest(RequestKind::kAdvance, sequence);
  request->target = {value, true};
  Enqueue(sequence, request);
  Wait(ShardOf(sequence.oid), request);
}

bool Allocator::TryAdvancePast(const SequenceDescriptor& sequence, std::int64_t value) {
  if (!exclusive_) return false;
  Shard& shard = ShardOf(sequence.oid);
  const std::lock_guard lock(shard.mutex);
  Entry* entry = Find(shard, Id(sequence.oid, sequence.epoch));
  if (entry == nullptr || !entry->loaded || entry->HasWaitingDraws()) return false;
  return entry->AdvanceInMemory(value);
}

std::optional<catalog::SequenceState> Allocator::Read(const SequenceDescriptor& sequence) {
  const SequenceDescriptor* const one = &sequence;
  return ReadAll({&one, 1}).front();
}

std::optional<catalog::SequenceState> Allocator::StateInMemory(const SequenceDescriptor& sequence) {
  Shard& shard = ShardOf(sequence.oid);
  const std::lock_guard lock(shard.mutex);
  const Entry* entry = Find(shard, Id(sequence.oid, sequence.epoch));
  if (entry == nullptr || !entry->loaded) return std::nullopt;
  return catalog::SequenceState{entry->position.last_value, entry->ahead, entry->position.is_called};
}

std::vector<std::optional<catalog::SequenceState>> Allocator::ReadAll(
    std::span<const SequenceDescriptor* const> sequences) {
  std::vector<std::optional<catalog::SequenceState>> states(sequences.size());
  std::vector<std::size_t> missing;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const SequenceDescriptor& sequence = *sequences[i];
    if (exclusive_) {
      states[i] = StateInMemory(sequence);
    } else {
      WaitForGiveBack(ShardOf(sequence.oid), Id(sequence.oid, sequence.epoch));
    }
    if (states[i]) continue;
    missing.push_back(i);
    keys.push_back(CounterKey(sequence.oid, sequence.epoch));
  }
  if (keys.empty()) return states;
  const auto snapshot = engine_.Latest();
  const auto stored = engine_.MultiGet(*snapshot, keys);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (!stored[i]) continue;
    const Counter counter = DecodeCounter(*stored[i]).counter;
    states[missing[i]] = catalog::SequenceState{counter.last_value, 0, counter.is_called};
  }
  return states;
}

void Allocator::WaitForGiveBack(Shard& shard, Id id) {
  RequestPtr request;
  {
    const std::lock_guard lock(shard.mutex);
    if (const Entry* entry = Find(shard, id)) request = entry->QueuedGiveBack();
  }
  if (request) Await(shard, request);
}

Surrendered Allocator::Surrender(const SequenceDescriptor& sequence) {
  const RequestPtr request = MakeRequest(RequestKind::kSurrender, sequence);
  Enqueue(sequence, request);
  Wait(ShardOf(sequence.oid), request);
  return request->surrendered;
}

void Allocator::Forget(base::Oid oid, std::uint64_t epoch) {
  Shard& shard = ShardOf(oid);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.entries.find(Id(oid, epoch));
  if (found == shard.entries.end()) return;
  FoldStatistics(shard, *found->second);
  shard.entries.erase(found);
}

void Allocator::ForgetDropped(base::Oid oid) {
  Shard& shard = ShardOf(oid);
  const std::lock_guard lock(shard.mutex);
  absl::erase_if(shard.entries, [oid](const auto& item) { return item.first.first == oid; });
  shard.past.erase(oid);
}

std::vector<SequenceDescriptor> Allocator::Inexact(Shard& shard) {
  std::vector<SequenceDescriptor> inexact;
  const std::lock_guard lock(shard.mutex);
  for (const auto& [id, entry] : shard.entries) {
    if (!entry->loaded || (entry->durable == entry->position && entry->stored_ahead == 0)) continue;
    SequenceDescriptor sequence;
    sequence.oid = entry->oid;
    sequence.epoch = entry->epoch;
    sequence.definition = entry->definition;
    inexact.push_back(std::move(sequence));
  }
  return inexact;
}

std::vector<Allocator::Id> Allocator::IdsOf(Shard& shard) {
  std::vector<Id> ids;
  const std::lock_guard lock(shard.mutex);
  for (const auto& [id, entry] : shard.entries) ids.push_back(id);
  return ids;
}

void Allocator::HandBack() {
  if (!exclusive_) {
    for (Shard& shard : shards_) {
      for (const Id& id : IdsOf(shard)) WaitForGiveBack(shard, id);
    }
    return;
  }
  // All surrenders are submitted before the first is waited for, so that the engine can commit them together.
  std::vector<std::pair<Shard*, RequestPtr>> waiting;
  for (Shard& shard : shards_) {
    for (const SequenceDescriptor& sequence : Inexact(shard)) {
      const RequestPtr request = MakeRequest(RequestKind::kSurrender, sequence);
      Enqueue(sequence, request);
      waiting.emplace_back(&shard, request);
    }
  }
  for (const auto& [shard, request] : waiting) {
    try {
      Wait(*shard, request);
    } catch (const base::Error& error) {
      if (!error.IsRetryable()) throw;  // an epoch that has ended has nothing to hand back
    }
  }
}

void Allocator::Stop() {
  HandBack();
  StopWorker();
}

SequenceStatistics Allocator::Statistics(base::Oid oid) {
  Shard& shard = ShardOf(oid);
  const std::lock_guard lock(shard.mutex);
  SequenceStatistics sum;
  if (const auto past = shard.past.find(oid); past != shard.past.end()) sum = past->second;
  for (const auto& [id, entry] : shard.entries) {
    if (id.first == oid) Add(sum, entry->statistics);
  }
  return sum;
}

}  // namespace ordinal::sequence
