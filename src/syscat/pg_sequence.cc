#include "catalog/privileges.h"
#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

void FillSequence(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& sequence : session.catalog().Sequences()) {
    const catalog::SequenceDefinition& definition = sequence->definition;
    row.Set("seqrelid", sequence->oid)
        .Set("seqtypid", static_cast<catalog::Oid>(definition.type))
        .Set("seqstart", definition.start)
        .Set("seqincrement", definition.increment)
        .Set("seqmax", definition.max_value)
        .Set("seqmin", definition.min_value)
        .Set("seqcache", definition.cache)
        .Set("seqcycle", definition.cycle)
        .Emit();
  }
}

void FillSequences(const catalog::SessionView& session, RowBuilder& row) {
  const auto sequences = session.catalog().Sequences();
  std::vector<const catalog::SequenceDescriptor*> listed;
  for (const auto& sequence : sequences) listed.push_back(sequence.get());
  const std::vector<catalog::SequenceState> states = session.ReadSequences(listed);
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const catalog::SequenceDescriptor* sequence = listed[i];
    const catalog::SequenceDefinition& definition = sequence->definition;
    const catalog::SequenceState& state = states[i];
    row.Set("schemaname", SchemaName(session.catalog(), sequence->schema))
        .Set("sequencename", sequence->name)
        .Set("sequenceowner", RoleName(session, sequence->owner))
        .Set("data_type", static_cast<catalog::Oid>(definition.type))
        .Set("start_value", definition.start)
        .Set("min_value", definition.min_value)
        .Set("max_value", definition.max_value)
        .Set("increment_by", definition.increment)
        .Set("cycle", definition.cycle)
        .Set("cache_size", definition.cache);
    const catalog::Securable object{catalog::AclKind::kSequence, sequence->owner, &sequence->acl};
    constexpr catalog::Privileges kReading = catalog::kUsagePrivilege | catalog::kSelectPrivilege;
    const bool may_read =
        (catalog::PrivilegesOf(session.catalog(), session.current_role(), object) & kReading) != 0;
    if (state.is_called && may_read) row.Set("last_value", state.last_value);
    row.Emit();
  }
}

}  // namespace

const Relation& PgSequence() {
  static const Relation relation(
      2224, catalog::kPgCatalogSchema, "pg_sequence",
      "seqrelid oid!, seqtypid oid!, seqstart int8!, seqincrement int8!, seqmax int8!, "
      "seqmin int8!, seqcache int8!, seqcycle bool!",
      &FillSequence);
  return relation;
}

const Relation& PgSequences() {
  static const Relation relation(
      12048, catalog::kPgCatalogSchema, "pg_sequences",
      "schemaname name, sequencename name, sequenceowner name, data_type regtype, start_value int8, "
      "min_value int8, max_value int8, increment_by int8, cycle bool, cache_size int8, "
      "last_value int8",
      &FillSequences);
  return relation;
}

}  // namespace ordinal::syscat
