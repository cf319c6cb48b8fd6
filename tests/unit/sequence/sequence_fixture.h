// What the tests of the allocator and of sessions share: an engine, a clock, sequences and their counters.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "base/error.h"
#include "sequence/allocator.h"
#include "sequence/transaction_claim.h"
#include "unit/sequence/held_engine.h"

namespace ordinal::sequence {

class ManualClock final : public base::Clock {
 public:
  std::int64_t WallMicros() const override { return now; }
  std::int64_t BootMicros() const override { return now; }
  std::atomic<std::int64_t> now = 1'000'000'000;
};

// "40001 text" of what `function` throws, or "none".
template <typename Function>
std::string ErrorOf(Function&& function) {
  try {
    function();
  } catch (const base::Error& error) {
    return std::string(error.sqlstate().view()) + " " + error.what();
  }
  return "none";
}

inline constexpr const char* kEpochIsOver = "40001 schema has been updated by another transaction (OC001)";

class SequenceTest : public testing::Test {
 protected:
  explicit SequenceTest(kv::Traits traits = {.exclusive = true, .remote = false}) : engine_(traits) {
    Restart();
  }

  // Ends the node without handing back, as a crash does, and starts it again.
  void Restart() {
    allocator_.reset();
    allocator_ = std::make_unique<Allocator>(engine_, clock_);
  }

  SequenceDescriptor Make(SequenceDefinition definition = {}, base::Oid oid = 20000) {
    SequenceDescriptor sequence;
    sequence.oid = oid;
    sequence.schema = catalog::kPublicSchema;
    sequence.name = "s";
    sequence.definition = definition;
    txn::Transaction transaction(engine_, {}, 0);
    WriteInitialCounter(transaction, sequence, InitialCounter(definition));
    EXPECT_EQ(transaction.CommitAndWait().outcome, kv::Outcome::kCommitted);
    return sequence;
  }

  static SequenceDescriptor NextEpoch(SequenceDescriptor sequence) {
    ++sequence.epoch;
    return sequence;
  }

  // Commits an ALTER of the sequence; with `restart`, one that says where to go on.
  kv::Outcome Alter(const SequenceDescriptor& old, std::optional<Counter> restart = std::nullopt) {
    const Surrendered surrendered = allocator_->Surrender(old);
    txn::Transaction transaction(engine_, {}, 0);
    DropCounter(transaction, old, surrendered);
    WriteInitialCounter(transaction, NextEpoch(old), restart.value_or(surrendered.counter));
    return transaction.CommitAndWait().outcome;
  }

  std::int64_t One(const SequenceDescriptor& sequence) { return allocator_->TakeAndWait(sequence, 1).first; }

  StoredCounter Stored(const SequenceDescriptor& sequence) {
    const auto bytes = engine_.Get(*engine_.Latest(), CounterKey(sequence.oid, sequence.epoch));
    return bytes ? DecodeCounter(*bytes) : StoredCounter{{-999, false}, -999};
  }

  HeldEngine engine_;
  ManualClock clock_;
  std::unique_ptr<Allocator> allocator_;
};

}  // namespace ordinal::sequence
