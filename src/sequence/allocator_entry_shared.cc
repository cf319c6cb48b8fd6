// The entry of a sequence on an engine that many nodes share. Nothing is kept ahead: a claim settles the
// requests that wait when it is sent, all kinds in order of arrival, and writes where that leaves the
// counter. Whoever comes later waits for the next one, so that a value is never older than the request for
// it.
#include <algorithm>
#include <utility>

#include "base/error.h"
#include "sequence/allocator_entry.h"

namespace ordinal::sequence {

void Entry::SettleDraw(Request& request, Settlement& settlement) const {
  const std::optional<Block> block = Draw(definition, settlement.after, request.count);
  if (!block) {
    request.error = ExhaustionError(definition, request.name);
    settlement.asserts = true;
    return;
  }
  if (block->before != settlement.after) ++settlement.generation;  // it wrapped
  request.block = *block;
  request.block.generation = settlement.generation;
  settlement.after = block->after();
  settlement.writes = true;
}

void Entry::SettleAdvance(const Request& request, Settlement& settlement) const {
  ++settlement.generation;  // nothing goes back below a value that was stated explicitly
  const std::int64_t inside = WithinEnd(definition, request.target.last_value);
  if (!IsAhead(definition, inside, settlement.after)) {
    settlement.asserts = true;
    return;
  }
  settlement.after = {inside, true};
  settlement.writes = true;
}

void Entry::SettleRequest(Request& request, Settlement& settlement) const {
  request.error.reset();
  switch (request.kind) {
    case RequestKind::kDraw:
      SettleDraw(request, settlement);
      break;
    case RequestKind::kSet:
      settlement.after = request.target;
      ++settlement.generation;
      settlement.writes = true;
      break;
    case RequestKind::kAdvance:
      SettleAdvance(request, settlement);
      break;
    case RequestKind::kGiveBack: {
      const Block& tail = request.block;
      request.went_back = tail.generation == settlement.generation && tail.after() == settlement.after;
      if (!request.went_back) break;
      settlement.after = tail.before;
      settlement.writes = true;
      break;
    }
    case RequestKind::kSurrender:
    case RequestKind::kPrepare:
      settlement.asserts = true;
      break;
  }
}

Entry::Settlement Entry::Settle() {
  Settlement settlement{position, generation};
  for (const auto& request : requests) SettleRequest(*request, settlement);
  return settlement;
}

SharedStep Entry::PlanShared(Finished& finished) {
  while (!requests.empty()) {
    in_step_ = requests.size();
    if (known_at == 0) return SharedStep::kRead;
    const Settlement settlement = Settle();
    if (settlement.writes) {
      planned = settlement.after;
      planned_generation_ = settlement.generation;
      fresh_ = 0;
      return SharedStep::kClaim;
    }
    // What is known may be old by now. An answer without a write is good only for requests that came before
    // the store said so.
    if (settlement.asserts && fresh_ == 0) return SharedStep::kRead;
    generation = settlement.generation;
    FinishSettled(settlement.asserts ? std::exchange(fresh_, 0) : requests.size(), finished);
  }
  return SharedStep::kNothing;
}

void Entry::FinishSettled(std::size_t count, Finished& finished) {
  for (; count > 0; --count) {
    Request& request = *requests.front();
    if (request.kind == RequestKind::kDraw && !request.error) {
      statistics.issued += static_cast<std::uint64_t>(request.block.count);
    } else if (request.kind == RequestKind::kGiveBack) {
      (request.went_back ? statistics.given_back : statistics.dropped) +=
          static_cast<std::uint64_t>(request.block.count);
    } else if (request.kind == RequestKind::kSurrender) {
      // Draws that were settled with it count: what matters is what the store says at the revision.
      request.surrendered = {position, known_at, key};
    }
    FinishFront(finished, std::move(request.error));
  }
}

void Entry::ReconcileShared(Counter stored, kv::Revision revision) {
  loaded = true;
  ++generation;  // others may have drawn, and what was handed out before does not go back
  position = stored;
  known_at = revision;
  fresh_ = in_step_;
}

void Entry::CommitShared(kv::Revision revision, Finished& finished) {
  ++statistics.claims;
  attempts = unknowns = 0;
  position = planned;
  generation = planned_generation_;
  known_at = revision;
  FinishSettled(in_step_, finished);
}

void Entry::ForgetShared(const kv::CommitResult& result, Finished& finished) {
  known_at = 0;
  ++unknowns;
  // A claim that is sent again draws other values. A counter that is set again may repeat values that others
  // drew in between, and a hand-back that is done again may take values back that are in use.
  const std::size_t sent = std::exchange(in_step_, 0);
  std::deque<std::shared_ptr<Request>> rest;
  for (std::size_t i = 0; i < sent; ++i) {
    const RequestKind kind = requests.front()->kind;
    if (kind == RequestKind::kSet) {
      FinishFront(finished, result.error ? *result.error
                                         : base::Error(base::sqlstate::kTransactionResolutionUnknown,
                                                       "could not determine whether the sequence was set"));
    } else if (kind == RequestKind::kGiveBack) {
      statistics.dropped += static_cast<std::uint64_t>(requests.front()->block.count);
      FinishFront(finished);
    } else {
      rest.push_back(std::move(requests.front()));
      requests.pop_front();
    }
  }
  requests.insert(requests.begin(), rest.begin(), rest.end());
}

std::shared_ptr<Request> Entry::QueuedGiveBack() const {
  const auto found = std::find_if(requests.rbegin(), requests.rend(), [](const auto& request) {
    return request->kind == RequestKind::kGiveBack;
  });
  return found == requests.rend() ? nullptr : *found;
}

std::shared_ptr<Request> Entry::AnyWaiter() const {
  const auto found = std::find_if(requests.begin(), requests.end(), [](const auto& request) {
    return request->kind != RequestKind::kGiveBack && request->done == nullptr;
  });
  return found == requests.end() ? nullptr : *found;
}

}  // namespace ordinal::sequence
