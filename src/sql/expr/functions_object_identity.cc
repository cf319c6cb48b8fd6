#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/virtual_table.h"
#include "sql/expr/function_topics.h"
#include "sql/expr/object_identity.h"
#include "sql/expr/series.h"
#include "types/array.h"

// What oids stand for, and what else clients ask of a catalog that has little to answer (manual, tables 9.68
// to 9.72 and 9.75).
namespace ordinal::sql {
namespace {

using base::Error;
using base::Oid;
using T = TypeId;
using Args = std::span<Value>;

Value Text(std::string_view text) { return Value::String(text); }
Value TextOrNull(const std::optional<std::string>& text) { return text ? Text(*text) : Value(); }
Value Null(EvalContext&, Args, const Expression&) { return Value(); }
Value NoProcesses(EvalContext&, Args, const Expression&) { return types::MakeArray(T::kInt4, {}); }

ObjectAddress AddressOf(std::span<const Value> args) {
  return {static_cast<Oid>(args[0].AsInt()), static_cast<Oid>(args[1].AsInt()), args[2].AsInt()};
}

Value Describe(EvalContext& context, Args args, const Expression&) {
  return TextOrNull(DescribeObject(AddressOf(args), context));
}

Value TextArray(const std::vector<std::string>& texts) {
  std::vector<Value> values;
  for (const std::string& text : texts) values.push_back(Text(text));
  return types::MakeArray(T::kText, std::move(values));
}

// The collation of what is given; types that know none are refused.
Value CollationFor(EvalContext&, Args, const Expression& call) {
  const Type& type = call.args[0]->type;
  const T element = types::ElementType(type.id);
  switch (element != T::kInvalid ? element : type.id) {
    case T::kUnknown:
      return Value();
    case T::kText:
    case T::kVarchar:
    case T::kBpchar:
      return Text("\"default\"");
    case T::kName:
      return Text("\"C\"");
    default:
      throw Error(base::sqlstate::kDatatypeMismatch,
                  "collations are not supported by type " + types::FormatType({type.id, -1}));
  }
}

Value TemporarySchema(EvalContext& context, Args, const Expression&) {
  const catalog::SessionView* session = context.session_view();
  return Value::Int(session != nullptr ? session->temporary_schema() : base::kInvalidOid);
}

Value IsOthersTemporarySchema(EvalContext& context, Args args, const Expression&) {
  const auto oid = static_cast<Oid>(args[0].AsInt());
  const auto schema = context.catalog().SchemaByOid(oid);
  const catalog::SessionView* session = context.session_view();
  const bool own = session != nullptr && session->temporary_schema() == oid;
  return Value::Bool(schema && schema->temporary_of && !own);
}

// There are no policies of rows.
Value RowSecurityOfName(EvalContext& context, Args args, const Expression&) {
  context.ResolveRelation(args[0].AsString(), false);
  return Value::Bool(false);
}

Value RowSecurityOfOid(EvalContext&, Args, const Expression&) { return Value::Bool(false); }

// What pg_class says of tables, sequences and indexes.
Value FileNode(EvalContext& context, Args args, const Expression&) {
  const auto relation = context.catalog().RelationByOid(static_cast<Oid>(args[0].AsInt()));
  return relation.table || relation.sequence || relation.index != nullptr ? args[0] : Value();
}

Value RelationOfFileNode(EvalContext& context, Args args, const Expression& call) {
  return FileNode(context, args.subspan(1), call);
}

Value NoCommitTime(EvalContext&, Args, const Expression&) {
  throw Error(base::sqlstate::kObjectNotInPrerequisiteState, "could not get commit timestamp data")
      .Hint("Make sure the configuration parameter \"track_commit_timestamp\" is set.");
}

Function OneRow(std::string_view name, Oid oid, std::vector<OutColumn> columns) {
  Function function =
      WithKind(FunctionKind::kSetReturning, name, {T::kOid, T::kOid, T::kInt4}, T::kRecord, oid);
  function.columns = std::move(columns);
  return Stable(std::move(function));
}

}  // namespace

std::optional<Value> IdentityColumn(const Function& function, std::span<const Value> args,
                                    EvalContext& context, int column) {
  const bool as_address = function.name == "pg_identify_object_as_address";
  if (!as_address && function.name != "pg_identify_object") return std::nullopt;
  const ObjectIdentity found = IdentifyObject(AddressOf(args), context);
  if (column == 0) return Text(found.type);
  if (as_address) {
    if (!found.identity) return Value();
    return TextArray(column == 1 ? found.names : found.arguments);
  }
  if (column == 1) return TextOrNull(found.schema);
  return TextOrNull(column == 2 ? found.name : found.identity);
}

void AddObjectIdentityFunctions(FunctionList& out) {
  out.insert(
      out.end(),
      {
          Stable(Scalar("pg_describe_object", {T::kOid, T::kOid, T::kInt4}, T::kText, 3537, Describe)),
          OneRow("pg_identify_object", 3839,
                 {{"type", T::kText}, {"schema", T::kText}, {"name", T::kText}, {"identity", T::kText}}),
          OneRow("pg_identify_object_as_address", 3382,
                 {{"type", T::kText}, {"object_names", T::kTextArray}, {"object_args", T::kTextArray}}),
          CalledOnNull(Stable(Scalar("pg_collation_for", {T::kInvalid}, T::kText, 3162, CollationFor))),
          Stable(Scalar("pg_my_temp_schema", {}, T::kOid, 2854, TemporarySchema)),
          Stable(Scalar("pg_is_other_temp_schema", {T::kOid}, T::kBool, 2855, IsOthersTemporarySchema)),
          Stable(Scalar("row_security_active", {T::kOid}, T::kBool, 3298, RowSecurityOfOid)),
          Stable(Scalar("row_security_active", {T::kText}, T::kBool, 3299, RowSecurityOfName)),
          Stable(Scalar("pg_relation_filenode", {T::kRegclass}, T::kOid, 2999, FileNode)),
          Stable(Scalar("pg_relation_filepath", {T::kRegclass}, T::kText, 3034, Null)),
          Stable(Scalar("pg_filenode_relation", {T::kOid, T::kOid}, T::kRegclass, 3454, RelationOfFileNode)),
          Volatile(Scalar("pg_blocking_pids", {T::kInt4}, T::kInt4Array, 2561, NoProcesses)),
          Volatile(Scalar("pg_safe_snapshot_blocking_pids", {T::kInt4}, T::kInt4Array, 3376, NoProcesses)),
          Volatile(Scalar("pg_current_logfile", {}, T::kText, 3800, Null)),
          Volatile(Scalar("pg_current_logfile", {T::kText}, T::kText, 3801, Null)),
          Volatile(Scalar("pg_xact_commit_timestamp", {T::kXid}, T::kTimestamptz, 3581, NoCommitTime)),
      });
}

}  // namespace ordinal::sql
