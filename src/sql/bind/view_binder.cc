// Reads views: their text is bound anew where they are named, with the meaning that its names had when the
// view was made.
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/depth_guard.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// Views over views can double at each level.
constexpr int kViewsMax = 10000;

const catalog::ViewReference* ReferenceAt(const catalog::ViewDescriptor& view, int location) {
  for (const auto& reference : view.references) {
    if (reference.location == location) return &reference;
  }
  return nullptr;
}

}  // namespace

catalog::Catalog::Relation Binder::FindRelation(const RangeVar& var) const {
  if (view_ == nullptr) return LookupRelation(environment_, Text(var.schemaname), var.relname);
  const auto* reference = ReferenceAt(*view_, var.location);
  if (reference == nullptr) return {};
  return environment_.catalog.RelationByOid(reference->relation);
}

base::Oid Binder::RecordedFunction(int location) const {
  const auto* reference = ReferenceAt(*view_, location);
  if (reference == nullptr || !environment_.catalog.FunctionByOid(reference->relation))
    return base::kInvalidOid;
  return reference->relation;
}

// Columns bear the names that they had when the view was made; those that came later are not seen.
void Binder::KeepRecordedColumns(const RangeVar& var, ScopeItem& item) {
  if (view_ == nullptr) return;
  const auto* reference = ReferenceAt(*view_, var.location);
  for (std::size_t i = 0; i < item.columns.size(); ++i) {
    ScopeItem::Column& column = item.columns[i];
    const bool known = reference != nullptr && i < reference->columns.size();
    if (!column.name.empty()) column.name = known ? reference->columns[i] : "";
  }
}

void Binder::RecordRelation(const RangeVar& var, const catalog::Catalog::Relation& relation,
                            const ScopeItem& item) {
  if (record_ == nullptr) return;
  catalog::ViewReference& reference = record_->references.emplace_back();
  reference.location = var.location - record_->begin;
  reference.relation = relation.oid();
  for (const auto& column : item.columns) reference.columns.push_back(column.name);
  record_->uses.emplace(relation.oid(), base::AttributeNumber{0});
}

void Binder::ReadView(const catalog::ViewDescriptor& view, Binder& reader) {
  statement_ = std::move(reader.statement_);
  view_ = &view;
  outer_ = &reader;
  as_role_ = ReaderOf(view);
  depth_ = reader.depth_;
  views_ = reader.views_;
}

std::unique_ptr<BoundSource> Binder::BindView(const catalog::Catalog::ViewPtr& view, ScopeItem& item,
                                              int position) {
  for (const Binder* binder = this; binder != nullptr; binder = binder->outer_) {
    if (binder->view_ == nullptr || binder->view_->oid != view->oid) continue;
    throw Error(sqlstate::kInvalidObjectDefinition,
                "infinite recursion detected in rules for relation \"" + view->name + "\"");
  }
  if (++views_ > kViewsMax) {
    throw Error(sqlstate::kStatementTooComplex, "the statement reads too many views").Position(position);
  }
  DepthGuard guard(depth_);
  const parse::Tree tree(view->definition);
  const auto& create = As<ViewStmt>(*static_cast<const Node*>(tree.statements().front().node));
  Binder inner(environment_, tree, {});
  inner.ReadView(*view, *this);
  inner.may_lock_ = may_lock_;
  auto source = std::make_unique<BoundSource>();
  source->kind = SourceKind::kSubquery;
  source->view = view->oid;
  source->subquery = inner.BindQuery(As<SelectStmt>(*create.query), nullptr);
  views_ = inner.views_;
  statement_ = std::move(inner.statement_);
  for (std::size_t i = 0; i < view->columns.size(); ++i) {
    const auto& column = view->columns[i];
    source->subquery->outputs[i].name = column.name;
    ScopeItem::Column entry;
    entry.name = column.name;
    entry.type = column.type;
    entry.table = view->oid;
    entry.attribute = static_cast<base::AttributeNumber>(i + 1);
    item.columns.push_back(std::move(entry));
  }
  return source;
}

}  // namespace ordinal::sql
