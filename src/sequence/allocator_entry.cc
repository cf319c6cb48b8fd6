#include "sequence/allocator_entry.h"

#include <algorithm>
#include <utility>

namespace ordinal::sequence {
namespace {

std::int64_t SaturatingAdd(std::int64_t left, std::int64_t right) {
  return left > INT64_MAX - right ? INT64_MAX : left + right;
}

}  // namespace

Entry::Entry(const SequenceDescriptor& sequence, const AllocatorOptions& allocator_options)
    : oid(sequence.oid),
      epoch(sequence.epoch),
      definition(sequence.definition),
      key(CounterKey(sequence.oid, sequence.epoch)),
      options(allocator_options),
      ahead_target(allocator_options.ahead_initial) {}

void Entry::SetDurable(const StoredCounter& stored) {
  durable = stored.counter;
  stored_ahead = stored.ahead;
  durable_ends_run = RemainingInRun(definition, durable) == 0;
  ahead = CountBetween(definition, position, durable);
}

void Entry::SetPosition(Counter counter) {
  position = counter;
  ahead = CountBetween(definition, position, durable);
}

void Entry::Reconcile(const StoredCounter& stored) {
  if (loaded && stored.counter == durable) return;
  if (!loaded) statistics.skipped_max += static_cast<std::uint64_t>(stored.ahead);
  loaded = true;
  ++generation;
  position = stored.counter;
  SetDurable(stored);
}

bool Entry::AdvanceInMemory(std::int64_t value) {
  ++generation;  // nothing goes back below a value that was stated explicitly
  const std::int64_t inside = WithinEnd(definition, value);
  if (!IsAhead(definition, inside, position)) return true;
  if (!durable.is_called || IsAhead(definition, inside, durable)) return false;
  SetPosition({inside, true});
  return true;
}

void Entry::Push(std::shared_ptr<Request> request) {
  if (request->kind != RequestKind::kPrepare) ++waiting;
  requests.push_back(std::move(request));
}

void Entry::FinishFront(Finished& finished, std::optional<base::Error> error) {
  const std::shared_ptr<Request> request = std::move(requests.front());
  requests.pop_front();
  if (request->kind != RequestKind::kPrepare) --waiting;
  request->error = std::move(error);
  request->finished = true;
  request->ended.notify_all();
  if (request->caller_left) finished.push_back(request);
}

void Entry::Serve(kv::Revision read_at, Finished& finished) {
  while (!requests.empty()) {
    Request& request = *requests.front();
    switch (request.kind) {
      case RequestKind::kPrepare:
        if (!IsPrepared(request.count)) return;
        FinishFront(finished);
        break;
      case RequestKind::kDraw:
        if (Covers(request.count)) {
          request.block = Take(request.count);
          FinishFront(finished);
        } else if (IsExhausted()) {
          FinishFront(finished, ExhaustionError(definition, request.name));
        } else {
          return;
        }
        break;
      case RequestKind::kAdvance:
        if (!AdvanceInMemory(request.target.last_value)) return;
        FinishFront(finished);
        break;
      case RequestKind::kSurrender:
        if (read_at == 0 || durable != position || stored_ahead != 0) return;
        request.surrendered = {position, read_at, key};
        FinishFront(finished);
        break;
      case RequestKind::kSet:
      case RequestKind::kGiveBack:  // shared engines only
        return;
    }
  }
}

// Moves the stored counter on by `count` values beyond what is durable.
Step Entry::Extend(std::int64_t count) {
  const Counter base = ahead > 0 ? durable : position;
  const bool wraps = RemainingInRun(definition, base) == 0;
  const std::optional<Block> block = Draw(definition, base, count);
  if (!block) return {};
  Step step{Step::Kind::kExtend, {block->after(), SaturatingAdd(ahead, block->count)}, std::nullopt};
  if (wraps) step.position = block->before;
  return step;
}

Step Entry::PlanAdvance(std::int64_t value) {
  const Counter target{WithinEnd(definition, value), true};
  Step step{Step::Kind::kExtend, {target, 0}, target};
  if (ahead_target > 0 && RemainingInRun(definition, target) > 0) {
    const Block more = *Draw(definition, target, ahead_target);
    step.write = {more.after(), more.count};
  }
  return step;
}

void Entry::AdaptAhead(std::int64_t now_micros) {
  if (attempts > 0) return;
  const std::int64_t elapsed = now_micros - last_claim_micros;
  if (last_claim_micros != 0 && elapsed < options.busy_micros) {
    ahead_target = std::max(std::min(ahead_target * 2, options.ahead_max), options.ahead_initial);
  } else if (elapsed > options.idle_micros) {
    ahead_target = options.ahead_initial;
  }
  last_claim_micros = now_micros;
}

Step Entry::Plan(std::int64_t now_micros) {
  if (requests.empty()) {
    if (!WantsRefill()) return {};
    AdaptAhead(now_micros);
    // Up to the target, not beyond it: a crash skips at most what is ahead.
    if (ahead_target <= ahead) return {};
    return Extend(ahead_target - ahead);
  }
  const Request& front = *requests.front();
  switch (front.kind) {
    case RequestKind::kSet:
      return {Step::Kind::kSet, {front.target, 0}, front.target};
    case RequestKind::kSurrender:
      return {Step::Kind::kSurrender, {position, 0}, std::nullopt};
    case RequestKind::kAdvance:
      AdaptAhead(now_micros);
      return PlanAdvance(front.target.last_value);
    case RequestKind::kPrepare:
    case RequestKind::kDraw:
    case RequestKind::kGiveBack:
      break;
  }
  std::int64_t wanted = 0;
  for (const auto& request : requests) {
    if (request->kind != RequestKind::kPrepare && request->kind != RequestKind::kDraw) break;
    wanted = SaturatingAdd(wanted, request->count);
  }
  AdaptAhead(now_micros);
  return Extend(SaturatingAdd(std::max<std::int64_t>(wanted - ahead, 1), ahead_target));
}

void Entry::Apply(const Step& step, kv::Revision revision, Finished& finished) {
  ++statistics.claims;
  attempts = 0;
  failure.reset();
  if (step.position) {
    position = *step.position;
    ++generation;
  }
  SetDurable(step.write);
  if (step.kind == Step::Kind::kSurrender) {
    requests.front()->surrendered = {step.write.counter, revision, key};
    FinishFront(finished);
  } else if (step.kind == Step::Kind::kSet) {
    FinishFront(finished);
  }
  Serve(0, finished);
}

void Entry::FailAll(const base::Error& error, Finished& finished) {
  attempts = unknowns = 0;
  in_step_ = fresh_ = 0;
  while (!requests.empty()) {
    const Request& front = *requests.front();
    if (front.kind == RequestKind::kPrepare && front.caller_left) failure = error;
    if (front.kind == RequestKind::kGiveBack) {
      statistics.dropped += static_cast<std::uint64_t>(front.block.count);
    }
    FinishFront(finished, error);
  }
}

}  // namespace ordinal::sequence
