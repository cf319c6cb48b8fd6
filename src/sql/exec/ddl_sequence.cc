#include <string>
#include <utility>

#include "base/error.h"
#include "sequence/transaction_claim.h"
#include "sql/exec/ddl_executor.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

sequence::SequenceOptions OptionsOf(const SequenceSpec& spec, bool is_identity) {
  sequence::SequenceOptions options;
  options.type = spec.type;
  options.increment = spec.increment;
  if (spec.min_value) options.min_value = sequence::SequenceOptions::Bound{spec.min_value->value};
  if (spec.max_value) options.max_value = sequence::SequenceOptions::Bound{spec.max_value->value};
  options.start = spec.start;
  if (spec.restart) options.restart = sequence::SequenceOptions::Restart{spec.restart->value};
  options.cache = spec.cache;
  options.cycle = spec.cycle;
  options.for_identity = is_identity;
  return options;
}

}  // namespace

void DdlExecutor::Run(const CreateSequence& create) {
  if (!ClaimName(create.schema, create.name, create.if_not_exists)) return;
  MakeSequence(create.schema, create.name, create.spec, false, 0, 0);
}

void DdlExecutor::Run(const AlterSequence& alter) { Alter(SequenceToChange(alter.sequence), alter.spec); }

base::Oid DdlExecutor::MakeSequence(base::Oid schema, std::string name, const SequenceSpec& spec,
                                    bool is_identity, base::Oid owner_table,
                                    base::AttributeNumber owner_column) {
  if (limits_.sequences_max != 0 && catalog().SequenceCount() >= limits_.sequences_max) {
    throw Error(sqlstate::kProgramLimitExceeded,
                "creating more than " + std::to_string(limits_.sequences_max) + " sequences is not allowed");
  }
  const auto configured = sequence::CreateSequence(OptionsOf(spec, is_identity));
  Sequence made;
  made.oid = context_.oids.Next();
  made.schema = schema;
  made.name = std::move(name);
  // What belongs to a table belongs to its owner.
  made.owner = owner_table != 0 ? catalog().TableByOid(owner_table)->owner : context_.role;
  made.acl = catalog::InitialAcl(catalog(), catalog::AclKind::kSequence, made.owner, schema);
  made.definition = configured.definition;
  made.is_identity = is_identity;
  made.owner_table = owner_table;
  made.owner_column = owner_column;
  if (spec.owner) SetOwnerColumn(made, *spec.owner);
  sequence::WriteInitialCounter(context_.transaction, made, configured.counter);
  context_.counted_in_transaction.insert(made.oid);
  context_.editor.Create(made);
  return made.oid;
}

void DdlExecutor::Alter(Sequence sequence, const SequenceSpec& spec) {
  if (spec.owner) {
    if (sequence.is_identity) {
      throw Error(sqlstate::kFeatureNotSupported, "cannot change ownership of identity sequence")
          .Detail("Sequence \"" + sequence.name + "\" is linked to table \"" +
                  catalog().TableByOid(sequence.owner_table)->name + "\".");
    }
    SetOwnerColumn(sequence, *spec.owner);
  }
  if (spec.changes_counter()) BeginEpoch(sequence, spec);
  context_.drop_cached(sequence.oid);
  context_.editor.Update(std::move(sequence));
}

void DdlExecutor::SetOwnerColumn(Sequence& sequence, const SequenceSpec::Owner& owner) {
  sequence.owner_table = owner.table;
  sequence.owner_column = owner.column;
  if (owner.table == 0) return;
  const auto table = catalog().TableByOid(owner.table);
  if (table->owner != sequence.owner) {
    throw Error(sqlstate::kObjectNotInPrerequisiteState,
                "sequence must have same owner as table it is linked to");
  }
  if (table->schema != sequence.schema) {
    throw Error(sqlstate::kObjectNotInPrerequisiteState,
                "sequence must be in same schema as table it is linked to");
  }
}

// Moves the sequence to a new epoch with the altered definition. Only an ALTER whose position goes on must
// not miss a draw; RESTART states the position, so that what is drawn meanwhile does not matter.
void DdlExecutor::BeginEpoch(Sequence& sequence, const SequenceSpec& spec) {
  const auto options = OptionsOf(spec, sequence.is_identity);
  auto& transaction = context_.transaction;
  if (context_.counted_in_transaction.contains(sequence.oid)) {
    const auto counter = sequence::ReadCounterInTransaction(transaction, sequence);
    const auto altered = sequence::AlterSequence({sequence.definition, counter}, options);
    sequence.definition = altered.definition;
    sequence::SetCounterInTransaction(transaction, sequence, altered.counter);
    return;
  }
  sequence::ConfiguredSequence altered;
  if (spec.restart) {
    altered = sequence::AlterSequence({sequence.definition, {}}, options);
    sequence::DropCounter(transaction, sequence);
  } else {
    const auto surrendered = context_.allocator.Surrender(sequence);
    altered = sequence::AlterSequence({sequence.definition, surrendered.counter}, options);
    sequence::DropCounter(transaction, sequence, surrendered);
  }
  context_.forget_after_commit(sequence.oid, sequence.epoch);
  sequence.definition = altered.definition;
  ++sequence.epoch;
  sequence::WriteInitialCounter(transaction, sequence, altered.counter);
  context_.counted_in_transaction.insert(sequence.oid);
}

void DdlExecutor::DropSequence(const Sequence& sequence) {
  sequence::DropCounter(context_.transaction, sequence);
  context_.forget_after_commit(sequence.oid, 0);
  context_.counted_in_transaction.erase(sequence.oid);
  context_.editor.Drop(sequence.oid);
}

std::vector<catalog::SequenceDescriptor> DdlExecutor::SequencesOf(base::Oid table) const {
  std::vector<Sequence> owned;
  for (const auto& sequence : catalog().Sequences()) {
    if (sequence->owner_table == table) owned.push_back(*sequence);
  }
  return owned;
}

}  // namespace ordinal::sql
