// Seam 2: what a profile refuses though Ordinal may know it, and in which words. Checked where the statement
// is bound, so that no statement is walked twice.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.h"

namespace ordinal::dialect {

enum class Feature : std::uint8_t {
  kStatement,  // subject: the statement, as PostgreSQL's parser calls it
  kSavepoint,  // subject: SAVEPOINT, RELEASE or ROLLBACK TO
  kSetTransaction,
  kTableSample,
  kWeakRowLock,       // FOR SHARE, FOR NO KEY UPDATE
  kFunction,          // subject: the function, called by a statement
  kFunctionLanguage,  // subject: the language of CREATE FUNCTION
  kColumnType,        // subject: the type of a column
  kArrayColumn,       // subject: the array type of a column
  kKeyType,           // subject: the type of a column of a key
  kIndexConcurrently,
  kIndexMethod,  // USING
  kIndexOrder,   // ASC, DESC
  kIndexAtOnce,  // CREATE INDEX that builds while the statement runs
  kDropDomainCascade,
  kGrantObject,          // GRANT ON DATABASE
  kGrantOnSystemEntity,  // subject: the schema
};

struct Refusal {
  Feature feature;
  std::string_view subject;  // refuses this subject only; empty: any
  base::SqlState sqlstate;
  std::string_view text;  // `%` stands for the subject
};

// Throws what the first of `refusals` that fits says; returns when none does. A row with a subject stands
// before the row of the same feature without one.
void CheckAllowed(std::span<const Refusal> refusals, Feature feature, std::string_view subject, int position);

// Amazon Aurora DSQL as of October 2026: the SQL features page of its user guide, and its answers.
std::span<const Refusal> AuroraDsqlRefusals();

}  // namespace ordinal::dialect
