#include "sql/exec/temporary.h"

#include "keys/key_space.h"
#include "sequence/transaction_claim.h"

namespace ordinal::sql {
namespace {

using catalog::OnCommit;

void DropSequence(const catalog::SequenceDescriptor& sequence, catalog::CatalogEditor& editor,
                  txn::Transaction& transaction, const SequenceDropped& dropped) {
  sequence::DropCounter(transaction, sequence);
  dropped(sequence.oid);
  editor.Drop(sequence.oid);
}

void DropTable(base::Oid table, catalog::CatalogEditor& editor, txn::Transaction& transaction,
               const SequenceDropped& dropped) {
  for (const auto& sequence : editor.catalog()->Sequences()) {
    if (sequence->owner_table == table) DropSequence(*sequence, editor, transaction, dropped);
  }
  const std::string prefix = keys::TablePrefix(table);
  transaction.DeleteRange({prefix, keys::PrefixEnd(prefix)});
  if (const auto statistics = editor.catalog()->StatisticsOf(table)) editor.Drop(statistics->oid);
  for (const auto& extended : editor.catalog()->AllExtendedStatistics()) {
    if (extended->table == table) editor.Drop(extended->oid);
  }
  editor.Drop(table);
}

void DeleteRows(base::Oid table, txn::Transaction& transaction) {
  const std::string prefix = keys::TablePrefix(table);
  const kv::KeyRange rows{prefix, keys::PrefixEnd(prefix)};
  if (transaction.Scan(rows, {})->Next()) transaction.DeleteRange(rows);
}

}  // namespace

void DropTemporary(base::Oid schema, bool with_schema, catalog::CatalogEditor& editor,
                   txn::Transaction& transaction, const SequenceDropped& dropped) {
  const catalog::CatalogPtr before = editor.catalog();
  if (!before->SchemaByOid(schema)) return;
  for (const auto& view : before->Views()) {
    if (view->schema == schema) editor.Drop(view->oid);
  }
  for (const auto& table : before->Tables()) {
    if (table->schema == schema) DropTable(table->oid, editor, transaction, dropped);
  }
  for (const auto& sequence : editor.catalog()->Sequences()) {
    if (sequence->schema == schema) DropSequence(*sequence, editor, transaction, dropped);
  }
  for (const auto& domain : before->Domains()) {
    if (domain->schema == schema) editor.Drop(domain->oid);
  }
  if (with_schema) editor.Drop(schema);
}

void EndTemporaryRows(base::Oid schema, catalog::CatalogEditor& editor, txn::Transaction& transaction,
                      const SequenceDropped& dropped) {
  const catalog::CatalogPtr before = editor.catalog();
  for (const auto& table : before->Tables()) {
    if (table->schema != schema) continue;
    if (table->on_commit == OnCommit::kDrop) DropTable(table->oid, editor, transaction, dropped);
    if (table->on_commit == OnCommit::kDeleteRows) DeleteRows(table->oid, transaction);
  }
}

bool ActsOnCommit(const catalog::Catalog& catalog, base::Oid schema) {
  for (const auto& table : catalog.Tables()) {
    if (table->schema == schema && table->on_commit != OnCommit::kPreserveRows) return true;
  }
  return false;
}

}  // namespace ordinal::sql
