#include "jobs/work.h"

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

#include "base/error.h"
#include "catalog/catalog_guard.h"
#include "keys/key_space.h"
#include "sql/exec/background.h"
#include "sql/exec/temporary.h"

namespace ordinal::jobs {
namespace {

namespace sqlstate = base::sqlstate;

// In Aurora DSQL's words.
constexpr const char* kDuplicateFound = "Found duplicate key while validating index for UCVs";

txn::Transaction Begin(const Workplace& place) {
  return txn::Transaction(place.engine, txn::Limits{}, place.clock.BootMicros());
}

// The record, guarded; nullopt when the job is no longer this node's to do.
std::optional<Job> ReadOwn(const std::string& id, txn::Transaction& transaction, std::uint64_t node) {
  const std::string key = keys::JobKey(id);
  const auto bytes = transaction.Get(key);
  if (!bytes) return std::nullopt;
  Job job = DecodeJob(*bytes);
  if (job.is_over() || job.owner != node) return std::nullopt;
  transaction.GuardUnchanged(key);
  return job;
}

StepOutcome Commit(const Job& job, txn::Transaction& transaction) {
  transaction.Put(keys::JobKey(job.id), EncodeJob(job));
  const kv::CommitResult result = transaction.CommitAndWait();
  switch (result.outcome) {
    case kv::Outcome::kCommitted:
      return job.is_over() ? StepOutcome::kOver : StepOutcome::kAdvanced;
    case kv::Outcome::kConflict:
    case kv::Outcome::kSnapshotTooOld:
      return StepOutcome::kConflict;
    case kv::Outcome::kRefused:
      return StepOutcome::kRefused;
    case kv::Outcome::kUnknown:
      break;
  }
  return StepOutcome::kNoAnswer;
}

// Fills the next part of the index. Publishes it after the last.
void Build(Job& job, std::size_t rows_max, const catalog::CatalogPtr& catalog, const Workplace& place,
           txn::Transaction& transaction) {
  const std::int64_t now = place.clock.WallMicros();
  const auto table = catalog->TableByOid(job.table);
  const auto relation = catalog->RelationByOid(job.object);
  if (!table || relation.index == nullptr || relation.index_of->oid != job.table) {
    return job.Fail("the index was dropped", now);
  }
  catalog::GuardDescriptor(transaction, job.table);
  if (relation.index->valid) return job.Complete(now);
  sql::BackgroundContext context(*catalog, place.clock);
  const sql::WalkStep step =
      sql::FillIndexStep(table, job.object, {job.after, rows_max}, transaction, context);
  if (!step.at_end) return job.Advance(step.last, now);
  catalog::TableDescriptor published = *table;
  for (auto& index : published.indexes) {
    if (index.oid == job.object) index.valid = true;
  }
  catalog::CatalogEditor(transaction, catalog).Update(std::move(published));
  job.Complete(now);
}

// The constraint of that number; null when the table has none.
template <typename Constraint>
Constraint* FindConstraint(std::vector<Constraint>& constraints, base::Oid oid) {
  const auto found = std::find_if(constraints.begin(), constraints.end(),
                                  [&](const Constraint& other) { return other.oid == oid; });
  return found == constraints.end() ? nullptr : &*found;
}

void Validate(Job& job, std::size_t rows_max, const catalog::CatalogPtr& catalog, const Workplace& place,
              txn::Transaction& transaction) {
  const std::int64_t now = place.clock.WallMicros();
  const auto table = catalog->TableByOid(job.table);
  if (!table) return job.Fail("the constraint was dropped", now);
  catalog::TableDescriptor published = *table;
  catalog::CheckDescriptor* const check = FindConstraint(published.checks, job.object);
  catalog::ForeignKeyDescriptor* const key = FindConstraint(published.foreign_keys, job.object);
  if (check == nullptr && key == nullptr) return job.Fail("the constraint was dropped", now);
  catalog::GuardDescriptor(transaction, job.table);
  bool& valid = check != nullptr ? check->valid : key->valid;
  if (valid) return job.Complete(now);
  sql::BackgroundContext context(*catalog, place.clock);
  const sql::WalkBounds bounds{job.after, rows_max};
  const sql::WalkStep step = check != nullptr
                                 ? sql::CheckRowsStep(table, *check, bounds, transaction, context)
                                 : sql::CheckReferencesStep(table, *key, bounds, transaction, context);
  if (!step.at_end) return job.Advance(step.last, now);
  valid = true;
  catalog::CatalogEditor(transaction, catalog).Update(std::move(published));
  job.Complete(now);
}

StepOutcome RecordFailure(const std::string& id, const std::string& why, const Workplace& place) {
  txn::Transaction transaction = Begin(place);
  auto job = ReadOwn(id, transaction, place.node);
  if (!job) return StepOutcome::kOver;
  job->Fail(why, place.clock.WallMicros());
  return Commit(*job, transaction);
}

// A store that cannot be read is no fault of the job.
bool IsOfStore(const base::Error& error) {
  const std::string_view state = error.report().sqlstate.error_class();
  return state == "58" || state == "53" || state == "40" || state == "08" || state == "57";
}

}  // namespace

StepOutcome DoStep(const std::string& job_id, std::size_t rows_max, const Workplace& place) {
  try {
    txn::Transaction transaction = Begin(place);
    auto job = ReadOwn(job_id, transaction, place.node);
    if (!job) return StepOutcome::kOver;
    const catalog::CatalogPtr catalog = place.catalogs.At(transaction.snapshot());
    if (job->type == Type::kIndexBuild) {
      Build(*job, rows_max, catalog, place, transaction);
    } else {
      Validate(*job, rows_max, catalog, place, transaction);
    }
    return Commit(*job, transaction);
  } catch (const base::Error& error) {
    if (IsOfStore(error)) throw;
    const bool duplicate = error.report().sqlstate == sqlstate::kUniqueViolation;
    return RecordFailure(job_id, duplicate ? kDuplicateFound : error.report().message, place);
  } catch (const std::bad_alloc&) {
    return RecordFailure(job_id, "out of memory", place);
  }
}

bool Claim(const Job& seen, const Workplace& place) {
  txn::Transaction transaction = Begin(place);
  const std::string key = keys::JobKey(seen.id);
  const auto bytes = transaction.Get(key);
  if (!bytes) return false;
  Job job = DecodeJob(*bytes);
  if (job.is_over() || job.owner != seen.owner) return false;
  transaction.GuardUnchanged(key);
  job.Claim(place.node, place.clock.WallMicros());
  return Commit(job, transaction) == StepOutcome::kAdvanced;
}

bool DropTemporarySchema(base::Oid schema, const Workplace& place) {
  txn::Transaction transaction = Begin(place);
  catalog::CatalogEditor editor(transaction, place.catalogs.At(transaction.snapshot()));
  sql::DropTemporary(schema, true, editor, transaction, [](base::Oid) {});
  if (!editor.changed()) return true;
  return transaction.CommitAndWait().outcome == kv::Outcome::kCommitted;
}

void Forget(const Job& seen, const Workplace& place) {
  txn::Transaction transaction = Begin(place);
  const std::string key = keys::JobKey(seen.id);
  if (!transaction.Get(key)) return;
  transaction.GuardUnchanged(key);
  transaction.Delete(key);
  transaction.CommitAndWait();
}

}  // namespace ordinal::jobs
