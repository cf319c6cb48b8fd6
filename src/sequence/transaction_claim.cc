#include "sequence/transaction_claim.h"

#include <optional>
#include <string>
#include <utility>

#include "base/check.h"
#include "sequence/counter.h"

namespace ordinal::sequence {
namespace {

std::string KeyOf(const SequenceDescriptor& sequence) { return CounterKey(sequence.oid, sequence.epoch); }

}  // namespace

void WriteInitialCounter(txn::Transaction& transaction, const SequenceDescriptor& sequence, Counter counter) {
  transaction.GuardAbsent(KeyOf(sequence));
  SetCounterInTransaction(transaction, sequence, counter);
}

void DropCounter(txn::Transaction& transaction, const SequenceDescriptor& sequence) {
  transaction.Delete(KeyOf(sequence));
}

void DropCounter(txn::Transaction& transaction, const SequenceDescriptor& sequence,
                 const Surrendered& surrendered) {
  transaction.GuardUnchangedSince(surrendered.key, surrendered.revision);
  DropCounter(transaction, sequence);
}

std::int64_t DrawInTransaction(txn::Transaction& transaction, const SequenceDescriptor& sequence) {
  const Counter counter = ReadCounterInTransaction(transaction, sequence);
  const std::optional<Block> block = Draw(sequence.definition, counter, 1);
  if (!block) throw ExhaustionError(sequence.definition, sequence.name);
  ChangeCounterForGood(transaction, sequence, block->after());
  return block->first;
}

Counter ReadCounterInTransaction(txn::Transaction& transaction, const SequenceDescriptor& sequence) {
  // Values drawn by the running statement count, though a statement sees no other writes of its own.
  const std::string key = KeyOf(sequence);
  std::optional<std::string> bytes;
  if (auto buffered = transaction.GetFromStatement(key)) {
    bytes = std::move(*buffered);
  } else {
    bytes = transaction.Get(key);
  }
  ORDINAL_CHECK(bytes.has_value());
  return DecodeCounter(*bytes).counter;
}

void SetCounterInTransaction(txn::Transaction& transaction, const SequenceDescriptor& sequence,
                             Counter counter) {
  transaction.Put(KeyOf(sequence), EncodeCounter({counter, 0}));
}

void ChangeCounterForGood(txn::Transaction& transaction, const SequenceDescriptor& sequence,
                          Counter counter) {
  transaction.PutLasting(KeyOf(sequence), EncodeCounter({counter, 0}));
}

}  // namespace ordinal::sequence
