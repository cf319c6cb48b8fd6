// Says what an expression may need from outside itself. Implemented by sql/exec; by fakes in tests.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "catalog/virtual_table.h"
#include "sql/expr/expression.h"
#include "types/settings.h"

namespace ordinal::base {
class SeededRandom;
}

namespace ordinal::sql {

struct DomainConstraints;

class EvalContext {
 public:
  virtual ~EvalContext() = default;

  // Sequences. Errors as PostgreSQL's functions of the same names; see design section 5.
  virtual std::int64_t NextValue(base::Oid sequence) = 0;
  virtual std::int64_t CurrentValue(base::Oid sequence) = 0;
  virtual std::int64_t LastValue() = 0;
  // The sequence of LastValue(); kInvalidOid when nobody can tell.
  virtual base::Oid LastSequence() { return base::kInvalidOid; }
  virtual std::int64_t SetValue(base::Oid sequence, std::int64_t value, bool is_called) = 0;

  // The statement's catalog, and what names mean in this session.
  virtual const catalog::Catalog& catalog() = 0;
  // Reads a possibly quoted and qualified relation name as regclass input does; throws 42P01 when
  // `missing_ok` is false, else returns kInvalidOid.
  virtual base::Oid ResolveRelation(std::string_view text, bool missing_ok) = 0;
  // Prints as regclass output does: quoted where needed, qualified when not on the search path; digits when
  // unknown.
  virtual std::string RelationName(base::Oid oid) = 0;
  virtual std::vector<std::string> SearchPath(bool include_implicit) = 0;
  virtual std::string UserName() = 0;
  virtual std::string SessionUserName() = 0;
  // Their oids. Only sessions have other roles than the bootstrap role.
  virtual base::Oid CurrentRole() { return catalog::kAdminRole; }
  virtual base::Oid SessionRole() { return catalog::kAdminRole; }
  virtual std::string DatabaseName() = 0;
  virtual std::int32_t BackendId() = 0;
  virtual std::string ServerVersion() = 0;                                     // "16.13"
  virtual std::optional<std::string> GetParameter(std::string_view name) = 0;  // current_setting
  virtual void SetParameter(std::string_view name, std::string_view value, bool local) = 0;
  virtual catalog::SequenceState ReadSequence(const catalog::SequenceDescriptor& sequence) = 0;
  // The identity values of the session's last statement that drew any; nullopt before the first.
  virtual std::optional<std::int64_t> FirstIdentity() = 0;
  virtual std::optional<std::int64_t> LastIdentity() = 0;

  // What system views may ask; nullptr where there is no session.
  virtual const catalog::SessionView* session_view() { return nullptr; }

  virtual base::RandomSource& random() = 0;
  // What random() draws from and setseed() seeds; nullptr where there is no session.
  virtual base::SeededRandom* seeded_random() { return nullptr; }
  virtual const base::Clock& clock() = 0;
  virtual std::int64_t StatementMicros() = 0;  // since 2000-01-01 UTC; the transaction's are in settings
  // Throws 57014 when the client asked to cancel.
  virtual void CheckCanceled() = 0;

  // Runs subplan `expression.index`. `row` is the current row, for correlated columns.
  virtual Value EvaluateSubquery(const Expression& expression, std::span<const Value> row) = 0;

  // Calls the function of a user that `call.routine` names. Gives its values, rows as one value each: all of
  // a set, else one. Errors are those of its body, and 42501. Without a session: 0A000.
  virtual std::vector<Value> CallRoutine(const Expression& call, std::span<const Value> args);

  const types::Settings& settings() const { return *session_settings; }

  // Constant during a statement; set by the executor.
  const types::Settings* session_settings = nullptr;
  std::span<const Value> parameters;
  // Rows of enclosing queries, innermost last; a column of level n reads outer_rows[size - n].
  std::vector<std::span<const Value>> outer_rows;
  // The sequence whose use was last found to be permitted.
  base::Oid permitted_sequence = base::kInvalidOid;
  // Operands of the CASEs that are being evaluated, innermost last.
  std::vector<Value> case_operands;
  // What the domains ask that values were checked against, and how many checks wait for one another; see
  // domain.h.
  std::map<base::Oid, std::shared_ptr<const DomainConstraints>> domains;
  int domain_checks = 0;
};

// Evaluates over one input row. Deterministic order: arguments left to right, once each, except where SQL is
// lazy (CASE, COALESCE, AND, OR, NULLIF). Errors are those of the functions, without a position,
// as in PostgreSQL; only a literal that had to wait for the session to be parsed reports its own.
Value Evaluate(const Expression& expression, EvalContext& context, std::span<const Value> row);

// Whether two values of that order, see types::Compare, compare so.
bool HoldsFor(RowComparison comparison, int order);

// Evaluates a condition: true only when the result is TRUE.
bool IsTrue(const Expression& condition, EvalContext& context, std::span<const Value> row);

}  // namespace ordinal::sql
