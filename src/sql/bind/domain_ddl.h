// Says what bound statements about domains hold. sql/exec checks who may do what, and which names are free.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "catalog/descriptor.h"

namespace ordinal::sql {

struct CreateDomain {
  // All but oid, owner, and what of the checks is empty: oids, and names that are chosen by PostgreSQL's
  // rule.
  catalog::DomainDescriptor domain;
};

enum class AlterDomainKind : std::uint8_t {
  kSetDefault,  // expression (nullopt drops)
  kSetNotNull,
  kDropNotNull,
  kAddCheck,          // check: its name may be empty
  kDropConstraint,    // name, missing_ok
  kValidate,          // name
  kRenameConstraint,  // name, new_name
};

struct AlterDomain {
  base::Oid domain = 0;
  AlterDomainKind kind = AlterDomainKind::kDropNotNull;
  std::optional<std::string> expression = {};
  catalog::CheckDescriptor check = {};
  std::string name = {};
  std::string new_name = {};
  bool missing_ok = false;
};

}  // namespace ordinal::sql
