#include "kv/etcd/commit_request.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/check.h"

namespace ordinal::kv {
namespace {

constexpr char kCommittedValue[] = "c";
constexpr char kBarredValue[] = "b";

// The revision that a guard's key may have been written at, at most.
std::int64_t LimitOf(const Guard& guard, const Submission& submission) {
  if (guard.kind == GuardKind::kUnchanged && guard.seen_at != 0)
    return static_cast<std::int64_t>(guard.seen_at);
  ORDINAL_CHECK(submission.snapshot != nullptr);
  return static_cast<std::int64_t>(submission.snapshot->revision());
}

etcd::Compare& AddCompare(etcd::TxnRequest& request, std::string key, etcd::Compare::CompareTarget target,
                          etcd::Compare::CompareResult result) {
  etcd::Compare& compare = *request.add_compare();
  compare.set_key(std::move(key));
  compare.set_target(target);
  compare.set_result(result);
  return compare;
}

void AddAbsent(etcd::TxnRequest& request, std::string key) {
  AddCompare(request, std::move(key), etcd::Compare::CREATE, etcd::Compare::EQUAL).set_create_revision(0);
}

// An absent key has revision 0, and so is "not after" any.
void AddNotAfter(etcd::TxnRequest& request, std::string key, std::string end, std::int64_t revision) {
  etcd::Compare& compare = AddCompare(request, std::move(key), etcd::Compare::MOD, etcd::Compare::LESS);
  compare.set_mod_revision(revision + 1);
  compare.set_range_end(std::move(end));
}

void AddUnchanged(etcd::TxnRequest& request, std::string key, std::int64_t revision) {
  AddCompare(request, key, etcd::Compare::CREATE, etcd::Compare::GREATER).set_create_revision(0);
  AddNotAfter(request, std::move(key), {}, revision);
}

void AddRangeUnwritten(etcd::TxnRequest& request, const KeyLayout& layout, const Guard& guard,
                       std::int64_t revision) {
  AddNotAfter(request, layout.Data(guard.key), layout.DataEnd(guard.end), revision);
  auto [begin, end] = layout.DeletionsWithin({guard.key, guard.end});
  AddNotAfter(request, std::move(begin), std::move(end), revision);
  AddNotAfter(request, layout.Deletion({}), {}, revision);
}

void AddPut(etcd::TxnRequest& request, std::string key, std::string value, std::int64_t lease) {
  etcd::PutRequest& put = *request.add_success()->mutable_request_put();
  put.set_key(std::move(key));
  put.set_value(std::move(value));
  if (lease != 0) put.set_lease(lease);
}

void AddDelete(etcd::TxnRequest& request, std::string begin, std::string end) {
  if (!end.empty() && begin >= end) return;
  etcd::DeleteRangeRequest& remove = *request.add_success()->mutable_request_delete_range();
  remove.set_key(std::move(begin));
  remove.set_range_end(std::move(end));
}

// etcd refuses a transaction that deletes a key and puts it, so a range goes around the keys that are put in
// it.
void AddDeletedRange(etcd::TxnRequest& request, const KeyLayout& layout, const KeyRange& range,
                     const std::set<std::string_view>& put_keys) {
  std::string begin = layout.Data(range.begin);
  const std::string end = layout.DataEnd(range.end);
  for (auto it = put_keys.lower_bound(range.begin); it != put_keys.end(); ++it) {
    std::string stored = layout.Data(*it);
    if (stored >= end) break;
    AddDelete(request, std::move(begin), stored);
    begin = std::move(stored) + '\0';
  }
  AddDelete(request, std::move(begin), end);
}

bool IsBroken(const Guard& guard, std::int64_t limit, std::span<const etcd::RangeResponse> answers) {
  switch (guard.kind) {
    case GuardKind::kAbsent:
      return !answers[0].kvs().empty();
    case GuardKind::kUnchanged: {
      const bool present = !answers[0].kvs().empty();
      if (guard.sighting == Sighting::kAbsent) return present;
      return !present || answers[0].kvs(0).mod_revision() > limit;
    }
    case GuardKind::kUntouched:
      return !answers[0].kvs().empty() && answers[0].kvs(0).mod_revision() > limit;
    case GuardKind::kRangeUnwritten:
      return !answers[0].kvs().empty() || !answers[1].kvs().empty() || !answers[2].kvs().empty();
  }
  return false;
}

std::size_t ReadsOf(const Guard& guard) { return guard.kind == GuardKind::kRangeUnwritten ? 3 : 1; }

}  // namespace

bool Writes(const Submission& submission) {
  return !submission.writes.empty() || !submission.touches.empty() || !submission.deleted_ranges.empty() ||
         submission.changes_catalog;
}

void AddCompares(const Submission& submission, const KeyLayout& layout, etcd::TxnRequest& request) {
  for (const Guard& guard : submission.guards) {
    switch (guard.kind) {
      case GuardKind::kAbsent:
        AddAbsent(request, layout.Data(guard.key));
        break;
      case GuardKind::kUnchanged:
        ORDINAL_CHECK(guard.sighting != Sighting::kUnknown);
        if (guard.sighting == Sighting::kAbsent) {
          AddAbsent(request, layout.Data(guard.key));
        } else {
          AddUnchanged(request, layout.Data(guard.key), LimitOf(guard, submission));
        }
        break;
      case GuardKind::kUntouched:
        AddNotAfter(request, layout.Touch(guard.key), {}, LimitOf(guard, submission));
        break;
      case GuardKind::kRangeUnwritten:
        AddRangeUnwritten(request, layout, guard, LimitOf(guard, submission));
        break;
    }
  }
}

void AddWrites(const Submission& submission, const KeyLayout& layout, std::int64_t lease,
               etcd::TxnRequest& request) {
  std::set<std::string> markers;
  std::set<std::string_view> written;
  if (!submission.deleted_ranges.empty()) {
    for (const Write& write : submission.writes) {
      if (write.value) written.insert(write.key);
    }
  }
  for (const KeyRange& range : submission.deleted_ranges) {
    AddDeletedRange(request, layout, range, written);
    markers.insert(layout.DeletionOfRange(range));
  }
  for (const Write& write : submission.writes) {
    if (write.value) {
      AddPut(request, layout.Data(write.key), *write.value, static_cast<std::int64_t>(write.lease));
    } else {
      AddDelete(request, layout.Data(write.key), {});
      markers.insert(layout.DeletionOfKey(write.key));
    }
  }
  for (const std::string& marker : markers) AddPut(request, marker, {}, lease);
  for (const std::string& key : submission.touches) AddPut(request, layout.Touch(key), {}, lease);
  if (submission.changes_catalog) AddPut(request, layout.Catalog(), {}, 0);
}

void AddSlot(const CommitSlot& slot, std::int64_t lease, etcd::TxnRequest& request) {
  AddCompare(request, slot.key, etcd::Compare::MOD, etcd::Compare::EQUAL).set_mod_revision(slot.revision);
  AddPut(request, slot.key, kCommittedValue, lease);
  request.add_failure()->mutable_request_range()->set_key(slot.key);
}

void AddBar(const CommitSlot& slot, std::int64_t lease, etcd::TxnRequest& request) {
  // Only while the slot is untouched: an earlier copy that succeeded must stay visible to every later
  // attempt.
  etcd::TxnRequest& bar = *request.add_failure()->mutable_request_txn();
  AddCompare(bar, slot.key, etcd::Compare::MOD, etcd::Compare::EQUAL).set_mod_revision(slot.revision);
  etcd::PutRequest& put = *bar.add_success()->mutable_request_put();
  put.set_key(slot.key);
  put.set_value(kBarredValue);
  put.set_lease(lease);
}

SlotState StateOf(const CommitSlot& slot, const etcd::RangeResponse& found) {
  if (found.kvs().empty()) return SlotState::kGone;
  if (found.kvs(0).mod_revision() == slot.revision) return SlotState::kUntouched;
  return found.kvs(0).value() == kCommittedValue ? SlotState::kCommitted : SlotState::kBarred;
}

std::vector<etcd::RangeRequest> GuardReads(const Submission& submission, const KeyLayout& layout,
                                           bool with_values) {
  std::vector<etcd::RangeRequest> reads;
  const auto add = [&](std::string key) -> etcd::RangeRequest& {
    etcd::RangeRequest& read = reads.emplace_back();
    read.set_key(std::move(key));
    read.set_keys_only(!with_values);
    return read;
  };
  for (const Guard& guard : submission.guards) {
    if (guard.kind == GuardKind::kUntouched) {
      add(layout.Touch(guard.key));
    } else if (guard.kind == GuardKind::kRangeUnwritten) {
      const std::int64_t after = LimitOf(guard, submission) + 1;
      const auto [begin, end] = layout.DeletionsWithin({guard.key, guard.end});
      etcd::RangeRequest& data = add(layout.Data(guard.key));
      data.set_range_end(layout.DataEnd(guard.end));
      data.set_limit(1);
      data.set_min_mod_revision(after);
      etcd::RangeRequest& deletions = add(begin);
      deletions.set_range_end(end);
      deletions.set_limit(1);
      deletions.set_min_mod_revision(after);
      add(layout.Deletion({})).set_min_mod_revision(after);
    } else {
      add(layout.Data(guard.key));
    }
  }
  return reads;
}

const Guard& FindFailed(const Submission& submission, std::span<const etcd::RangeResponse> answers) {
  for (const Guard& guard : submission.guards) {
    const std::size_t count = ReadsOf(guard);
    const std::int64_t limit = guard.kind == GuardKind::kAbsent || guard.sighting == Sighting::kAbsent
                                   ? 0
                                   : LimitOf(guard, submission);
    if (IsBroken(guard, limit, answers.first(count))) return guard;
    answers = answers.subspan(count);
  }
  return submission.guards.front();
}

}  // namespace ordinal::kv
