#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/error.h"
#include "catalog/roles.h"
#include "sql/expr/function_topics.h"
#include "sql/expr/privilege_question.h"

// has_language_privilege() and kin, of objects whose privileges nobody can change here (manual, table 9.67).
namespace ordinal::sql {
namespace {

using base::Error;
using base::Oid;
using catalog::AclKind;
using T = TypeId;
using Args = std::span<Value>;
namespace sqlstate = base::sqlstate;

struct FixedObject {
  Oid oid;
  std::string_view name;
};

// What one of these functions is about.
struct Topic {
  const char* word;
  std::string_view privilege;
  bool for_all;  // PUBLIC has the privilege
  std::span<const FixedObject> objects;
};

constexpr FixedObject kLanguages[] = {{12, "internal"}, {13, "c"}, {14, "sql"}};
constexpr FixedObject kTablespaces[] = {{1663, "pg_default"}, {1664, "pg_global"}};
constexpr Topic kLanguage = {"language", "USAGE", true, kLanguages};
constexpr Topic kTablespace = {"tablespace", "CREATE", false, kTablespaces};
constexpr Topic kServer = {"server", "USAGE", false, {}};
constexpr Topic kWrapper = {"foreign-data wrapper", "USAGE", false, {}};

template <const Topic& topic>
Value HasOnFixed(EvalContext& context, Args args, const Expression& call) {
  const PrivilegeQuestion question = ReadPrivilegeQuestion(context, args, call, false);
  const auto is_it = [&](const FixedObject& object) {
    return question.object_by_name ? object.name == question.object->AsString()
                                   : object.oid == static_cast<Oid>(question.object->AsInt());
  };
  const bool exists = std::any_of(topic.objects.begin(), topic.objects.end(), is_it);
  if (!exists && question.object_by_name) {
    throw Error(
        sqlstate::kUndefinedObject,
        std::string(topic.word) + " \"" + std::string(question.object->AsString()) + "\" does not exist");
  }
  const bool superuser = catalog::IsSuperuser(context.catalog(), question.role);
  bool has = false;
  const auto read = [&](const std::string& word, bool option, bool with_grant, std::string_view given) {
    if (word != topic.privilege || (option && !with_grant)) ThrowUnrecognizedPrivilege(given);
    has |= superuser || (topic.for_all && !option);
  };
  EachPrivilegeWord(question.privileges, read);
  return exists ? Value::Bool(has) : Value();
}

// Whether a parameter may be set that only superusers may set; there is no GRANT that would say more.
Value HasOnParameter(EvalContext& context, Args args, const Expression& call) {
  const PrivilegeQuestion question = ReadPrivilegeQuestion(context, args, call, false);
  EachPrivilegeWord(question.privileges,
                    [](const std::string& word, bool option, bool with_grant, std::string_view given) {
                      const bool known = word == "SET" || word == "ALTER SYSTEM";
                      if (!known || (option && !with_grant)) ThrowUnrecognizedPrivilege(given);
                    });
  return Value::Bool(catalog::IsSuperuser(context.catalog(), question.role));
}

struct Family {
  std::string_view name;
  ScalarCode code;
  Oid first;  // of six forms, in the order in which they are added
};

constexpr Family kFamilies[] = {
    {"has_language_privilege", HasOnFixed<kLanguage>, 2262},
    {"has_tablespace_privilege", HasOnFixed<kTablespace>, 2390},
    {"has_foreign_data_wrapper_privilege", HasOnFixed<kWrapper>, 3000},
    {"has_server_privilege", HasOnFixed<kServer>, 3006},
};

}  // namespace

void AddFixedPrivilegeFunctions(FunctionList& out) {
  for (const Family& family : kFamilies) {
    Oid oid = family.first;
    const auto add = [&](std::initializer_list<TypeId> arguments) {
      out.push_back(Stable(Scalar(family.name, arguments, T::kBool, oid++, family.code)));
    };
    add({T::kName, T::kText, T::kText});
    add({T::kName, T::kOid, T::kText});
    add({T::kOid, T::kText, T::kText});
    add({T::kOid, T::kOid, T::kText});
    add({T::kText, T::kText});
    add({T::kOid, T::kText});
  }
  constexpr std::string_view kParameter = "has_parameter_privilege";
  out.push_back(Stable(Scalar(kParameter, {T::kName, T::kText, T::kText}, T::kBool, 6205, HasOnParameter)));
  out.push_back(Stable(Scalar(kParameter, {T::kOid, T::kText, T::kText}, T::kBool, 6206, HasOnParameter)));
  out.push_back(Stable(Scalar(kParameter, {T::kText, T::kText}, T::kBool, 6207, HasOnParameter)));
}

}  // namespace ordinal::sql
