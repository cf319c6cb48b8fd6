// Temporary objects: a schema of the session's own, in the store like all others.
#include "sql/exec/temporary.h"

#include <string>

#include "base/error.h"
#include "catalog/privileges.h"
#include "session/session.h"

namespace ordinal::session {

base::Oid Session::TemporarySchema() const {
  const bool exists =
      temporary_schema_ != base::kInvalidOid && catalog_ && catalog_->SchemaByOid(temporary_schema_);
  return exists ? temporary_schema_ : base::kInvalidOid;
}

// REQUIRES an editor. The schema comes and goes with the transaction that makes it.
void Session::MakeTemporarySchema() {
  if (!parameters_.profile().features.temporary_objects || TemporarySchema() != base::kInvalidOid) return;
  const auto granted =
      catalog::PrivilegesOf(*catalog_, CurrentRole(), catalog::SecurableOf(catalog_->database()));
  if ((granted & catalog::kTemporaryPrivilege) == 0) {
    throw base::Error(base::sqlstate::kInsufficientPrivilege,
                      "permission denied to create temporary tables in database \"" + database_ + "\"");
  }
  catalog::SchemaDescriptor schema;
  schema.oid = environment_.oids.Next();
  schema.name = "pg_temp_" + std::to_string(schema.oid);
  // Nobody else can name it as a place to make things in, and the session may act as several roles.
  schema.acl = catalog::Acl{{catalog::kPublicGrantee, catalog::kAdminRole,
                             catalog::kUsagePrivilege | catalog::kCreatePrivilege, 0}};
  schema.temporary_of = environment_.members == nullptr ? 0 : environment_.members->node_id();
  temporary_schema_ = schema.oid;
  editor_->Create(std::move(schema));
  CurrentCatalog();
}

// DISCARD TEMP.
void Session::DropTemporaryObjects() {
  EnsureTransaction();
  CurrentCatalog();
  if (TemporarySchema() == base::kInvalidOid) return;
  if (!editor_) editor_ = std::make_unique<catalog::CatalogEditor>(*transaction_, catalog_);
  sql::DropTemporary(temporary_schema_, false, *editor_, *transaction_, [this](base::Oid sequence) {
    forget_after_commit_.emplace_back(sequence, 0);
    counted_in_transaction_.erase(sequence);
  });
  CurrentCatalog();
}

void Session::ActOnCommit() {
  if (temporary_schema_ == base::kInvalidOid || !transaction_ || !transaction_->HasEffects()) return;
  const catalog::CatalogPtr catalog = editor_ ? editor_->catalog() : CurrentCatalog();
  if (!sql::ActsOnCommit(*catalog, temporary_schema_)) return;
  if (!editor_) editor_ = std::make_unique<catalog::CatalogEditor>(*transaction_, catalog);
  sql::EndTemporaryRows(temporary_schema_, *editor_, *transaction_, [this](base::Oid sequence) {
    forget_after_commit_.emplace_back(sequence, 0);
    counted_in_transaction_.erase(sequence);
  });
}

}  // namespace ordinal::session
