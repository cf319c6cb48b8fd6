#include "base/error.h"
#include "catalog/privileges.h"
#include "sql/expr/function_table.h"
#include "sql/expr/identifier.h"

namespace ordinal::sql {
namespace {

using base::Error;
using base::Oid;
using T = TypeId;
using Args = std::span<Value>;

Oid OidOf(const Value& value) { return static_cast<Oid>(value.AsInt()); }

// Throws unless the current role has one of the privileges.
void CheckMay(EvalContext& context, Oid oid, catalog::Privileges any_of) {
  const catalog::Catalog::Relation relation = context.catalog().RelationByOid(oid);
  if (!relation.sequence) return;  // what is no sequence is refused with a better word
  if ((catalog::RelationPrivileges(context.catalog(), context.CurrentRole(), relation) & any_of) != 0) return;
  throw Error(base::sqlstate::kInsufficientPrivilege,
              "permission denied for sequence " + relation.sequence->name);
}

Value NextVal(EvalContext& context, Args args, const Expression& call) {
  const Oid oid = OidOf(args[0]);
  // Draws come by the thousand, and an identity column asks for no privilege.
  if (oid != context.permitted_sequence && call.index != kDrawOfIdentity) {
    CheckMay(context, oid, catalog::kUsagePrivilege | catalog::kUpdatePrivilege);
    context.permitted_sequence = oid;
  }
  return Value::Int(context.NextValue(oid));
}

Value CurrVal(EvalContext& context, Args args, const Expression&) {
  CheckMay(context, OidOf(args[0]), catalog::kUsagePrivilege | catalog::kSelectPrivilege);
  return Value::Int(context.CurrentValue(OidOf(args[0])));
}

Value LastVal(EvalContext& context, Args, const Expression&) {
  const std::int64_t value = context.LastValue();
  if (const Oid oid = context.LastSequence(); oid != base::kInvalidOid) {
    CheckMay(context, oid, catalog::kUsagePrivilege | catalog::kSelectPrivilege);
  }
  return Value::Int(value);
}

Value SetVal(EvalContext& context, Args args, const Expression&) {
  CheckMay(context, OidOf(args[0]), catalog::kUpdatePrivilege);
  const bool is_called = args.size() < 3 || args[2].AsBool();
  return Value::Int(context.SetValue(OidOf(args[0]), args[1].AsInt(), is_called));
}

Value SequenceLastValue(EvalContext& context, Args args, const Expression&) {
  const catalog::Catalog::SequencePtr sequence = context.catalog().SequenceByOid(OidOf(args[0]));
  if (!sequence) {
    throw Error(base::sqlstate::kUndefinedTable,
                "could not open relation with OID " + std::to_string(OidOf(args[0])));
  }
  const catalog::SequenceState state = context.ReadSequence(*sequence);
  return state.is_called ? Value::Int(state.last_value) : Value();
}

// The first argument is read as SQL reads a name, the second is the column's name as it stands.
Value SerialSequence(EvalContext& context, Args args, const Expression&) {
  const catalog::Catalog& catalog = context.catalog();
  const std::string_view column_name = args[1].AsString();
  const catalog::Catalog::Relation relation =
      catalog.RelationByOid(context.ResolveRelation(args[0].AsString(), false));
  const catalog::ColumnDescriptor* column =
      relation.table ? relation.table->FindColumn(column_name) : nullptr;
  if (column == nullptr) {
    const std::string table = relation.table ? relation.table->name : std::string(args[0].AsString());
    throw Error(base::sqlstate::kUndefinedColumn,
                "column \"" + std::string(column_name) + "\" of relation \"" + table + "\" does not exist");
  }
  for (const catalog::Catalog::SequencePtr& sequence : catalog.Sequences()) {
    if (sequence->owner_table != relation.table->oid || sequence->owner_column != column->number) continue;
    const catalog::Catalog::SchemaPtr schema = catalog.SchemaByOid(sequence->schema);
    const std::string prefix = schema ? QuoteIdentifier(schema->name) + "." : "";
    return Value::String(prefix + QuoteIdentifier(sequence->name));
  }
  return Value();
}

// What the session's last statement drew for identity columns; dialects name them in their own ways.
Value FirstIdentity(EvalContext& context, Args, const Expression&) {
  const std::optional<std::int64_t> value = context.FirstIdentity();
  return value ? Value::Int(*value) : Value();
}

Value LastIdentity(EvalContext& context, Args, const Expression&) {
  const std::optional<std::int64_t> value = context.LastIdentity();
  return value ? Value::Int(*value) : Value();
}

}  // namespace

void AddSequenceFunctions(FunctionList& out) {
  out.insert(out.end(),
             {
                 Volatile(Scalar("nextval", {T::kRegclass}, T::kInt8, 1574, NextVal)),
                 Volatile(Scalar("currval", {T::kRegclass}, T::kInt8, 1575, CurrVal)),
                 Volatile(Scalar("lastval", {}, T::kInt8, 2559, LastVal)),
                 Volatile(Scalar("setval", {T::kRegclass, T::kInt8}, T::kInt8, 1576, SetVal)),
                 Volatile(Scalar("setval", {T::kRegclass, T::kInt8, T::kBool}, T::kInt8, 1765, SetVal)),
                 ReadsCatalog(Volatile(
                     Scalar("pg_sequence_last_value", {T::kRegclass}, T::kInt8, 4032, SequenceLastValue))),
                 ReadsCatalog(Stable(
                     Scalar("pg_get_serial_sequence", {T::kText, T::kText}, T::kText, 1665, SerialSequence))),
                 Volatile(Scalar("ordinal_first_identity", {}, T::kInt8, 9011, FirstIdentity)),
                 Volatile(Scalar("ordinal_last_identity", {}, T::kInt8, 9012, LastIdentity)),
             });
}

}  // namespace ordinal::sql
