// Executes statements that define objects. Every change of a descriptor goes through the transaction's
// CatalogEditor.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "base/error.h"
#include "catalog/catalog.h"
#include "sequence/allocator.h"
#include "sql/bind/ddl.h"
#include "sql/expr/eval_context.h"
#include "txn/transaction.h"

namespace ordinal::sql {

// The part of a statement that is left to the background; see src/jobs.
struct JobRequest {
  enum class Kind : std::uint8_t { kBuildIndex, kValidateConstraint };
  Kind kind = Kind::kBuildIndex;
  base::Oid table = 0;
  base::Oid object = 0;  // the index or constraint
  std::string name;      // of the object, with its schema
};

// Belongs to one statement; used by one thread at a time. Everything given outlives it.
struct DdlContext {
  catalog::CatalogEditor& editor;
  txn::Transaction& transaction;
  sequence::Allocator& allocator;
  catalog::OidAllocator& oids;
  EvalContext& evaluation;               // for defaults and conditions over rows that exist already
  base::Oid role = catalog::kAdminRole;  // the current one
  std::function<void(base::Report)> notice;
  // Hears each epoch that the commit will end: then call Allocator::Forget (or ForgetDropped when `epoch` is
  // 0: the sequence is dropped).
  std::function<void(base::Oid sequence, std::uint64_t epoch)> forget_after_commit;
  // The sequences whose counter this transaction began; the session keeps the set until the transaction ends
  // and answers SessionServices::IsCountedInTransaction from it.
  std::set<base::Oid>& counted_in_transaction;
  // Hears each sequence that ALTER names: the session's cached values end at once, as in PostgreSQL.
  std::function<void(base::Oid sequence)> drop_cached;
  // Puts a job into the transaction.
  std::function<void(const JobRequest& request)> submit_job;
  base::Oid session_role = catalog::kAdminRole;
  // Makes what is stored of a password.
  std::function<std::string(const std::string&)> store_password = {};
  // Finds out the name and the value of a parameter that is to be stored; throws what SET throws.
  std::function<AlterSettings(const AlterSettings&)> settle_setting = {};
};

// Returns the command tag. May block (a sequence's counter is surrendered, oids are claimed). The caller
// finishes or abandons the transaction's statement.
std::string ExecuteDdl(const BoundDdl& ddl, DdlContext& context);

}  // namespace ordinal::sql
