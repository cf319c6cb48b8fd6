#include "sql/bind/type_order.h"

#include <string>

#include "base/error.h"

namespace ordinal::sql {
namespace {

bool IsSnapshot(TypeId type) {
  return type == TypeId::kPgSnapshot || type == TypeId::kPgSnapshotArray || type == TypeId::kTxidSnapshot ||
         type == TypeId::kTxidSnapshotArray;
}

bool IsJson(TypeId type) {
  return type == TypeId::kJson || type == TypeId::kJsonArray || type == TypeId::kJsonpath ||
         type == TypeId::kJsonpathArray;
}

base::Error Missing(const char* which, TypeId type, int position) {
  base::Error error(
      base::sqlstate::kUndefinedFunction,
      std::string("could not identify an ") + which + " operator for type " + types::FormatType({type, -1}));
  error.Position(position);
  return error;
}

}  // namespace

void RequireOrder(TypeId type, int position) {
  if (!IsJson(type) && !IsSnapshot(type) && type != TypeId::kXid) return;
  throw Missing("ordering", type, position).Hint("Use an explicit ordering operator or modify the query.");
}

void RequireEquality(TypeId type, int position) {
  if (IsJson(type) || IsSnapshot(type)) throw Missing("equality", type, position);
}

}  // namespace ordinal::sql
