#include "sql/bind/write_target.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "catalog/view_updates.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// What the kinds of changes are called in errors about views.
struct Wording {
  const char* refused;   // before the name of the view
  const char* enabling;  // in the hint
  const char* event;
};

Wording WordingOf(ModifyKind kind) {
  if (kind == ModifyKind::kInsert) return {"cannot insert into view ", "inserting into", "INSERT"};
  if (kind == ModifyKind::kUpdate) return {"cannot update view ", "updating", "UPDATE"};
  return {"cannot delete from view ", "deleting from", "DELETE"};
}

void CheckStandsForTable(const catalog::ViewDescriptor& view, ModifyKind kind) {
  std::string obstacle = view.obstacle;
  if (obstacle.empty() && view.base == base::kInvalidOid) {
    base::ThrowUnsupported("changing rows through views of earlier versions");
  }
  const bool assignable = std::any_of(view.columns.begin(), view.columns.end(),
                                      [](const auto& column) { return column.source != 0; });
  if (obstacle.empty() && (assignable || kind == ModifyKind::kDelete)) return;
  if (obstacle.empty()) obstacle = "Views that have no updatable columns are not automatically updatable.";
  const Wording wording = WordingOf(kind);
  throw Error(sqlstate::kObjectNotInPrerequisiteState, wording.refused + ("\"" + view.name + "\""))
      .Detail(obstacle)
      .Hint(std::string("To enable ") + wording.enabling + " the view, provide an INSTEAD OF " +
            wording.event + " trigger or an unconditional ON " + wording.event + " DO INSTEAD rule.");
}

[[noreturn]] void ThrowNotAssignable(const catalog::ViewDescriptor& view, const std::string& column,
                                     ModifyKind kind) {
  const char* const verb = kind == ModifyKind::kInsert ? "insert into" : "update";
  throw Error(sqlstate::kFeatureNotSupported,
              std::string("cannot ") + verb + " column \"" + column + "\" of view \"" + view.name + "\"")
      .Detail("View columns that are not columns of their base relation are not updatable.");
}

// The first view, from views[first] inwards, that computes the column at that position; -1 for none, and then
// `position` is the one in the table.
int ComputedBy(const WriteTarget& target, std::size_t first, std::size_t& position) {
  for (std::size_t i = first; i < target.views.size(); ++i) {
    const auto& column = target.views[i]->columns[position];
    if (column.source == 0) return static_cast<int>(i);
    position = static_cast<std::size_t>(column.source - 1);
  }
  return -1;
}

void AddDefaultsOfViews(WriteTarget& target) {
  for (std::size_t i = 0; i < target.views.size(); ++i) {
    const auto& view = *target.views[i];
    for (std::size_t j = 0; j < view.columns.size(); ++j) {
      if (!view.columns[j].default_expression) continue;
      std::size_t position = j;
      const int by = ComputedBy(target, i, position);
      if (by >= 0)
        ThrowNotAssignable(*target.views[static_cast<std::size_t>(by)],
                           target.views[static_cast<std::size_t>(by)]->columns[position].name,
                           ModifyKind::kInsert);
      target.defaults.emplace(static_cast<int>(position), *view.columns[j].default_expression);
    }
  }
}

}  // namespace

int WriteTarget::Position(std::string_view column) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!column.empty() && columns[i].name == column) return static_cast<int>(i);
  }
  return -1;
}

WriteTarget FindWriteTarget(const catalog::Catalog& catalog, catalog::Catalog::Relation& relation,
                            ModifyKind kind) {
  WriteTarget target;
  target.relation = relation.oid();
  while (relation.view) {
    const auto view = relation.view;
    const bool again = std::any_of(target.views.begin(), target.views.end(),
                                   [&](const auto& other) { return other->oid == view->oid; });
    if (again) {
      throw Error(sqlstate::kInvalidObjectDefinition,
                  "infinite recursion detected in rules for relation \"" + target.views.front()->name + "\"");
    }
    CheckStandsForTable(*view, kind);
    target.views.push_back(view);
    relation = catalog.RelationByOid(view->base);
  }
  target.table = relation.table;
  if (!target.table) return target;
  if (target.views.empty()) {
    target.name = target.table->name;
    for (const auto& column : target.table->columns) {
      target.columns.push_back({column.dropped ? "" : column.name, column.type, column.number,
                                static_cast<int>(column.number) - 1});
    }
    return target;
  }
  target.name = target.views.front()->name;
  for (std::size_t i = 0; i < target.views.front()->columns.size(); ++i) {
    const auto& column = target.views.front()->columns[i];
    std::size_t position = i;
    const bool computed = ComputedBy(target, 0, position) >= 0;
    target.columns.push_back({column.name, column.type, static_cast<base::AttributeNumber>(i + 1),
                              computed ? -1 : static_cast<int>(position)});
  }
  if (kind == ModifyKind::kInsert) AddDefaultsOfViews(target);
  return target;
}

void RequireAssignable(const WriteTarget& target, std::size_t position, ModifyKind kind) {
  std::size_t place = position;
  const int by = ComputedBy(target, 0, place);
  if (by < 0) return;
  const auto& view = *target.views[static_cast<std::size_t>(by)];
  ThrowNotAssignable(view, view.columns[place].name, kind);
}

base::Oid ReaderOf(const catalog::ViewDescriptor& view) {
  return catalog::OptionOf(view, "security_invoker") == "true" ? base::kInvalidOid : view.owner;
}

std::vector<bool> CheckingViews(const WriteTarget& target) {
  std::vector<bool> checking;
  bool cascaded = false;
  for (const auto& view : target.views) {
    const auto option = catalog::OptionOf(*view, "check_option");
    cascaded = cascaded || option == "cascaded";
    checking.push_back(cascaded || option.has_value());
  }
  return checking;
}

}  // namespace ordinal::sql
