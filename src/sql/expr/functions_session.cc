#include "base/clock.h"
#include "base/error.h"
#include "sql/expr/conversion.h"
#include "sql/expr/function_table.h"
#include "types/array.h"
#include "types/datetime.h"

// What the session is: its user, database, parameters, and the server it talks to.
namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Args = std::span<Value>;

constexpr std::int64_t kEncodingUtf8 = 6;  // PG_UTF8

Value Text(std::string_view text) { return Value::String(text); }

Value CurrentDatabase(EvalContext& context, Args, const Expression&) { return Text(context.DatabaseName()); }

// The first schema of the search path that exists is where CREATE puts things.
Value CurrentSchema(EvalContext& context, Args, const Expression&) {
  const std::vector<std::string> path = context.SearchPath(false);
  return path.empty() ? Value() : Text(path.front());
}

Value CurrentSchemas(EvalContext& context, Args args, const Expression&) {
  std::vector<Value> names;
  for (const std::string& name : context.SearchPath(args[0].AsBool())) names.push_back(Text(name));
  return types::MakeArray(T::kName, std::move(names));
}

// When the process began, in microseconds since 2000-01-01 UTC.
const std::int64_t kStartMicros =
    base::SystemClock().WallMicros() - types::kUnixEpochDays * types::kMicrosPerDay;

Value StartTime(EvalContext&, Args, const Expression&) { return Value::Int(kStartMicros); }

Value Zero(EvalContext&, Args, const Expression&) { return Value::Int(0); }
Value ZeroShare(EvalContext&, Args, const Expression&) { return Value::Double(0); }

Value EncodingLength(EvalContext&, Args args, const Expression&) {
  return args[0].AsInt() == kEncodingUtf8 ? Value::Int(4) : Value();
}

Value UserName(EvalContext& context, Args, const Expression&) { return Text(context.UserName()); }
Value SessionUserName(EvalContext& context, Args, const Expression&) {
  return Text(context.SessionUserName());
}

Value Version(EvalContext& context, Args, const Expression&) {
  return Text("PostgreSQL " + context.ServerVersion() + " (Ordinal)");
}

Value BackendPid(EvalContext& context, Args, const Expression&) { return Value::Int(context.BackendId()); }

Value CurrentSetting(EvalContext& context, Args args, const Expression&) {
  if (const std::optional<std::string> value = context.GetParameter(args[0].AsString())) return Text(*value);
  if (args.size() > 1 && args[1].AsBool()) return Value();
  throw Error(base::sqlstate::kUndefinedObject,
              "unrecognized configuration parameter \"" + std::string(args[0].AsString()) + "\"");
}

Value SetConfig(EvalContext& context, Args args, const Expression&) {
  if (args[0].is_null()) throw Error(base::sqlstate::kNullValueNotAllowed, "SET requires parameter name");
  const std::string_view name = args[0].AsString();
  const std::string_view value = args[1].is_null() ? std::string_view() : args[1].AsString();
  context.SetParameter(name, value, !args[2].is_null() && args[2].AsBool());
  const std::optional<std::string> now = context.GetParameter(name);
  return now ? Text(*now) : Text(value);
}

Value EncodingName(EvalContext&, Args args, const Expression&) {
  return Text(args[0].AsInt() == kEncodingUtf8 ? "UTF8" : "");
}

Value EncodingNumber(EvalContext&, Args args, const Expression&) {
  std::string name(args[0].AsString());
  std::erase_if(name, [](char c) { return c == '-' || c == '_'; });
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return Value::Int(name == "utf8" || name == "unicode" ? kEncodingUtf8 : -1);
}

Value Utf8(EvalContext&, Args, const Expression&) { return Text("UTF8"); }
Value False(EvalContext&, Args, const Expression&) { return Value::Bool(false); }

Value TypeOf(EvalContext&, Args, const Expression& call) {
  const Type& type = call.args[0]->type;
  const bool is_array = types::IsArray(type.id);  // arrays of rows have no type of their own
  return Value::Int(type.domain != 0 && !is_array ? type.domain : static_cast<std::int64_t>(type.id));
}

}  // namespace

void AddSessionFunctions(FunctionList& out) {
  out.insert(
      out.end(),
      {
          Stable(Scalar("current_database", {}, T::kName, 861, CurrentDatabase)),
          Stable(Scalar("current_catalog", {}, T::kName, 9013, CurrentDatabase)),
          ReadsCatalog(Stable(Scalar("current_schema", {}, T::kName, 1402, CurrentSchema))),
          ReadsCatalog(Stable(Scalar("current_schemas", {T::kBool}, T::kNameArray, 1403, CurrentSchemas))),
          Stable(Scalar("pg_postmaster_start_time", {}, T::kTimestamptz, 2560, StartTime)),
          Stable(Scalar("pg_conf_load_time", {}, T::kTimestamptz, 2034, StartTime)),
          Stable(Scalar("pg_trigger_depth", {}, T::kInt4, 3163, Zero)),
          Volatile(Scalar("pg_notification_queue_usage", {}, T::kFloat8, 3296, ZeroShare)),
          Stable(Scalar("pg_jit_available", {}, T::kBool, 315, False)),
          Scalar("pg_encoding_max_length", {T::kInt4}, T::kInt4, 2319, EncodingLength),
          Stable(Scalar("current_user", {}, T::kName, 745, UserName)),
          Stable(Scalar("current_role", {}, T::kName, 9014, UserName)),
          Stable(Scalar("user", {}, T::kName, 9015, UserName)),
          Stable(Scalar("session_user", {}, T::kName, 746, SessionUserName)),
          Stable(Scalar("version", {}, T::kText, 89, Version)),
          Stable(Scalar("pg_backend_pid", {}, T::kInt4, 2026, BackendPid)),
          Stable(Scalar("current_setting", {T::kText}, T::kText, 2077, CurrentSetting)),
          Stable(Scalar("current_setting", {T::kText, T::kBool}, T::kText, 3294, CurrentSetting)),
          CalledOnNull(
              Volatile(Scalar("set_config", {T::kText, T::kText, T::kBool}, T::kText, 2078, SetConfig))),
          Stable(Scalar("pg_encoding_to_char", {T::kInt4}, T::kName, 1597, EncodingName)),
          Stable(Scalar("pg_char_to_encoding", {T::kName}, T::kInt4, 1264, EncodingNumber)),
          Stable(Scalar("pg_client_encoding", {}, T::kName, 810, Utf8)),
          Stable(Scalar("getdatabaseencoding", {}, T::kName, 1039, Utf8)),
          Volatile(Scalar("pg_is_in_recovery", {}, T::kBool, 3810, False)),
          CalledOnNull(Stable(Scalar("pg_typeof", {T::kInvalid}, T::kRegtype, 1619, TypeOf))),
      });
}

}  // namespace ordinal::sql
