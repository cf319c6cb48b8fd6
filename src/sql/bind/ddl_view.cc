// Binds CREATE VIEW.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/view_deparse.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// True when text is one of the spellings of a boolean option that mean true.
bool BooleanOption(const DefElem& option) {
  if (option.arg == nullptr) return true;
  std::string text;
  if (nodeTag(option.arg) == T_String) text = strVal(option.arg);
  if (nodeTag(option.arg) == T_Integer) text = std::to_string(intVal(option.arg));
  if (nodeTag(option.arg) == T_Boolean) text = boolVal(option.arg) ? "true" : "false";
  if (nodeTag(option.arg) == T_TypeName)
    text = LastName(reinterpret_cast<const TypeName*>(option.arg)->names);
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (text == "true" || text == "on" || text == "yes" || text == "1") return true;
  if (text == "false" || text == "off" || text == "no" || text == "0") return false;
  throw Error(sqlstate::kInvalidParameterValue,
              "invalid value for boolean option \"" + std::string(option.defname) + "\": " + text);
}

std::string CheckOption(const DefElem& option) {
  const std::string text = option.arg != nullptr && nodeTag(option.arg) == T_String ? strVal(option.arg) : "";
  if (text == "local" || text == "cascaded") return text;
  throw Error(sqlstate::kInvalidParameterValue,
              "invalid value for enum option \"check_option\": " + (text.empty() ? "true" : text))
      .Detail("Valid values are \"local\" and \"cascaded\".");
}

std::vector<std::string> ReadOptions(const ViewStmt& create) {
  std::vector<std::string> options;
  for (int i = 0; i < LengthOf(create.options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(create.options, i));
    const std::string name = option.defname;
    if (name == "check_option") {
      options.push_back(name + "=" + CheckOption(option));
    } else if (name == "security_barrier" || name == "security_invoker") {
      options.push_back(name + "=" + (BooleanOption(option) ? "true" : "false"));
    } else {
      throw Error(sqlstate::kInvalidParameterValue, "unrecognized parameter \"" + name + "\"");
    }
  }
  if (create.withCheckOption != ViewCheckOption(0)) {
    options.push_back(create.withCheckOption == LOCAL_CHECK_OPTION ? "check_option=local"
                                                                   : "check_option=cascaded");
  }
  return options;
}

bool ReadsTemporary(const catalog::ViewDescriptor& view, const BindEnvironment& environment) {
  return std::any_of(view.references.begin(), view.references.end(), [&](const auto& reference) {
    const auto relation = environment.catalog.RelationByOid(reference.relation);
    const base::Oid schema = relation.table      ? relation.table->schema
                             : relation.view     ? relation.view->schema
                             : relation.sequence ? relation.sequence->schema
                                                 : base::kInvalidOid;
    return schema != base::kInvalidOid && schema == environment.temporary_schema;
  });
}

}  // namespace

CreateView DdlBinder::BindCreateView(const ViewStmt& create) {
  const auto& select = As<SelectStmt>(*create.query);
  if (select.intoClause != nullptr) {
    Refuse("views must not contain SELECT INTO");
  }
  if (create.view->relpersistence == 't' && !environment_.profile.features.temporary_objects) {
    Refuse("TEMPORARY or TEMP view not supported for CREATE VIEW");
  }
  if (create.view->relpersistence == 'u') {
    throw Error(sqlstate::kSyntaxError, "views cannot be unlogged because they do not have storage");
  }
  CreateView bound;
  bound.replace = create.replace;
  catalog::ViewDescriptor& view = bound.view;
  view.schema = CreationSchema(environment_, *create.view);
  view.name = create.view->relname;
  view.options = ReadOptions(create);

  ViewRecord record;
  for (const parse::Statement& statement : tree_.statements()) {
    if (statement.node != static_cast<const void*>(&create)) continue;
    record.begin = statement.begin;
    view.definition = tree_.text().substr(static_cast<std::size_t>(statement.begin),
                                          static_cast<std::size_t>(statement.length));
  }
  if (view.definition.empty()) base::ThrowUnsupported("this element of CREATE SCHEMA");
  if (ddl_.limits.view_bytes_max != 0 && view.definition.size() > ddl_.limits.view_bytes_max) {
    throw Error(sqlstate::kProgramLimitExceeded, "view definition too large");
  }
  Binder binder(environment_, tree_, {});
  binder.RecordNames(record);
  const BoundStatement statement = binder.BindStatement(*create.query);
  if (!statement.parameters.empty()) {
    throw Error(sqlstate::kUndefinedParameter, "there is no parameter $1");
  }
  for (const BoundCte& cte : statement.ctes) {
    if (cte.modify) {
      throw Error(sqlstate::kFeatureNotSupported, "views must not contain data-modifying statements in WITH");
    }
  }
  NameColumns(create, statement, view);
  std::sort(record.references.begin(), record.references.end(),
            [](const auto& a, const auto& b) { return a.location < b.location; });
  view.references = std::move(record.references);
  if (view.schema != environment_.temporary_schema && ReadsTemporary(view, environment_)) {
    Skip("view \"" + view.name + "\" will be a temporary view");
    view.schema = environment_.temporary_schema;
  }
  view.names = std::move(record.names);
  view.uses.assign(record.uses.begin(), record.uses.end());
  const bool markable = view.definition.find('\x01') == std::string::npos;
  const auto shown = [&](bool pretty) {
    auto text = markable ? DeparseView(statement, environment_.context, pretty) : std::nullopt;
    return text ? *text : MarkViewText(view);
  };
  view.shown = shown(false);
  view.shown_pretty = shown(true);
  return bound;
}

void DdlBinder::NameColumns(const ViewStmt& create, const BoundStatement& statement,
                            catalog::ViewDescriptor& view) {
  for (const OutputColumn& output : statement.outputs) view.columns.push_back({output.name, output.type, ""});
  const std::vector<std::string> names = Names(create.aliases);
  if (names.size() > view.columns.size()) {
    throw Error(sqlstate::kSyntaxError, "CREATE VIEW specifies more column names than columns");
  }
  for (std::size_t i = 0; i < names.size(); ++i) view.columns[i].name = names[i];
  std::set<std::string> seen;
  for (const auto& column : view.columns) {
    if (!seen.insert(column.name).second) {
      throw Error(sqlstate::kDuplicateColumn, "column \"" + column.name + "\" specified more than once");
    }
    if (types::IsPolymorphic(column.type.id) || column.type.id == TypeId::kVoid ||
        (column.type.id == TypeId::kRecord && column.type.domain == 0)) {
      throw Error(sqlstate::kInvalidTableDefinition,
                  "column \"" + column.name + "\" has pseudo-type " + types::FormatType(column.type));
    }
  }
  if (view.columns.size() > 1600) {
    throw Error(sqlstate::kTooManyColumns, "tables can have at most 1600 columns");
  }
}

}  // namespace ordinal::sql
