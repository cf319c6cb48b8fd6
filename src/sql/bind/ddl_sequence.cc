#include <charconv>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

std::int64_t IntegerOf(const DefElem& option) {
  const Node* arg = option.arg;
  if (arg != nullptr && nodeTag(arg) == T_Integer) return As<Integer>(*arg).ival;
  if (arg == nullptr || nodeTag(arg) != T_Float) {
    throw Error(sqlstate::kSyntaxError, std::string(option.defname) + " requires a numeric value");
  }
  const std::string text = As<Float>(*arg).fval;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    throw Error(sqlstate::kNumericValueOutOfRange, "value \"" + text + "\" is out of range for type bigint");
  }
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Error(sqlstate::kInvalidTextRepresentation,
                "invalid input syntax for type bigint: \"" + text + "\"");
  }
  return value;
}

SequenceSpec::Value ValueOf(const DefElem& option) {
  if (option.arg == nullptr) return {};
  return {IntegerOf(option)};
}

}  // namespace

CreateSequence DdlBinder::BindCreateSequence(const CreateSeqStmt& create, std::optional<base::Oid> schema) {
  const char persistence = create.sequence->relpersistence;
  if (persistence == 't' && !environment_.profile.features.temporary_objects) {
    Refuse("TEMPORARY or TEMP sequence not supported for CREATE SEQUENCE");
  }
  if (persistence == 'u') base::ThrowUnsupported("unlogged sequences");
  CreateSequence bound;
  bound.name = create.sequence->relname;
  bound.schema = schema ? *schema : CreationSchema(environment_, *create.sequence);
  bound.if_not_exists = create.if_not_exists;
  bound.spec = BindOptions(create.options, SequenceUse::kCreate);
  CheckCache(bound.spec, SequenceUse::kCreate);
  return bound;
}

void DdlBinder::BindAlterSequence(const AlterSeqStmt& alter) {
  ddl_.tag = "ALTER SEQUENCE";
  const auto sequence = FindAs(ObjectKind::kSequence, *alter.sequence, alter.missing_ok);
  if (!sequence) return;
  AlterSequence bound;
  bound.sequence = *sequence;
  bound.spec = BindOptions(alter.options, SequenceUse::kAlter);
  CheckCache(bound.spec, SequenceUse::kAlter);
  ddl_.statement = std::move(bound);
}

SequenceSpec DdlBinder::BindOptions(const List* options, SequenceUse use, std::optional<bool>* always) {
  SequenceSpec spec;
  std::set<std::string> seen;
  for (int i = 0; i < LengthOf(options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(options, i));
    // The type of an identity column's sequence is the column's.
    const bool conflicts = use == SequenceUse::kIdentity && std::string(option.defname) == "as";
    if (!seen.insert(option.defname).second || conflicts) {
      throw Error(sqlstate::kSyntaxError, "conflicting or redundant options")
          .Position(tree_.Position(option.location));
    }
    if (always != nullptr && std::string(option.defname) == "generated") {
      *always = IntegerOf(option) == 'a';
      continue;
    }
    BindOption(option, use, spec);
  }
  return spec;
}

void DdlBinder::BindOption(const DefElem& option, SequenceUse use, SequenceSpec& spec) {
  const std::string name = option.defname;
  if (name == "as") {
    const Type type = BindTypeName(As<TypeName>(*option.arg), tree_, environment_);
    spec.type = type.domain != 0 ? TypeId::kInvalid : type.id;
    if (environment_.profile.features.sequence_bigint_only && *spec.type != TypeId::kInt8) {
      throw Error(sqlstate::kInvalidParameterValue, "sequence type must be bigint");
    }
  } else if (name == "increment") {
    spec.increment = IntegerOf(option);
  } else if (name == "minvalue") {
    spec.min_value = ValueOf(option);
  } else if (name == "maxvalue") {
    spec.max_value = ValueOf(option);
  } else if (name == "start") {
    spec.start = IntegerOf(option);
  } else if (name == "restart") {
    spec.restart = ValueOf(option);
  } else if (name == "cache") {
    spec.cache = IntegerOf(option);
  } else if (name == "cycle") {
    spec.cycle = As<Boolean>(*option.arg).boolval;
  } else if (name == "owned_by") {
    if (use == SequenceUse::kAlterIdentity) {
      throw Error(sqlstate::kSyntaxError, "sequence option \"owned_by\" not supported here")
          .Position(tree_.Position(option.location));
    }
    spec.owner = BindOwnedBy(reinterpret_cast<const List*>(option.arg));
  } else if (name == "sequence_name" && use == SequenceUse::kIdentity) {
    const auto names = Names(reinterpret_cast<const List*>(option.arg));
    spec.sequence_name = names.back();
    if (names.size() > 1) spec.sequence_schema = CreationSchema(environment_, names[names.size() - 2]);
  } else if (name == "sequence_name") {
    throw Error(sqlstate::kSyntaxError, "invalid sequence option SEQUENCE NAME")
        .Position(tree_.Position(option.location));
  } else {
    base::ThrowUnsupported("this option of a sequence");
  }
}

SequenceSpec::Owner DdlBinder::BindOwnedBy(const List* name) {
  const auto names = Names(name);
  if (names.size() == 1) {
    if (names[0] == "none") return {};
    throw Error(sqlstate::kSyntaxError, "invalid OWNED BY option")
        .Hint("Specify OWNED BY table.column or OWNED BY NONE.");
  }
  const std::string schema = names.size() > 2 ? names[names.size() - 3] : "";
  const std::string& table = names[names.size() - 2];
  const auto relation = LookupRelation(environment_, schema, table);
  if (!relation) {
    throw Error(sqlstate::kUndefinedTable, "relation \"" + ShownName(schema, table) + "\" does not exist");
  }
  if (!relation.table) {
    throw Error(sqlstate::kWrongObjectType, "sequence cannot be owned by relation \"" + table + "\"");
  }
  const auto* column = relation.table->FindColumn(names.back());
  if (column == nullptr) ThrowNoColumn(names.back(), table);
  return {relation.table->oid, column->number};
}

// What the profile demands of CACHE. Other values are checked with the definition.
void DdlBinder::CheckCache(const SequenceSpec& spec, SequenceUse use) const {
  const auto& features = environment_.profile.features;
  if (!features.cache_must_be_stated) return;
  const std::string bound =
      "greater than or equal to " + std::to_string(features.cache_min) + " or equal to 1";
  if (!spec.cache) {
    if (use == SequenceUse::kAlter || use == SequenceUse::kAlterIdentity) return;
    Refuse(std::string(use == SequenceUse::kCreate ? "CREATE SEQUENCE" : "identity column") +
           " is not supported without an explicit cache size. please define CACHE " + bound);
  }
  if (*spec.cache == 1 || *spec.cache >= features.cache_min) return;
  throw Error(sqlstate::kInvalidParameterValue,
              "CACHE (" + std::to_string(*spec.cache) + ") must be " + bound);
}

IdentitySpec DdlBinder::BindIdentity(const Constraint& constraint, const catalog::ColumnDescriptor& column) {
  const auto& profile = environment_.profile;
  IdentitySpec identity;
  identity.always = constraint.generated_when == 'a';
  identity.rule = identity.always ? profile.identity_always : profile.identity_by_default;
  identity.sequence = BindOptions(constraint.options, SequenceUse::kIdentity);
  CheckCache(identity.sequence, SequenceUse::kIdentity);
  if (profile.features.identity_bigint_only && column.type.id != TypeId::kInt8) {
    Refuse("datatype " + types::FormatType(column.type) +
           " not supported, identity column type must be bigint");
  }
  identity.sequence.type = column.type.id;
  return identity;
}

}  // namespace ordinal::sql
