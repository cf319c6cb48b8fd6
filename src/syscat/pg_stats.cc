#include <cmath>
#include <utility>

#include "catalog/privileges.h"
#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "types/array.h"
#include "types/text_codec.h"

namespace ordinal::syscat {
namespace {

using catalog::ColumnStatistics;

types::Value ShowValues(const std::vector<std::string>& samples, types::TypeId type) {
  std::vector<types::Value> texts;
  for (const std::string& sample : samples) {
    const types::Value value = catalog::DecodeSample(sample, type);
    texts.push_back(types::Value::String(types::ToText(value, type, types::Settings())));
  }
  return types::MakeArray(types::TypeId::kText, std::move(texts));
}

void Show(const ColumnStatistics& column, RowBuilder& row) {
  row.Set("inherited", false)
      .Set("null_frac", column.null_fraction)
      .Set("avg_width", std::llround(column.average_width))
      .Set("n_distinct", column.distinct);
  if (!column.common.empty()) {
    std::vector<std::string> samples;
    std::vector<types::Value> frequencies;
    for (const auto& common : column.common) {
      samples.push_back(common.value);
      frequencies.push_back(types::Value::Double(static_cast<float>(common.frequency)));
    }
    row.Set("most_common_vals", ShowValues(samples, column.type))
        .Set("most_common_freqs", types::MakeArray(types::TypeId::kFloat4, std::move(frequencies)));
  }
  if (!column.bounds.empty()) row.Set("histogram_bounds", ShowValues(column.bounds, column.type));
  if (catalog::CanSample(column.type) && column.distinct != 0) row.Set("correlation", column.correlation);
  row.Emit();
}

// Who may not read a column does not see its values here either.
void Fill(const catalog::SessionView& session, RowBuilder& row) {
  const catalog::Catalog& catalog = session.catalog();
  for (const auto& table : catalog.Tables()) {
    const auto statistics = catalog.StatisticsOf(table->oid);
    if (!statistics) continue;
    const auto relation = catalog.RelationByOid(table->oid);
    for (const auto& column : table->columns) {
      const ColumnStatistics* known =
          column.dropped ? nullptr : statistics->Of(column.number, column.type.id);
      const catalog::Privileges privileges =
          catalog::ColumnPrivileges(catalog, session.current_role(), relation, column.number);
      if (known == nullptr || (privileges & catalog::kSelectPrivilege) == 0) continue;
      row.Set("schemaname", SchemaName(catalog, table->schema))
          .Set("tablename", table->name)
          .Set("attname", column.name);
      Show(*known, row);
    }
  }
}

}  // namespace

// Values of all types are shown as texts: there is no anyarray.
const Relation& PgStats() {
  static const Relation relation(
      12053, catalog::kPgCatalogSchema, "pg_stats",
      "schemaname name, tablename name, attname name, inherited bool, null_frac float4, avg_width int4, "
      "n_distinct float4, most_common_vals _text, most_common_freqs _float4, histogram_bounds _text, "
      "correlation float4, most_common_elems _text, most_common_elem_freqs _float4, "
      "elem_count_histogram _float4",
      &Fill);
  return relation;
}

}  // namespace ordinal::syscat
