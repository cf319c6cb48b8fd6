// Reads what has_table_privilege() and kin are asked (manual, table 9.67).
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "catalog/privileges.h"
#include "sql/expr/function.h"

namespace ordinal::sql {

// What is asked for: any of the privileges, or any of the options to grant one.
struct WantedPrivileges {
  catalog::Privileges privileges = 0;
  catalog::Privileges grantable = 0;
};

// The parts of a call: whom it is about when it says so, what, and which privileges.
struct PrivilegeQuestion {
  base::Oid role = 0;
  const Value* object = nullptr;
  bool object_by_name = false;
  const Value* column = nullptr;
  bool column_by_name = false;
  std::string_view privileges;
};

// Calls `read` for each word between commas, in upper case and without its option. `given` is the whole word
// as it was written.
using PrivilegeWordReader =
    std::function<void(const std::string& word, bool option, bool with_grant, std::string_view given)>;
void EachPrivilegeWord(std::string_view text, const PrivilegeWordReader& read);
// 22023 `unrecognized privilege type: "..."`.
[[noreturn]] void ThrowUnrecognizedPrivilege(std::string_view word);
// Throws the same for a word that is no privilege of such objects.
WantedPrivileges ReadWantedPrivileges(std::string_view text, catalog::AclKind kind);

// The oid of a role, kPublicGrantee for "public" where that is allowed. Throws 42704.
base::Oid RoleByText(const catalog::Catalog& catalog, std::string_view name, bool may_be_public);
// Names of roles are of type name, those of objects of type text, all else is an oid.
PrivilegeQuestion ReadPrivilegeQuestion(EvalContext& context, std::span<Value> args, const Expression& call,
                                        bool of_column);

Value HasWanted(const WantedPrivileges& wanted, catalog::Privileges held, catalog::Privileges grantable);

}  // namespace ordinal::sql
