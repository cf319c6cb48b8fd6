#include "sql/expr/object_name.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "catalog/function.h"
#include "sql/expr/conversion.h"
#include "sql/expr/domain.h"
#include "sql/expr/function_table.h"
#include "sql/expr/identifier.h"
#include "types/scan.h"

namespace ordinal::sql {
namespace {

using base::Error;
using base::Oid;
namespace sqlstate = base::sqlstate;

constexpr std::string_view kBuiltInSchema = "pg_catalog";
constexpr std::size_t kArgumentsMax = 100;

[[noreturn]] void ThrowName() { throw Error(sqlstate::kInvalidName, "invalid name syntax"); }

[[noreturn]] void ThrowShape(const char* message) {
  throw Error(sqlstate::kInvalidTextRepresentation, message);
}

// Takes the parts of a name apart.
class NameReader {
 public:
  explicit NameReader(std::string_view text) : rest_(text) {}

  std::vector<std::string> Run() {
    std::vector<std::string> parts;
    while (true) {
      SkipBlanks();
      parts.push_back(!rest_.empty() && rest_.front() == '"' ? TakeQuoted() : TakePlain());
      SkipBlanks();
      if (rest_.empty()) return parts;
      if (rest_.front() != '.') ThrowName();
      rest_.remove_prefix(1);
    }
  }

 private:
  void SkipBlanks() {
    while (!rest_.empty() && types::IsBlank(rest_.front())) rest_.remove_prefix(1);
  }
  std::string TakeQuoted() {
    std::string part;
    while (true) {
      rest_.remove_prefix(1);
      const std::size_t quote = rest_.find('"');
      if (quote == std::string_view::npos) ThrowName();
      part += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (rest_.empty() || rest_.front() != '"') return part;
      part += '"';
    }
  }
  std::string TakePlain() {
    std::string part;
    while (!rest_.empty() && rest_.front() != '.' && !types::IsBlank(rest_.front())) {
      part += types::ToLower(rest_.front());
      rest_.remove_prefix(1);
    }
    if (part.empty()) ThrowName();
    return part;
  }

  std::string_view rest_;
};

// A function of either sort; the built-in ones have no descriptor.
std::vector<Type> ArgumentsOf(const Function& function) {
  std::vector<Type> types;
  for (const TypeId type : function.arguments) types.push_back({type});
  return types;
}

struct Found {
  Oid oid = base::kInvalidOid;
  std::vector<Type> arguments;
};

void AddBuiltIn(const std::string& name, std::vector<Found>& out) {
  for (const Function* function : FunctionsNamed(name, false)) {
    out.push_back({function->oid, ArgumentsOf(*function)});
  }
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string joined;
  for (const std::string& part : parts) joined += (joined.empty() ? "" : ".") + part;
  return joined;
}

// All functions that a name may mean, those of schemas further along the search path included.
std::vector<Found> FunctionsOf(const std::vector<std::string>& name, bool missing_ok, EvalContext& context) {
  std::vector<Found> found;
  const catalog::Catalog& catalog = context.catalog();
  const auto add = [&](const std::string& schema_name) {
    if (schema_name == kBuiltInSchema) return AddBuiltIn(name.back(), found);
    if (schema_name == "sys") AddBuiltIn("sys." + name.back(), found);
    const auto schema = catalog.FindSchema(schema_name);
    if (!schema) return;
    for (const auto& function : catalog.FunctionsNamed(schema->oid, name.back())) {
      std::vector<Type> inputs = function->InputTypes();
      const bool hidden = std::any_of(found.begin(), found.end(),
                                      [&](const Found& each) { return each.arguments == inputs; });
      if (!hidden) found.push_back({function->oid, std::move(inputs)});
    }
  };
  if (name.size() > 3) {
    throw Error(sqlstate::kSyntaxError, "improper qualified name (too many dotted names): " + Joined(name));
  }
  if (name.size() == 3 && name.front() != context.DatabaseName()) {
    throw Error(sqlstate::kFeatureNotSupported,
                "cross-database references are not implemented: " + Joined(name));
  }
  if (name.size() > 1) {
    const std::string& schema = name[name.size() - 2];
    if (!missing_ok && !catalog.FindSchema(schema)) {
      throw Error(sqlstate::kInvalidSchemaName, "schema \"" + schema + "\" does not exist");
    }
    add(schema);
  } else {
    for (const std::string& schema : context.SearchPath(true)) add(schema);
  }
  return found;
}

[[noreturn]] void ThrowNoFunction(std::string_view text) {
  throw Error(sqlstate::kUndefinedFunction, "function \"" + std::string(text) + "\" does not exist");
}

// "timestamp(3) with time zone" without the part in parentheses, which makes no other type.
std::string WithoutModifier(std::string_view text) {
  const std::size_t open = text.find('(');
  const std::size_t close = text.find(')', std::min(open, text.size()));
  if (open == std::string_view::npos || close == std::string_view::npos) return std::string(text);
  const std::string_view inside = text.substr(open + 1, close - open - 1);
  if (inside.empty() || inside.find_first_not_of("0123456789, -") != std::string_view::npos) {
    return std::string(text);
  }
  return std::string(types::TrimBlanks(text.substr(0, open))) + std::string(text.substr(close + 1));
}

std::string NameOfType(const Type& type, EvalContext& context) {
  return type.id == TypeId::kInvalid ? "\"any\"" : ShowType(type, context);
}

Type ReadType(std::string_view text, EvalContext& context) {
  if (types::TrimBlanks(text) == "\"any\"") return {};
  const Oid oid = FindTypeOid(types::TrimBlanks(text), context);
  if (types::FindType(oid) != nullptr) return {static_cast<TypeId>(oid)};
  if (const auto domain = context.catalog().DomainByOid(oid)) return {domain->type().id, -1, oid};
  if (oid != base::kInvalidOid) return {TypeId::kRecord, -1, oid};
  throw Error(sqlstate::kUndefinedObject,
              "type \"" + std::string(types::TrimBlanks(text)) + "\" does not exist");
}

// Splits "a, b[], numeric(10,2)" at the commas that stand outside of quotes and parentheses.
std::vector<Type> ReadTypes(std::string_view text, EvalContext& context) {
  std::vector<Type> types;
  if (types::TrimBlanks(text).empty()) return types;
  bool quoted = false;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '(' || c == '[')) ++depth;
    if (!quoted && (c == ')' || c == ']')) --depth;
    if (i < text.size() && (quoted || depth != 0 || c != ',')) continue;
    const std::string_view one = text.substr(begin, i - begin);
    if (quoted || depth != 0) ThrowShape("improper type name");
    if (types::TrimBlanks(one).empty()) ThrowShape("expected a type name");
    if (types.size() == kArgumentsMax) throw Error(sqlstate::kTooManyArguments, "too many arguments");
    types.push_back(ReadType(one, context));
    begin = i + 1;
  }
  return types;
}

struct Named {
  std::string schema;
  std::string name;
  std::vector<Type> arguments;
};

std::optional<Named> NameOf(Oid oid, EvalContext& context) {
  if (const auto function = context.catalog().FunctionByOid(oid)) {
    const auto schema = context.catalog().SchemaByOid(function->schema);
    return Named{schema ? schema->name : "", function->name, function->InputTypes()};
  }
  const Function* function = FunctionByOid(oid);
  if (function == nullptr || function->kind == FunctionKind::kOperator) return std::nullopt;
  const std::size_t dot = function->name.find('.');
  if (dot == std::string_view::npos) {
    return Named{std::string(kBuiltInSchema), std::string(function->name), ArgumentsOf(*function)};
  }
  return Named{std::string(function->name.substr(0, dot)), std::string(function->name.substr(dot + 1)),
               ArgumentsOf(*function)};
}

std::string Shown(const Named& named, bool visible) {
  const std::string name = QuoteIdentifier(named.name);
  return visible ? name : QuoteIdentifier(named.schema) + "." + name;
}

}  // namespace

std::vector<std::string> ReadName(std::string_view text) { return NameReader(text).Run(); }

std::string ReadSingleName(std::string_view text) {
  std::vector<std::string> parts = ReadName(text);
  if (parts.size() != 1) ThrowName();
  return std::move(parts.front());
}

Oid FindFunctionByText(std::string_view text, bool missing_ok, EvalContext& context) {
  const std::vector<Found> found = FunctionsOf(ReadName(text), missing_ok, context);
  if (found.size() == 1) return found.front().oid;
  if (missing_ok) return base::kInvalidOid;
  if (found.empty()) ThrowNoFunction(text);
  throw Error(sqlstate::kAmbiguousFunction, "more than one function named \"" + std::string(text) + "\"");
}

Oid FindProcedureByText(std::string_view text, bool missing_ok, EvalContext& context) {
  std::size_t open = 0;
  for (bool quoted = false; open < text.size() && (quoted || text[open] != '('); ++open) {
    if (text[open] == '"') quoted = !quoted;
  }
  if (open == text.size()) ThrowShape("expected a left parenthesis");
  const std::string_view end = types::TrimBlanks(text.substr(open));
  if (end.back() != ')') ThrowShape("expected a right parenthesis");
  const std::vector<std::string> name = ReadName(text.substr(0, open));
  const std::vector<Type> types = ReadTypes(end.substr(1, end.size() - 2), context);
  for (const Found& found : FunctionsOf(name, missing_ok, context)) {
    if (found.arguments == types) return found.oid;
  }
  if (missing_ok) return base::kInvalidOid;
  ThrowNoFunction(text);
}

std::optional<std::string> ShowFunction(Oid oid, EvalContext& context) {
  const std::optional<Named> named = NameOf(oid, context);
  if (!named) return std::nullopt;
  const std::vector<Found> found = FunctionsOf({named->name}, true, context);
  return Shown(*named, found.size() == 1 && found.front().oid == oid);
}

std::optional<std::string> ShowProcedure(Oid oid, EvalContext& context) {
  const std::optional<Named> named = NameOf(oid, context);
  if (!named) return std::nullopt;
  const std::vector<Found> found = FunctionsOf({named->name}, true, context);
  const bool visible =
      std::any_of(found.begin(), found.end(), [oid](const Found& each) { return each.oid == oid; });
  std::string text = Shown(*named, visible) + "(";
  for (std::size_t i = 0; i < named->arguments.size(); ++i) {
    text += (i > 0 ? "," : "") + NameOfType(named->arguments[i], context);
  }
  return text + ")";
}

Oid FindTypeOid(std::string_view text, EvalContext& context) {
  const TypeId id = FindTypeBySqlName(WithoutModifier(text));
  if (id != TypeId::kInvalid) return static_cast<Oid>(id);
  if (const auto domain = FindDomain(text, context)) return domain->oid;
  const std::string_view name = types::TrimBlanks(text);
  const bool digits = std::all_of(name.begin(), name.end(), types::IsDigit);
  return digits ? base::kInvalidOid : context.ResolveRelation(text, true);
}

}  // namespace ordinal::sql
