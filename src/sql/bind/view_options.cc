#include "sql/bind/view_options.h"

#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/view_updates.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// What the option says, in lower case; "true" when it says nothing.
std::string TextOf(const DefElem& option) {
  if (option.arg == nullptr) return "true";
  std::string text;
  if (nodeTag(option.arg) == T_String) text = strVal(option.arg);
  if (nodeTag(option.arg) == T_Integer) text = std::to_string(intVal(option.arg));
  if (nodeTag(option.arg) == T_Boolean) text = boolVal(option.arg) ? "true" : "false";
  if (nodeTag(option.arg) == T_TypeName)
    text = LastName(reinterpret_cast<const TypeName*>(option.arg)->names);
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

bool BooleanOption(const DefElem& option) {
  const std::string text = TextOf(option);
  if (text == "true" || text == "on" || text == "yes" || text == "1") return true;
  if (text == "false" || text == "off" || text == "no" || text == "0") return false;
  throw Error(sqlstate::kInvalidParameterValue,
              "invalid value for boolean option \"" + std::string(option.defname) + "\": " + text);
}

std::string CheckOption(const DefElem& option) {
  const std::string text = TextOf(option);
  if (text == "local" || text == "cascaded") return text;
  throw Error(sqlstate::kInvalidParameterValue, "invalid value for enum option \"check_option\": " + text)
      .Detail("Valid values are \"local\" and \"cascaded\".");
}

}  // namespace

std::vector<std::string> ReadViewOptions(const List* list) {
  std::vector<std::string> options;
  for (int i = 0; i < LengthOf(list); ++i) {
    const auto& option = As<DefElem>(*NodeAt(list, i));
    const std::string name = option.defname;
    if (name == "check_option") {
      options.push_back(name + "=" + CheckOption(option));
    } else if (name == "security_barrier" || name == "security_invoker") {
      options.push_back(name + "=" + (BooleanOption(option) ? "true" : "false"));
    } else {
      throw Error(sqlstate::kInvalidParameterValue, "unrecognized parameter \"" + name + "\"");
    }
  }
  return options;
}

void CheckMayCheck(const catalog::ViewDescriptor& view) {
  if (view.obstacle.empty() || !catalog::OptionOf(view, "check_option")) return;
  throw Error(sqlstate::kFeatureNotSupported,
              "WITH CHECK OPTION is supported only on automatically updatable views")
      .Hint(view.obstacle);
}

}  // namespace ordinal::sql
