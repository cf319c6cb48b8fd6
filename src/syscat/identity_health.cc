#include "syscat/catalog_names.h"
#include "syscat/identity_forecast.h"
#include "syscat/relations.h"
#include "types/numeric.h"

namespace ordinal::syscat {
namespace {

// Above the numbers that PostgreSQL gives to system views, below those of stored objects.
constexpr catalog::Oid kIdentityHealthOid = 13900;

// Counts reach 2^64, beyond bigint.
types::Value ToNumeric(decltype(IdentityForecast::values_left) count) {
  constexpr int kHalfBits = 32;
  constexpr std::int64_t kHalf = std::int64_t{1} << kHalfBits;
  const types::Numeric high = types::Numeric::FromInt64(static_cast<std::int64_t>(count >> kHalfBits));
  const types::Numeric low =
      types::Numeric::FromInt64(static_cast<std::int64_t>(count & static_cast<std::uint64_t>(kHalf - 1)));
  return types::Value::OfNumeric(high * types::Numeric::FromInt64(kHalf) + low);
}

struct OwnedSequence {
  catalog::Catalog::SequencePtr sequence;
  catalog::Catalog::TablePtr table;
  std::string column;
};

std::vector<OwnedSequence> OwnedSequences(const catalog::Catalog& catalog) {
  std::vector<OwnedSequence> owned;
  for (const auto& sequence : catalog.Sequences()) {
    const catalog::Catalog::TablePtr table = catalog.TableByOid(sequence->owner_table);
    const catalog::ColumnDescriptor* column = table ? table->ColumnByNumber(sequence->owner_column) : nullptr;
    if (column != nullptr) owned.push_back({sequence, table, column->name});
  }
  return owned;
}

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  const std::vector<OwnedSequence> owned = OwnedSequences(session.catalog());
  std::vector<const catalog::SequenceDescriptor*> asked;
  for (const OwnedSequence& item : owned) asked.push_back(item.sequence.get());
  const std::vector<catalog::SequenceState> states = session.ReadSequences(asked);
  for (std::size_t i = 0; i < owned.size(); ++i) {
    const auto& [sequence, table, column] = owned[i];
    const catalog::SequenceState& state = states[i];
    const IdentityForecast forecast = Forecast(sequence->definition, state);
    row.Set("schema_name", SchemaName(session.catalog(), table->schema))
        .Set("table_name", table->name)
        .Set("column_name", column)
        .Set("sequence_name", sequence->name);
    if (state.is_called) row.Set("last_value", state.last_value);
    if (forecast.next_value) row.Set("next_value", *forecast.next_value);
    row.Set("values_left", ToNumeric(forecast.values_left)).Set("used_ratio", forecast.used_ratio).Emit();
  }
}

}  // namespace

// Shows the sequences that belong to a column: of identities, and those with OWNED BY.
const Relation& SysIdentityHealth() {
  static const Relation relation(
      kIdentityHealthOid, catalog::kSysSchema, "identity_health",
      "schema_name name!, table_name name!, column_name name!, sequence_name name!, "
      "last_value int8, next_value int8, values_left numeric, used_ratio float8!",
      &Fill);
  return relation;
}

}  // namespace ordinal::syscat
