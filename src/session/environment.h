// Names the objects that all sessions of a process share. Built once by server; everything outlives the
// sessions.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "cluster/membership.h"
#include "dialect/profile.h"
#include "kv/engine.h"
#include "sequence/allocator.h"
#include "sql/exec/row_ids.h"

namespace ordinal::jobs {
class Runner;
}

namespace ordinal::session {

class RoleSessions;

struct Environment {
  kv::Engine& engine;
  catalog::CatalogCache& catalogs;
  catalog::OidAllocator& oids;
  sequence::Allocator& sequences;
  sql::RowIdSource& row_ids;
  const base::Clock& clock;
  base::RandomSource& random;
  const dialect::Profile& default_profile;
  cluster::Membership* members = nullptr;  // null where one process owns the store
  jobs::Runner* jobs = nullptr;            // null in tests that leave nothing to the background
  RoleSessions* role_sessions = nullptr;   // null in tests that count no sessions
};

}  // namespace ordinal::session
