#include "syscat/registry.h"

#include <algorithm>

#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

std::vector<const catalog::VirtualTable*> Collect() {
  std::vector<const catalog::VirtualTable*> tables = {&PgClass(), &PgNamespace(), &PgSequence(),
                                                      &PgSequences()};
  std::sort(tables.begin(), tables.end(), [](const auto* a, const auto* b) { return a->oid() < b->oid(); });
  return tables;
}

}  // namespace

const std::vector<const catalog::VirtualTable*>& VirtualTables() {
  static const std::vector<const catalog::VirtualTable*> tables = Collect();
  return tables;
}

}  // namespace ordinal::syscat
