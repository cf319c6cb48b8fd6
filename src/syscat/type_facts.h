// Holds what pg_type and pg_opclass say about types and types::TypeInfo does not.
#pragma once

#include <span>

#include "catalog/descriptor.h"
#include "types/type.h"

namespace ordinal::syscat {

// The numbers are oids in PostgreSQL 15; zero where it has none.
struct TypeFacts {
  types::TypeId id;
  char alignment;  // pg_type.typalign
  char storage;    // pg_type.typstorage
  catalog::Oid element;
  catalog::Oid input;
  catalog::Oid output;
  catalog::Oid receive;
  catalog::Oid send;
  catalog::Oid operator_class;  // the default one for btree
};

// Every type but arrays, in order of oid.
std::span<const TypeFacts> AllTypeFacts();

// REQUIRES a type that pg_type lists: one of those, or an array of one.
TypeFacts FactsOf(types::TypeId type);

// True when values of that pg_type.typlen are passed by value.
bool IsPassedByValue(std::int16_t length);

}  // namespace ordinal::syscat
