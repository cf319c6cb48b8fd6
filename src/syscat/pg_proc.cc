// pg_proc: the functions that users made. Those that are built in are not listed.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "types/array.h"

namespace ordinal::syscat {
namespace {

using catalog::ArgumentMode;
using catalog::FunctionArgument;
using catalog::FunctionDescriptor;
using types::TypeId;
using types::Value;

constexpr catalog::Oid kSqlLanguage = 14;

Value OidOf(const types::Type& type) {
  const bool is_domain = type.domain != 0 && type.id != TypeId::kRecord;
  return Value::Int(is_domain ? type.domain : types::ClientOid(type));
}

template <typename Show>
Value ArrayOf(const FunctionDescriptor& function, TypeId element, Show show) {
  std::vector<Value> values;
  for (const FunctionArgument& argument : function.arguments) values.push_back(show(argument));
  return types::MakeArray(element, std::move(values));
}

void SetArguments(const catalog::SessionView& session, const FunctionDescriptor& function, RowBuilder& row) {
  types::Array inputs{.element = TypeId::kOid};
  for (const types::Type& type : function.InputTypes()) inputs.values.push_back(OidOf(type));
  int defaults = 0;
  std::string texts;
  bool has_modes = false;
  bool has_names = false;
  for (const FunctionArgument& argument : function.arguments) {
    has_modes = has_modes || argument.mode != ArgumentMode::kIn;
    has_names = has_names || !argument.name.empty();
    if (argument.mode == ArgumentMode::kVariadic) {
      row.Set("provariadic", static_cast<catalog::Oid>(types::ElementType(argument.type.id)));
    }
    if (!argument.default_expression) continue;
    if (defaults++ > 0) texts += ", ";
    texts += session.DeparseExpression(*argument.default_expression, nullptr);
  }
  row.Set("pronargs", inputs.values.size()).Set("pronargdefaults", defaults);
  row.Set("proargtypes", types::MakeVector(std::move(inputs)));
  if (defaults > 0) row.Set("proargdefaults", texts);
  if (has_modes) {
    row.Set("proallargtypes",
            ArrayOf(function, TypeId::kOid, [](const FunctionArgument& each) { return OidOf(each.type); }));
    row.Set("proargmodes", ArrayOf(function, TypeId::kChar, [](const FunctionArgument& each) {
              return Value::String(std::string(1, static_cast<char>(each.mode)));
            }));
  }
  if (has_names) {
    row.Set("proargnames", ArrayOf(function, TypeId::kText,
                                   [](const FunctionArgument& each) { return Value::String(each.name); }));
  }
}

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& function : session.catalog().Functions()) {
    row.Set("oid", function->oid)
        .Set("proname", function->name)
        .Set("pronamespace", function->schema)
        .Set("proowner", function->owner)
        .Set("prolang", kSqlLanguage)
        .Set("procost", function->cost)
        .Set("prorows", function->rows)
        .Set("prokind", function->is_procedure ? 'p' : 'f')
        .Set("prosecdef", function->security_definer)
        .Set("proleakproof", function->leakproof)
        .Set("proisstrict", function->strict)
        .Set("proretset", function->returns_set)
        .Set("provolatile", static_cast<char>(function->volatility))
        .Set("proparallel", function->parallel)
        .Set("prorettype", OidOf(function->result))
        .Set("proconfig", ShowSettings(function->settings))
        .Set("proacl", ShowAcl(session.catalog(), function->acl));
    if (function->is_standard) {
      row.Set("prosqlbody", function->body);
    } else {
      row.Set("prosrc", function->body);
    }
    SetArguments(session, *function, row);
    row.Emit();
  }
}

}  // namespace

const Relation& PgProc() {
  static const Relation relation(
      1255, catalog::kPgCatalogSchema, "pg_proc",
      "oid oid!, proname name!, pronamespace oid!, proowner oid!, prolang oid!, procost float4!, "
      "prorows float4!, provariadic oid!, prosupport regproc!, prokind char!, prosecdef bool!, "
      "proleakproof bool!, proisstrict bool!, proretset bool!, provolatile char!, "
      "proparallel char!, pronargs int2!, pronargdefaults int2!, prorettype oid!, "
      "proargtypes oidvector!, proallargtypes _oid, proargmodes _char, proargnames _text, "
      "proargdefaults text, protrftypes _oid, prosrc text!, probin text, prosqlbody text, "
      "proconfig _text, proacl _text",
      &Fill);
  return relation;
}

}  // namespace ordinal::syscat
