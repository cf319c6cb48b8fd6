#include "catalog/view_updates.h"

#include <string>
#include <utility>

namespace ordinal::catalog {

int ChangesTaken(const Catalog& catalog, Oid relation, std::optional<std::set<AttributeNumber>> columns) {
  constexpr int kAll = kTakesUpdate | kTakesInsert | kTakesDelete;
  int taken = kAll;
  std::set<Oid> seen;  // CREATE OR REPLACE can make views that read themselves
  for (Catalog::Relation found = catalog.RelationByOid(relation); !found.table;) {
    if (!found.view || found.view->base == 0 || !seen.insert(found.view->oid).second) return 0;
    std::set<AttributeNumber> below;
    for (std::size_t i = 0; i < found.view->columns.size(); ++i) {
      const AttributeNumber source = found.view->columns[i].source;
      if (source == 0 || (columns && !columns->contains(static_cast<AttributeNumber>(i + 1)))) continue;
      below.insert(source);
    }
    if (below.empty()) taken &= kTakesDelete;
    const Oid base = found.view->base;
    columns = std::move(below);
    found = catalog.RelationByOid(base);
  }
  return taken;
}

std::optional<std::string> OptionOf(const ViewDescriptor& view, std::string_view name) {
  for (const std::string& option : view.options) {
    const std::size_t sign = option.find('=');
    if (std::string_view(option).substr(0, sign) == name) return option.substr(sign + 1);
  }
  return std::nullopt;
}

}  // namespace ordinal::catalog
