// Says what an execution needs from the session that runs it. Implemented by session, by fakes in tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "catalog/virtual_table.h"
#include "types/settings.h"

namespace ordinal::base {
class SeededRandom;
}

namespace ordinal::sequence {
class SessionSequences;
}

namespace ordinal::sql {

class RoutineHost;
class RowIdSource;
class RowMoves;
struct DeferredConstraints;

// Bounds of keys, rows and columns in bytes; 0 means "no bound".
struct SizeLimits {
  std::size_t key_max = 0;     // 54000 `key size too large`
  std::size_t row_max = 0;     // 54000 `maximum row size exceeded`
  std::size_t column_max = 0;  // 54000 `maximum column size exceeded`
};

// Used by the one thread that runs the statement.
class SessionServices {
 public:
  virtual ~SessionServices() = default;

  // As the functions of the same names in EvalContext.
  virtual base::Oid ResolveRelation(std::string_view text, bool missing_ok) = 0;
  virtual std::string RelationName(base::Oid oid) = 0;
  virtual std::vector<std::string> SearchPath(bool include_implicit) = 0;
  virtual std::string UserName() = 0;
  virtual std::string SessionUserName() = 0;
  virtual base::Oid CurrentRole() { return catalog::kAdminRole; }
  virtual base::Oid SessionRole() { return catalog::kAdminRole; }
  virtual std::string DatabaseName() = 0;
  virtual std::int32_t BackendId() = 0;
  virtual std::string ServerVersion() = 0;
  virtual std::optional<std::string> GetParameter(std::string_view name) = 0;
  virtual void SetParameter(std::string_view name, std::string_view value, bool local) = 0;
  virtual base::RandomSource& random() = 0;
  virtual base::SeededRandom* seeded_random() { return nullptr; }
  virtual const base::Clock& clock() = 0;
  virtual void CheckCanceled() = 0;

  virtual const types::Settings& settings() = 0;
  // What system views may ask; called only by scans of virtual tables.
  virtual const catalog::SessionView& session_view() = 0;

  virtual sequence::SessionSequences& sequences() = 0;
  // True when the running transaction created, altered or restarted the sequence, so that its counter is the
  // transaction's own.
  virtual bool IsCountedInTransaction(base::Oid sequence) = 0;
  // Throws 40001 OC001 when the sequence's epoch has ended, though the transaction's snapshot does not show
  // it: values cached in that epoch must not be handed out any more.
  virtual void CheckEpoch(const catalog::SequenceDescriptor& sequence) = 0;
  // False where a draw must not wait for a claim: it throws sequence::NeedsClaim instead.
  virtual bool MayBlock() = 0;
  // True in a READ ONLY transaction: nextval and setval are refused with 25006.
  virtual bool IsReadOnly() = 0;

  virtual SizeLimits size_limits() = 0;
  // Of the running transaction; empty when it begins.
  virtual DeferredConstraints& deferred_constraints() = 0;
  virtual RowIdSource& row_ids() = 0;
  // The key of the row of `table` on which the cursor stands; empty: it stands on none of this table. Errors:
  // 34000, and 24000 where PostgreSQL's WHERE CURRENT OF has it.
  virtual std::string RowOfCursor(const std::string& cursor, base::Oid table) = 0;
  // Where changes of rows' keys are noted; null while no cursor wants to know.
  virtual RowMoves* row_moves() { return nullptr; }
  // Null where functions of users are not run.
  virtual RoutineHost* routine_host() { return nullptr; }
};

}  // namespace ordinal::sql
