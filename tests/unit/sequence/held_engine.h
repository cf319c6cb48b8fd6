// An engine for tests: a memory engine whose commits can be held back, refused or made to look remote.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "kv/memory/memory_engine.h"

namespace ordinal::sequence {

class HeldEngine final : public kv::Engine {
 public:
  explicit HeldEngine(kv::Traits traits = {.exclusive = true, .remote = false})
      : inner_(kv::OpenMemory()), traits_(traits) {}

  kv::Traits traits() const override { return traits_; }
  std::shared_ptr<const kv::Snapshot> Latest() override { return inner_->Latest(); }
  std::optional<std::string> Get(const kv::Snapshot& snapshot, std::string_view key) override {
    if (fails_reads) throw base::Error(base::sqlstate::kIoError, "no disk");
    return inner_->Get(snapshot, key);
  }
  std::vector<std::optional<std::string>> MultiGet(const kv::Snapshot& snapshot,
                                                   std::span<const std::string> keys) override {
    return inner_->MultiGet(snapshot, keys);
  }
  std::unique_ptr<kv::Cursor> Scan(const kv::Snapshot& snapshot, kv::KeyRange range,
                                   kv::ScanOptions options) override {
    return inner_->Scan(snapshot, std::move(range), options);
  }
  void Submit(kv::Submission submission, kv::CommitCallback callback) override {
    if (fails_writes) return callback({.outcome = kv::Outcome::kUnknown, .revision = 0, .conflict_key = {}});
    {
      const std::lock_guard lock(mutex_);
      if (holds_) {
        held_.emplace_back(std::move(submission), std::move(callback));
        return;
      }
    }
    inner_->Submit(std::move(submission), std::move(callback));
  }
  Statistics statistics() const override { return inner_->statistics(); }
  void Close() override { inner_->Close(); }

  void Hold() {
    const std::lock_guard lock(mutex_);
    holds_ = true;
  }
  std::size_t held() {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  // Lets held commits and later ones through.
  void Release() {
    std::deque<std::pair<kv::Submission, kv::CommitCallback>> held;
    {
      const std::lock_guard lock(mutex_);
      holds_ = false;
      held.swap(held_);
    }
    for (auto& [submission, callback] : held) inner_->Submit(std::move(submission), std::move(callback));
  }

  std::atomic<bool> fails_reads = false;
  std::atomic<bool> fails_writes = false;

 private:
  std::unique_ptr<kv::Engine> inner_;
  kv::Traits traits_;
  std::mutex mutex_;  // guards the two below
  bool holds_ = false;
  std::deque<std::pair<kv::Submission, kv::CommitCallback>> held_;
};

}  // namespace ordinal::sequence
