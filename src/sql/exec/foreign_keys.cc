#include "sql/exec/foreign_keys.h"

#include <utility>

#include "sql/exec/row_locks.h"
#include "types/compare.h"

namespace ordinal::sql {
namespace {

// So many keys are read at once, and so much is remembered of what was read.
constexpr std::size_t kReadAheadMax = 1000;
constexpr std::size_t kKnownMax = 100'000;

bool AreEqual(const KeyValues& left, const KeyValues& right, const std::vector<types::TypeId>& types) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i].is_null() != right[i].is_null()) return false;
    if (!left[i].is_null() && types::Compare(left[i], right[i], types[i]) != 0) return false;
  }
  return true;
}

// Whether a row with these values refers to anything, or is wrong in itself.
bool NeedsCheck(const KeyValues& values, bool match_full) {
  const NullState nulls = NullStateOf(values);
  return nulls == NullState::kNone || (match_full && nulls == NullState::kSome);
}

}  // namespace

ForeignKeys::ForeignKeys(ExecContext& context, bool only_inserts)
    : context_(context),
      transaction_(context.transaction()),
      deferred_(context.services().deferred_constraints()),
      only_inserts_(only_inserts) {}

bool ForeignKeys::Concern(const catalog::TableDescriptor& table, const catalog::Catalog& catalog) {
  return !table.foreign_keys.empty() || catalog.IsReferenced(table.oid);
}

ForeignKeyLayoutPtr ForeignKeys::LinkOf(const catalog::Catalog::TablePtr& child,
                                        const catalog::ForeignKeyDescriptor& key,
                                        const catalog::Catalog& catalog) {
  return std::make_shared<const ForeignKeyLayout>(child, key, catalog.TableByOid(key.referenced_table));
}

const ForeignKeys::Relations& ForeignKeys::Of(const catalog::Catalog::TablePtr& table) {
  const auto known = relations_.find(table->oid);
  if (known != relations_.end()) return known->second;
  const catalog::Catalog& catalog = context_.catalog();
  Relations relations;
  for (const auto& key : table->foreign_keys) relations.outgoing.push_back(LinkOf(table, key, catalog));
  for (const auto& reference : catalog.ReferencesTo(table->oid)) {
    relations.incoming.push_back(LinkOf(reference.table, *reference.key, catalog));
  }
  return relations_.emplace(table->oid, std::move(relations)).first->second;
}

void ForeignKeys::Inserted(const catalog::Catalog::TablePtr& table, const Row& row,
                           const std::string& row_key) {
  unsettled_ = true;
  for (const ForeignKeyLayoutPtr& link : Of(table).outgoing) {
    KeyValues values = link->OfChild(row);
    if (!NeedsCheck(values, link->key().match_full)) continue;
    if (only_inserts_ && NullStateOf(values) == NullState::kNone && !deferred_.IsDeferred(link->key())) {
      const auto key = link->ParentKey(values);
      if (key && !queued_.insert(*key).second) continue;
    }
    Add({ForeignKeyEventKind::kCheck, link, row_key, {}, std::move(values), false});
  }
}

void ForeignKeys::Updated(const catalog::Catalog::TablePtr& table, const Row& old_row,
                          const std::string& old_key, const Row& new_row, const std::string& new_key) {
  unsettled_ = true;
  const Relations& relations = Of(table);
  for (const ForeignKeyLayoutPtr& link : relations.incoming) {
    KeyValues old_values = link->OfParent(old_row);
    KeyValues new_values = link->OfParent(new_row);
    if (NullStateOf(old_values) != NullState::kNone) continue;
    if (AreEqual(old_values, new_values, link->parent_types)) continue;
    Add({ForeignKeyEventKind::kUpdated, link, {}, std::move(old_values), std::move(new_values), false});
  }
  for (const ForeignKeyLayoutPtr& link : relations.outgoing) {
    KeyValues values = link->OfChild(new_row);
    if (!NeedsCheck(values, link->key().match_full)) continue;
    // A check that waits finds its row by the key of the row.
    const bool moved = old_key != new_key && deferred_.IsDeferred(link->key());
    if (!moved && AreEqual(values, link->OfChild(old_row), link->child_types)) continue;
    Add({ForeignKeyEventKind::kCheck, link, new_key, {}, std::move(values), false});
  }
}

void ForeignKeys::Deleted(const catalog::Catalog::TablePtr& table, const Row& row) {
  unsettled_ = true;
  for (const ForeignKeyLayoutPtr& link : Of(table).incoming) {
    KeyValues values = link->OfParent(row);
    if (NullStateOf(values) != NullState::kNone) continue;
    Add({ForeignKeyEventKind::kDeleted, link, {}, std::move(values), {}, false});
  }
}

// Of what happens to rows that are referred to, only NO ACTION waits.
void ForeignKeys::Add(Event event) {
  const catalog::ForeignKeyDescriptor& key = event.link->key();
  const auto action = event.kind == ForeignKeyEventKind::kDeleted ? key.on_delete : key.on_update;
  const bool may_wait =
      event.kind == ForeignKeyEventKind::kCheck || action == catalog::ForeignKeyAction::kNoAction;
  if (ending_ || !may_wait || !deferred_.IsDeferred(key)) {
    queue_.push_back(std::move(event));
    return;
  }
  deferred_.events.push_back({event.kind, event.link->child->table->oid, key.oid, std::move(event.row_key),
                              std::move(event.old_values), std::move(event.new_values)});
}

void ForeignKeys::Finish() { RunQueue(); }

void ForeignKeys::RunDeferred(bool all) {
  ending_ = all;
  const catalog::Catalog& catalog = context_.catalog();
  std::vector<DeferredEvent> waiting;
  for (DeferredEvent& event : std::exchange(deferred_.events, {})) {
    const auto table = catalog.TableByOid(event.table);
    const catalog::ForeignKeyDescriptor* key = nullptr;
    for (std::size_t i = 0; table && i < table->foreign_keys.size(); ++i) {
      if (table->foreign_keys[i].oid == event.key) key = &table->foreign_keys[i];
    }
    if (key == nullptr) continue;  // dropped meanwhile
    if (!all && deferred_.IsDeferred(*key)) {
      waiting.push_back(std::move(event));
      continue;
    }
    ForeignKeyLayoutPtr link;
    for (const ForeignKeyLayoutPtr& candidate : Of(table).outgoing) {
      if (candidate->key().oid == key->oid) link = candidate;
    }
    queue_.push_back({event.kind, std::move(link), std::move(event.row_key), std::move(event.old_values),
                      std::move(event.new_values), true});
  }
  deferred_.events = std::move(waiting);
  RunQueue();
}

void ForeignKeys::RunQueue() {
  while (!queue_.empty()) {
    context_.CheckCanceled();
    Settle();
    ReadAhead();
    Event event = std::move(queue_.front());
    queue_.pop_front();
    if (event.kind == ForeignKeyEventKind::kCheck) {
      Check(event);
    } else {
      Act(event);
    }
  }
}

void ForeignKeys::Settle() {
  if (!unsettled_) return;
  transaction_.FinishStatement();
  known_.clear();
  unsettled_ = false;
}

// Reads what the checks at the front of the queue will ask for, with one call of the store.
void ForeignKeys::ReadAhead() {
  if (!known_.empty() || queue_.size() < 2) return;
  std::vector<std::string> keys;
  std::vector<const IndexLayout*> indexes;
  for (const Event& event : queue_) {
    if (event.kind != ForeignKeyEventKind::kCheck || keys.size() == kReadAheadMax) break;
    if (event.may_be_old || NullStateOf(event.new_values) != NullState::kNone) continue;
    auto key = event.link->ParentKey(event.new_values);
    if (!key || !known_.try_emplace(*key).second) continue;
    keys.push_back(std::move(*key));
    indexes.push_back(event.link->parent_index);
  }
  auto values = transaction_.MultiGet(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (values[i]) known_[keys[i]] = indexes[i]->RowKeyUnder(keys[i], *values[i]);
  }
}

std::optional<std::string> ForeignKeys::RowUnder(const IndexLayout& index, const std::string& key) {
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  auto value = transaction_.Get(key);
  if (value) value = std::string(index.RowKeyUnder(key, *value));
  if (known_.size() >= kKnownMax) known_.clear();
  known_.emplace(key, value);
  return value;
}

void ForeignKeys::Check(Event& event) {
  const ForeignKeyLayout& link = *event.link;
  if (event.may_be_old || has_acted_) {
    const auto bytes = transaction_.Get(event.row_key);
    if (!bytes) return;
    Row row(link.child->table->columns.size());
    MakeRowDecoder(*link.child->table, {}, 0).Decode(*bytes, row);
    event.new_values = link.OfChild(row);
  }
  if (!NeedsCheck(event.new_values, link.key().match_full)) return;
  const catalog::Catalog& catalog = context_.catalog();
  if (NullStateOf(event.new_values) != NullState::kNone) ThrowMixedNulls(link, catalog);
  const auto key = link.ParentKey(event.new_values);
  const auto row_key = key ? RowUnder(*link.parent_index, *key) : std::nullopt;
  if (!row_key) ThrowNotPresent(link, event.new_values, catalog, context_.settings());
  LockRow(transaction_, RowLockKind::kKeyShare, *row_key, link.parent->descriptor_key);
}

// Whether another row has taken the key over.
bool ForeignKeys::IsStillProvided(const ForeignKeyLayout& link, const KeyValues& old_values) {
  const auto row_key = RowUnder(*link.parent_index, link.KeyOfParent(old_values));
  if (!row_key) return false;
  LockRow(transaction_, RowLockKind::kKeyShare, *row_key, link.parent->descriptor_key);
  return true;
}

void ForeignKeys::RefuseIfReferenced(const ForeignKeyLayout& link, const KeyValues& old_values,
                                     bool may_be_provided) {
  if (may_be_provided && IsStillProvided(link, old_values)) return;
  bool found = false;
  VisitChildren(link, old_values, [&](const ChildRow&) {
    found = true;
    return false;
  });
  if (found) ThrowStillReferenced(link, old_values, context_.catalog(), context_.settings());
}

}  // namespace ordinal::sql
