// Counts a sequence through the transaction that created, altered or restarted it: the one place where a
// counter is read and written by a SQL transaction. Nobody else can see that counter before the commit, so
// every value costs a buffered write and nothing is cached; a rollback of the transaction takes the counter
// along, one to a savepoint only what ALTER did.
//
// Also begins and ends epochs for DDL. An epoch has a counter key of its own, so an ALTER that commits makes
// every claim in the old epoch fail, on whichever node.
#pragma once

#include <cstdint>

#include "catalog/descriptor.h"
#include "sequence/allocator.h"
#include "sequence/arithmetic.h"
#include "txn/transaction.h"

namespace ordinal::sequence {

// Buffers the counter of an epoch that begins with this transaction.
void WriteInitialCounter(txn::Transaction& transaction, const SequenceDescriptor& sequence, Counter counter);

// Buffers the end of an epoch, for DROP: whatever is drawn until the commit is burned.
void DropCounter(txn::Transaction& transaction, const SequenceDescriptor& sequence);

// Buffers the end of an epoch whose position goes on in the next one, for ALTER: the commit conflicts when
// anybody draws from the surrendered counter until then.
void DropCounter(txn::Transaction& transaction, const SequenceDescriptor& sequence,
                 const Surrendered& surrendered);

// The next value. REQUIRES, as the functions below, that this transaction wrote the epoch's counter. Throws
// 2200H.
std::int64_t DrawInTransaction(txn::Transaction& transaction, const SequenceDescriptor& sequence);

Counter ReadCounterInTransaction(txn::Transaction& transaction, const SequenceDescriptor& sequence);

// Where ALTER says that the sequence stands. Undone with the statement and by ROLLBACK TO.
void SetCounterInTransaction(txn::Transaction& transaction, const SequenceDescriptor& sequence,
                             Counter counter);

// setval, and what drawing leaves: like PostgreSQL, undone by neither. The bounds are checked by
// CheckSetValue, not here.
void ChangeCounterForGood(txn::Transaction& transaction, const SequenceDescriptor& sequence, Counter counter);

}  // namespace ordinal::sequence
