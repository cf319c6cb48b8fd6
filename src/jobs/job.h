// Describes a piece of background work, and how its state may change.
//
//   submitted --Claim--> processing --Complete--> completed
//                            |  ^ Advance, Claim by another node
//                            +--Fail--> failed
//
// The record lies in the store under keys::JobKey and is written together with what the job does, each time
// guarded against change: a node that was thought dead, and goes on, finds its next commit refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/random.h"
#include "sql/exec/ddl.h"
#include "txn/transaction.h"

namespace ordinal::jobs {

enum class Status : std::uint8_t { kSubmitted, kProcessing, kCompleted, kFailed };
enum class Type : std::uint8_t { kIndexBuild, kValidateConstraint };

struct Job {
  std::string id;
  Type type = Type::kIndexBuild;
  Status status = Status::kSubmitted;
  std::string details;  // why it failed
  base::Oid table = 0;
  base::Oid object = 0;     // the index or constraint
  std::string object_name;  // with its schema, as it was called at first
  std::string after;        // the row key up to which it has come
  std::uint64_t owner = 0;  // the node that works on it; 0 for none
  std::int64_t started_micros = 0;
  std::int64_t updated_micros = 0;  // wall clock, since 1970

  bool is_over() const { return status == Status::kCompleted || status == Status::kFailed; }

  // Each REQUIRES that the job is not over.
  void Claim(std::uint64_t node, std::int64_t now_micros);
  void Advance(std::string to, std::int64_t now_micros);
  void Complete(std::int64_t now_micros);
  void Fail(std::string why, std::int64_t now_micros);
};

// As sys.jobs shows them.
std::string_view NameOf(Status status);
std::string_view NameOf(Type type);
// The system catalog that lists the object.
base::Oid ClassOf(Type type);

std::string EncodeJob(const Job& job);
// Throws XX001 for what EncodeJob did not write.
Job DecodeJob(std::string_view bytes);

// Puts a new job into the transaction; it begins when that commits. Returns its id.
std::string Submit(const sql::JobRequest& request, txn::Transaction& transaction, base::RandomSource& random,
                   std::int64_t now_micros);

}  // namespace ordinal::jobs
