// What the tests of several nodes share: one store, and nodes each with an engine and an allocator of its
// own.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "unit/sequence/sequence_fixture.h"
#include "unit/sequence/shared_engine.h"

namespace ordinal::sequence {

struct Node {
  Node(kv::Engine& store, const base::Clock& clock, AllocatorOptions options = {})
      : engine(store), allocator(engine, clock, options) {}
  std::int64_t One(const SequenceDescriptor& sequence) { return allocator.TakeAndWait(sequence, 1).first; }

  SharedEngine engine;
  Allocator allocator;
};

class SharedSequenceTest : public testing::Test {
 protected:
  static void WaitUntil(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    ASSERT_TRUE(holds());
  }

  SequenceDescriptor Make(SequenceDefinition definition = {}, base::Oid oid = 20000) {
    SequenceDescriptor sequence;
    sequence.oid = oid;
    sequence.name = "s";
    sequence.definition = definition;
    txn::Transaction transaction(*store_, {}, 0);
    WriteInitialCounter(transaction, sequence, InitialCounter(definition));
    EXPECT_EQ(transaction.CommitAndWait().outcome, kv::Outcome::kCommitted);
    return sequence;
  }

  static SequenceDescriptor NextEpoch(SequenceDescriptor sequence) {
    ++sequence.epoch;
    return sequence;
  }

  // Commits an ALTER by a node; with `restart`, one that says where to go on.
  kv::Outcome Alter(Node& node, const SequenceDescriptor& old,
                    std::optional<Counter> restart = std::nullopt) {
    const Surrendered surrendered = node.allocator.Surrender(old);
    txn::Transaction transaction(*store_, {}, 0);
    DropCounter(transaction, old, surrendered);
    WriteInitialCounter(transaction, NextEpoch(old), restart.value_or(surrendered.counter));
    return transaction.CommitAndWait().outcome;
  }

  Counter Stored(const SequenceDescriptor& sequence) {
    const auto bytes = store_->Get(*store_->Latest(), CounterKey(sequence.oid, sequence.epoch));
    return bytes ? DecodeCounter(*bytes).counter : Counter{-999, false};
  }

  // The engine of `node` gives these answers to the next submissions, then true ones.
  static void Fail(Node& node, std::vector<Fault> faults) {
    auto rest = std::make_shared<std::deque<Fault>>(faults.begin(), faults.end());
    node.engine.next_fault = [rest] {
      if (rest->empty()) return Fault::kNone;
      const Fault fault = rest->front();
      rest->pop_front();
      return fault;
    };
  }

  std::unique_ptr<kv::Engine> store_ = kv::OpenMemory();
  ManualClock clock_;
  Node a_{*store_, clock_};
  Node b_{*store_, clock_};
};

}  // namespace ordinal::sequence
