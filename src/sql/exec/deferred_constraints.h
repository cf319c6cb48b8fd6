// Keeps what a transaction has still to check of its foreign keys, and when it wants to.
//
// A plain value that belongs to one transaction; whoever can go back to an earlier state of the transaction
// copies it there and puts it back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "catalog/descriptor.h"
#include "types/value.h"

namespace ordinal::sql {

enum class ForeignKeyEventKind : std::uint8_t {
  kCheck,    // a row may refer to nothing
  kDeleted,  // a row that may be referred to is gone
  kUpdated,  // a row that may be referred to has another key
};

struct DeferredEvent {
  ForeignKeyEventKind kind = ForeignKeyEventKind::kCheck;
  base::Oid table = 0;                   // that declares the key
  base::Oid key = 0;                     // the foreign key
  std::string row_key;                   // kCheck
  std::vector<types::Value> old_values;  // of the parent: kDeleted, kUpdated
  std::vector<types::Value> new_values;  // kUpdated
};

struct DeferredConstraints {
  std::vector<DeferredEvent> events;  // in order
  std::optional<bool> all;            // SET CONSTRAINTS ALL: whether they are deferred
  std::map<base::Oid, bool> named;    // SET CONSTRAINTS after it

  bool IsDeferred(const catalog::ForeignKeyDescriptor& key) const {
    if (!key.deferrable) return false;
    const auto found = named.find(key.oid);
    return found != named.end() ? found->second : all.value_or(key.initially_deferred);
  }
};

}  // namespace ordinal::sql
