// Binds CREATE VIEW.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/type_use.h"
#include "sql/bind/view_deparse.h"
#include "sql/bind/view_options.h"
#include "sql/bind/view_updatability.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

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
  view.options = ReadViewOptions(create.options);
  if (create.withCheckOption != ViewCheckOption(0)) {
    view.options.push_back(create.withCheckOption == LOCAL_CHECK_OPTION ? "check_option=local"
                                                                        : "check_option=cascaded");
  }

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
  for (const auto& column : view.columns) CheckTypeUse(column.type, environment_);
  NoteUpdatability(select, *statement.query, view);
  CheckMayCheck(view);
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
