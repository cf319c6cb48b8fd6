#include "sql/expr/privilege_question.h"

#include <algorithm>

#include "base/error.h"

namespace ordinal::sql {
namespace {

using base::Error;
using base::Oid;
using catalog::Privileges;
using T = TypeId;
namespace sqlstate = base::sqlstate;

constexpr std::string_view kGrantOption = " WITH GRANT OPTION";
constexpr std::string_view kAdminOption = " WITH ADMIN OPTION";

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

void EachPrivilegeWord(std::string_view text, const PrivilegeWordReader& read) {
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view given = Trim(text.substr(0, comma));
    std::string word = Upper(given);
    const bool with_grant = word.ends_with(kGrantOption);
    const bool option = with_grant || word.ends_with(kAdminOption);
    if (option) word.resize(word.size() - (with_grant ? kGrantOption.size() : kAdminOption.size()));
    read(word, option, with_grant, given);
    if (comma == text.size()) return;
    text.remove_prefix(comma + 1);
  }
}

void ThrowUnrecognizedPrivilege(std::string_view word) {
  throw Error(sqlstate::kInvalidParameterValue, "unrecognized privilege type: \"" + std::string(word) + "\"");
}

WantedPrivileges ReadWantedPrivileges(std::string_view text, catalog::AclKind kind) {
  WantedPrivileges wanted;
  EachPrivilegeWord(text, [&](const std::string& word, bool option, bool with_grant, std::string_view given) {
    const Privileges privilege = catalog::PrivilegeNamed(word) & catalog::AllPrivileges(kind);
    if (privilege == 0 || (option && !with_grant)) ThrowUnrecognizedPrivilege(given);
    (option ? wanted.grantable : wanted.privileges) |= privilege;
  });
  return wanted;
}

Oid RoleByText(const catalog::Catalog& catalog, std::string_view name, bool may_be_public) {
  if (const auto role = catalog.FindRole(name)) return role->oid;
  if (may_be_public && name == "public") return catalog::kPublicGrantee;
  throw Error(sqlstate::kUndefinedObject, "role \"" + std::string(name) + "\" does not exist");
}

PrivilegeQuestion ReadPrivilegeQuestion(EvalContext& context, std::span<Value> args, const Expression& call,
                                        bool of_column) {
  const auto& types = call.function->arguments;
  const std::size_t without_role = of_column ? 3 : 2;
  std::size_t at = 0;
  PrivilegeQuestion question;
  question.role = context.CurrentRole();
  if (types.size() > without_role) {
    question.role = types[0] == T::kName ? RoleByText(context.catalog(), args[0].AsString(), true)
                                         : static_cast<Oid>(args[0].AsInt());
    at = 1;
  }
  question.object = &args[at];
  question.object_by_name = types[at] == T::kText;
  if (of_column) {
    question.column = &args[++at];
    question.column_by_name = types[at] == T::kText;
  }
  question.privileges = args.back().AsString();
  return question;
}

Value HasWanted(const WantedPrivileges& wanted, Privileges held, Privileges grantable) {
  return Value::Bool((wanted.privileges & held) != 0 || (wanted.grantable & grantable) != 0);
}

}  // namespace ordinal::sql
