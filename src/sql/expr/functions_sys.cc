#include <algorithm>
#include <string>

#include "base/error.h"
#include "catalog/virtual_table.h"
#include "sql/expr/function_topics.h"
#include "types/uuid_base32.h"

// Functions of the schema sys, whose names are those of Aurora DSQL. What they take and give is not
// documented there; docs/sys-functions.md says what was chosen here.
namespace ordinal::sql {
namespace {

using base::Error;
using base::Oid;
using T = TypeId;
using Args = std::span<Value>;

Value FromBase32(EvalContext&, Args args, const Expression&) {
  if (const auto uuid = types::UuidFromBase32(args[0].AsString())) return Value::OfUuid(*uuid);
  throw Error(base::sqlstate::kInvalidTextRepresentation, "Unable to convert text to UUID");
}

Value ToBase32(EvalContext&, Args args, const Expression&) {
  return Value::String(types::UuidToBase32(args[0].AsUuid()));
}

// The type that a domain stands upon in the end; other types stand upon themselves.
Value BaseType(EvalContext& context, Args args, const Expression&) {
  const Oid oid = static_cast<Oid>(args[0].AsInt());
  if (const auto domain = context.catalog().DomainByOid(oid)) {
    return Value::Int(static_cast<std::int64_t>(domain->type().id));
  }
  return types::FindType(oid) != nullptr ? args[0] : Value();
}

Value SessionId(EvalContext& context, Args, const Expression&) {
  const catalog::SessionView* session = context.session_view();
  return session != nullptr ? Value::OfUuid(session->session_uuid()) : Value();
}

Value CurrentQuery(EvalContext& context, Args, const Expression&) {
  const catalog::SessionView* session = context.session_view();
  return session != nullptr ? Value::String(session->current_query()) : Value();
}

Value Unknown(EvalContext&, Args, const Expression&) { return Value(); }

// What a job that failed ended with.
Value JobError(EvalContext& context, Args args, const Expression&) {
  const catalog::SessionView* session = context.session_view();
  if (session == nullptr) return Value();
  const std::vector<catalog::JobState> jobs = session->Jobs();
  const auto job = std::find_if(jobs.begin(), jobs.end(), [&](const auto& each) {
    return each.id == args[0].AsString() && each.status == "failed";
  });
  return job != jobs.end() && !job->details.empty() ? Value::String(job->details) : Value();
}

}  // namespace

void AddSysFunctions(FunctionList& out) {
  out.insert(out.end(), {
                            Scalar("sys.base32_str_to_uuid", {T::kText}, T::kUuid, 9600, FromBase32),
                            Scalar("sys.uuid_to_base32_str", {T::kUuid}, T::kText, 9601, ToBase32),
                            Stable(Scalar("sys.base_type_oid", {T::kOid}, T::kOid, 9602, BaseType)),
                            Stable(Scalar("sys.current_session_id", {}, T::kUuid, 9603, SessionId)),
                            Stable(Scalar("sys.cluster_size", {}, T::kInt8, 9605, Unknown)),
                            Stable(Scalar("sys.cluster_size_limit", {}, T::kInt8, 9606, Unknown)),
                            Stable(Scalar("sys.iam_session_user", {}, T::kText, 9607, Unknown)),
                            Volatile(Scalar("sys.job_err_msg", {T::kText}, T::kText, 9608, JobError)),
                            Volatile(Scalar("current_query", {}, T::kText, 817, CurrentQuery)),
                        });
}

}  // namespace ordinal::sql
