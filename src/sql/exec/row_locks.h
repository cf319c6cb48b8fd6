// Locks rows in the way of a store where nothing waits: by what a commit guards, and what it touches.
//
// Each row has two markers, X and S, which are keys without data (keys/key_space.h). Who touches a marker
// makes every other transaction fail that guards it and commits later.
//
//                                             touches   guards
//   FOR KEY SHARE, foreign-key check          S         X
//   update of columns that are no keys                  X, and the row
//   delete, update of key columns             X         X, S and the row
//   FOR UPDATE                                X         X, S and the row
#pragma once

#include <string>

#include "sql/bind/bound.h"
#include "txn/transaction.h"

namespace ordinal::sql {

// Locks a row that was read at the transaction's snapshot, or was written by it. `descriptor_key` is that of
// its table, which must not change either: rows keep their keys only as long as it does.
void LockRow(txn::Transaction& transaction, RowLockKind kind, const std::string& row_key,
             const std::string& descriptor_key);

// What a change of a row demands and leaves beside its writes. `of_key`: it deletes the row, or changes a
// column of a unique index that is not partial.
void MarkRowChange(txn::Transaction& transaction, const std::string& row_key, bool of_key);

}  // namespace ordinal::sql
