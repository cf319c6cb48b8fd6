// Creates, replaces and follows views.
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/exec/ddl_executor.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

void ForgetOption(catalog::ViewDescriptor& view, const std::string& name) {
  std::erase_if(view.options, [&](const std::string& option) { return option.starts_with(name + "="); });
}

}  // namespace

void DdlExecutor::Run(const CreateView& create) {
  View view = create.view;
  for (const auto& [relation, column] : view.uses) {
    if (relation >= base::kFirstUserOid) context_.editor.DependOn(relation);
  }
  const auto existing = catalog().FindRelation(view.schema, view.name);
  if (existing && create.replace) {
    if (!existing.view) {
      throw Error(sqlstate::kWrongObjectType, "\"" + view.name + "\" is not a view");
    }
    return Replace(ViewToChange(existing.view->oid), std::move(view));
  }
  ClaimName(view.schema, view.name, false);
  CheckNoDomainNamed(view.schema, view.name);
  if (limits_.views_max != 0 && catalog().Views().size() >= limits_.views_max) {
    throw Error(sqlstate::kProgramLimitExceeded,
                "creating more than " + std::to_string(limits_.views_max) + " views not allowed");
  }
  view.oid = context_.oids.Next();
  view.owner = context_.role;
  view.acl = catalog::InitialAcl(catalog(), catalog::AclKind::kRelation, view.owner, view.schema);
  context_.editor.Create(std::move(view));
}

// Columns may be added at the end; those that are there stay what they are.
void DdlExecutor::Replace(const View& old, View view) {
  if (view.columns.size() < old.columns.size()) {
    throw Error(sqlstate::kInvalidTableDefinition, "cannot drop columns from view");
  }
  for (std::size_t i = 0; i < old.columns.size(); ++i) {
    const auto& before = old.columns[i];
    auto& after = view.columns[i];
    if (before.name != after.name) {
      throw Error(sqlstate::kInvalidTableDefinition,
                  "cannot change name of view column \"" + before.name + "\" to \"" + after.name + "\"")
          .Hint("Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.");
    }
    if (before.type != after.type) {
      throw Error(sqlstate::kInvalidTableDefinition,
                  "cannot change data type of view column \"" + before.name + "\" from " +
                      types::FormatType(before.type) + " to " + types::FormatType(after.type));
    }
    after.comment = before.comment;
    after.acl = before.acl;
    after.default_expression = before.default_expression;
  }
  view.oid = old.oid;
  view.owner = old.owner;
  view.comment = old.comment;
  view.acl = old.acl;
  context_.editor.Update(std::move(view));
}

void DdlExecutor::Run(const AlterView& alter) {
  View view = ViewToChange(alter.view);
  for (const AlterView::Action& action : alter.actions) {
    for (const std::string& name : action.reset) ForgetOption(view, name);
    for (const std::string& option : action.set) {
      ForgetOption(view, option.substr(0, option.find('=')));
      view.options.push_back(option);
    }
    if (action.column.empty()) continue;
    const auto column = std::find_if(view.columns.begin(), view.columns.end(),
                                     [&](const auto& each) { return each.name == action.column; });
    if (column == view.columns.end()) {
      throw Error(sqlstate::kUndefinedColumn,
                  "column \"" + action.column + "\" of relation \"" + view.name + "\" does not exist");
    }
    column->default_expression = action.expression;
  }
  context_.editor.Update(std::move(view));
}

void DdlExecutor::RenameViewColumn(View view, const RenameColumn& rename) {
  const auto named = [&view](const std::string& name) {
    return std::find_if(view.columns.begin(), view.columns.end(),
                        [&name](const auto& column) { return column.name == name; });
  };
  if (named(rename.column) == view.columns.end()) {
    throw Error(sqlstate::kUndefinedColumn, "column \"" + rename.column + "\" does not exist");
  }
  if (named(rename.name) != view.columns.end()) {
    throw Error(sqlstate::kDuplicateColumn,
                "column \"" + rename.name + "\" of relation \"" + view.name + "\" already exists");
  }
  named(rename.column)->name = rename.name;
  context_.editor.Update(std::move(view));
}

void DdlExecutor::AddViewsOn(base::Oid relation, base::AttributeNumber column, DropSet& drops) {
  for (const auto& view : catalog().Views()) {
    const bool needed =
        std::find(view->uses.begin(), view->uses.end(), std::pair(relation, column)) != view->uses.end();
    if (!needed || !drops.views.insert(view->oid).second) continue;
    std::string on = Describe(relation);
    if (column != 0) {
      on = "column " + catalog().TableByOid(relation)->ColumnByNumber(column)->name + " of " + on;
    }
    drops.dependents.emplace_back(Describe(view->oid), std::move(on));
    AddViewsOn(view->oid, 0, drops);
    AddFunctionsOn(view->oid, 0, drops);
  }
}

}  // namespace ordinal::sql
