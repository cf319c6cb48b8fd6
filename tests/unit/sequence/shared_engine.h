// What one node sees of a store that several share: answers to Submit come later, on a thread of their own,
// and may be held back, lost or bad news. The store itself is a memory engine that all nodes are given.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.h"
#include "kv/memory/memory_engine.h"

namespace ordinal::sequence {

enum class Fault : std::uint8_t {
  kNone,
  kLostRace,     // refused, though nobody was quicker
  kLostAnswer,   // kUnknown, and committed
  kLostRequest,  // kUnknown, and not committed
  kLateRequest,  // kUnknown, and judged only when DeliverLate() is called
  kRefused,      // 53100, and not committed
};

class SharedEngine final : public kv::Engine {
 public:
  explicit SharedEngine(kv::Engine& store) : store_(store), answerer_([this] { Answer(); }) {}
  ~SharedEngine() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      changed_.notify_all();
    }
    answerer_.join();
  }

  kv::Traits traits() const override { return {.exclusive = false, .remote = true}; }
  std::shared_ptr<const kv::Snapshot> Latest() override {
    ++reads;
    return store_.Latest();
  }
  std::optional<std::string> Get(const kv::Snapshot& snapshot, std::string_view key) override {
    auto value = store_.Get(snapshot, key);
    if (const auto hook = after_get) hook(key);  // a copy, since it may replace itself
    return value;
  }
  std::vector<std::optional<std::string>> MultiGet(const kv::Snapshot& snapshot,
                                                   std::span<const std::string> keys) override {
    return store_.MultiGet(snapshot, keys);
  }
  std::unique_ptr<kv::Cursor> Scan(const kv::Snapshot& snapshot, kv::KeyRange range,
                                   kv::ScanOptions options) override {
    return store_.Scan(snapshot, std::move(range), options);
  }
  void Submit(kv::Submission submission, kv::CommitCallback callback) override {
    kv::CommitResult result = Decide(std::move(submission));
    const std::lock_guard lock(mutex_);
    ++submits;
    answers_.emplace_back(std::move(callback), std::move(result));
    changed_.notify_all();
  }
  Statistics statistics() const override { return store_.statistics(); }
  void Close() override {}

  void HoldAnswers() {
    const std::lock_guard lock(mutex_);
    holds_ = true;
  }
  void ReleaseAnswers() {
    const std::lock_guard lock(mutex_);
    holds_ = false;
    changed_.notify_all();
  }
  kv::CommitResult DeliverLate() { return store_.SubmitAndWait(std::move(late_)); }

  // Both are set before other threads use the engine. `next_fault` may be called by several at once.
  std::function<Fault()> next_fault;
  std::function<void(std::string_view key)> after_get;
  std::atomic<int> reads = 0;
  std::atomic<int> submits = 0;

 private:
  kv::CommitResult Decide(kv::Submission submission) {
    kv::CommitResult result;
    result.outcome = kv::Outcome::kUnknown;
    switch (next_fault ? next_fault() : Fault::kNone) {
      case Fault::kNone:
        break;
      case Fault::kLostRace:
        return Refuse(submission);
      case Fault::kRefused:
        result.outcome = kv::Outcome::kRefused;
        result.error = std::make_shared<base::Error>(base::sqlstate::kDiskFull, "the store is full");
        return result;
      case Fault::kLostAnswer:
        store_.SubmitAndWait(std::move(submission));
        return result;
      case Fault::kLateRequest:
        late_ = std::move(submission);
        return result;
      case Fault::kLostRequest:
        return result;
    }
    return store_.SubmitAndWait(std::move(submission));
  }

  kv::CommitResult Refuse(const kv::Submission& submission) {
    const auto snapshot = store_.Latest();
    kv::CommitResult result;
    result.outcome = kv::Outcome::kConflict;
    result.conflict_key = submission.guards.front().key;
    result.revision = snapshot->revision();
    result.conflict_value = store_.Get(*snapshot, result.conflict_key);
    return result;
  }

  void Answer() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || (!holds_ && !answers_.empty()); });
      if (stopping_) return;
      const auto [callback, result] = std::move(answers_.front());
      answers_.pop_front();
      lock.unlock();
      callback(result);
      lock.lock();
    }
  }

  kv::Engine& store_;
  kv::Submission late_;
  std::mutex mutex_;  // guards the three below
  std::condition_variable changed_;
  bool holds_ = false;
  bool stopping_ = false;
  std::deque<std::pair<kv::CommitCallback, kv::CommitResult>> answers_;
  std::thread answerer_;
};

}  // namespace ordinal::sequence
