#include <array>

#include "sql/expr/function_table.h"

// Answers has_table_privilege() and kin. There is one role, which owns everything, so the answer is always
// yes.
namespace ordinal::sql {
namespace {

using T = TypeId;

Value Granted(EvalContext&, std::span<Value>, const Expression&) { return Value::Bool(true); }

struct Privilege {
  std::string_view name;
  // Oids of the forms (name, text, text), (name, oid, text), (oid, text, text), (oid, oid, text), (text,
  // text) and (oid, text); the user comes first where there are three arguments.
  std::array<base::Oid, 6> oids;
};

constexpr Privilege kPrivileges[] = {
    {"has_any_column_privilege", {3024, 3025, 3026, 3027, 3028, 3029}},
    {"has_database_privilege", {2250, 2251, 2252, 2253, 2254, 2255}},
    {"has_function_privilege", {2256, 2257, 2258, 2259, 2260, 2261}},
    {"has_schema_privilege", {2268, 2269, 2270, 2271, 2272, 2273}},
    {"has_sequence_privilege", {2181, 2182, 2183, 2184, 2185, 2186}},
    {"has_table_privilege", {1922, 1923, 1924, 1925, 1926, 1927}},
    {"has_type_privilege", {3138, 3139, 3140, 3141, 3142, 3143}},
};

}  // namespace

void AddPrivilegeFunctions(FunctionList& out) {
  for (const Privilege& privilege : kPrivileges) {
    const auto& oids = privilege.oids;
    const auto add = [&](std::initializer_list<TypeId> arguments, base::Oid oid) {
      out.push_back(Stable(Scalar(privilege.name, arguments, T::kBool, oid, Granted)));
    };
    add({T::kName, T::kText, T::kText}, oids[0]);
    add({T::kName, T::kOid, T::kText}, oids[1]);
    add({T::kOid, T::kText, T::kText}, oids[2]);
    add({T::kOid, T::kOid, T::kText}, oids[3]);
    add({T::kText, T::kText}, oids[4]);
    add({T::kOid, T::kText}, oids[5]);
  }
  out.insert(
      out.end(),
      {
          Stable(Scalar("has_column_privilege", {T::kText, T::kText, T::kText}, T::kBool, 3020, Granted)),
          Stable(Scalar("has_column_privilege", {T::kText, T::kInt2, T::kText}, T::kBool, 3021, Granted)),
          Stable(Scalar("has_column_privilege", {T::kOid, T::kText, T::kText}, T::kBool, 3022, Granted)),
          Stable(Scalar("has_column_privilege", {T::kOid, T::kInt2, T::kText}, T::kBool, 3023, Granted)),
          Stable(Scalar("pg_has_role", {T::kName, T::kText}, T::kBool, 2709, Granted)),
          Stable(Scalar("pg_has_role", {T::kOid, T::kText}, T::kBool, 2710, Granted)),
          Stable(Scalar("pg_has_role", {T::kName, T::kName, T::kText}, T::kBool, 2705, Granted)),
          Stable(Scalar("pg_has_role", {T::kName, T::kOid, T::kText}, T::kBool, 2706, Granted)),
      });
}

}  // namespace ordinal::sql
