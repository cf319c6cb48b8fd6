// Does one step of a job as one transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "catalog/catalog.h"
#include "jobs/job.h"

namespace ordinal::jobs {

enum class StepOutcome : std::uint8_t {
  kAdvanced,  // there is more to do
  kOver,      // completed, failed, gone, or another node's
  kConflict,  // nothing was done: do it again, with fewer rows
  kRefused,   // as kConflict; with one row, what the store refuses is no matter of size
  kNoAnswer,  // the store did not say what became of the step: look again later
};

// The store and who works. Everything outlives it.
struct Workplace {
  kv::Engine& engine;
  catalog::CatalogCache& catalogs;
  const base::Clock& clock;
  std::uint64_t node = 0;
};

// Looks at up to `rows_max` rows. The index of a build is published as valid in the commit of the last step.
// What is wrong with the rows, or with the object, makes the job fail; what the store says when it fails to
// read is thrown.
StepOutcome DoStep(const std::string& job_id, std::size_t rows_max, const Workplace& place);

// Makes this node the owner; false when another was quicker, or the job is over.
bool Claim(const Job& seen, const Workplace& place);

// Drops a temporary schema and all that is in it; false when that must be tried again.
bool DropTemporarySchema(base::Oid schema, const Workplace& place);

// Deletes the record of a job that is over.
void Forget(const Job& seen, const Workplace& place);

}  // namespace ordinal::jobs
