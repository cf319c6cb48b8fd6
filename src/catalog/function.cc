#include "catalog/function.h"

#include <algorithm>

#include "catalog/descriptor.h"
#include "catalog/descriptor_json.h"

namespace ordinal::catalog {
namespace {

// One of the letters, each a value of the enum.
char LetterFrom(const Json& json, const char* key, std::string_view letters) {
  const auto text = json.at(key).get<std::string>();
  if (text.size() != 1 || letters.find(text[0]) == std::string_view::npos) {
    ThrowDamaged("unknown letter \"" + text + "\" of a function");
  }
  return text[0];
}

std::string Letter(auto value) { return std::string(1, static_cast<char>(value)); }

}  // namespace

std::vector<types::Type> FunctionDescriptor::InputTypes() const {
  std::vector<types::Type> inputs;
  for (const FunctionArgument& argument : arguments) {
    if (argument.is_input()) inputs.push_back({argument.type.id, -1, argument.type.domain});
  }
  return inputs;
}

bool FunctionDescriptor::HasOutputs() const {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const FunctionArgument& argument) { return argument.is_output(); });
}

bool FunctionDescriptor::IsPolymorphic() const {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const FunctionArgument& argument) { return types::IsPolymorphic(argument.type.id); });
}

Json ToJson(const FunctionDescriptor& function) {
  Json json = {{"kind", "function"},
               {"oid", function.oid},
               {"schema", function.schema},
               {"name", function.name},
               {"owner", function.owner},
               {"returns_set", function.returns_set},
               {"is_procedure", function.is_procedure},
               {"volatility", Letter(function.volatility)},
               {"strict", function.strict},
               {"security_definer", function.security_definer},
               {"leakproof", function.leakproof},
               {"parallel", Letter(function.parallel)},
               {"cost", function.cost},
               {"rows", function.rows},
               {"body", function.body},
               {"is_standard", function.is_standard},
               {"names", function.names},
               {"uses", function.uses}};
  WriteType(json["result"], function.result);
  Json& arguments = json["arguments"] = Json::array();
  for (const FunctionArgument& argument : function.arguments) {
    Json& part = arguments.emplace_back();
    WriteType(part, argument.type);
    part["name"] = argument.name;
    part["mode"] = Letter(argument.mode);
    if (argument.default_expression) part["default"] = BytesToJson(*argument.default_expression);
  }
  Json& references = json["references"] = Json::array();
  for (const FunctionReference& reference : function.references) {
    references.push_back(
        {{"location", reference.location}, {"object", reference.object}, {"columns", reference.columns}});
  }
  if (!function.settings.empty()) json["settings"] = function.settings;
  WriteComment(json, function.comment);
  WriteAcl(json, function.acl);
  return json;
}

FunctionDescriptor FunctionFromJson(const Json& json) {
  FunctionDescriptor function;
  Read(json, "oid", function.oid);
  Read(json, "schema", function.schema);
  Read(json, "name", function.name);
  Read(json, "owner", function.owner);
  function.result = ReadType(json.at("result"));
  // Descriptors of before said apart whose rows the function gives.
  if (function.result.domain == 0) ReadOptional(json, "row_of", function.result.domain);
  Read(json, "returns_set", function.returns_set);
  Read(json, "is_procedure", function.is_procedure);
  function.volatility = static_cast<FunctionVolatility>(LetterFrom(json, "volatility", "isv"));
  Read(json, "strict", function.strict);
  Read(json, "security_definer", function.security_definer);
  Read(json, "leakproof", function.leakproof);
  function.parallel = LetterFrom(json, "parallel", "sru");
  Read(json, "cost", function.cost);
  Read(json, "rows", function.rows);
  Read(json, "body", function.body);
  Read(json, "is_standard", function.is_standard);
  ReadOptional(json, "settings", function.settings);
  for (const auto& part : Array(json.at("arguments"))) {
    FunctionArgument& argument = function.arguments.emplace_back();
    argument.type = ReadType(part);
    Read(part, "name", argument.name);
    argument.mode = static_cast<ArgumentMode>(LetterFrom(part, "mode", "iobvt"));
    if (part.contains("default")) argument.default_expression = BytesFromJson(part.at("default"));
  }
  for (const auto& part : Array(json.at("references"))) {
    FunctionReference& reference = function.references.emplace_back();
    Read(part, "location", reference.location);
    Read(part, "object", reference.object);
    Read(part, "columns", reference.columns);
  }
  for (const auto& part : Array(json.at("names"))) {
    function.names.emplace_back(part.at(0).get<std::string>(), Number<Oid>(part.at(1)));
  }
  for (const auto& part : Array(json.at("uses"))) {
    function.uses.emplace_back(Number<Oid>(part.at(0)), Number<AttributeNumber>(part.at(1)));
  }
  ReadOptional(json, "comment", function.comment);
  function.acl = ReadAcl(json);
  return function;
}

}  // namespace ordinal::catalog
