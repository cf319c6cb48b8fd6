#include <algorithm>

#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

using types::TypeId;

constexpr int kModifierHeader = 4;  // what type modifiers of strings and numerics add
constexpr int kBytesPerCharacter = 4;
constexpr std::int64_t kOctetsMax = std::int64_t{1} << 30;
constexpr int kDefaultDatetimePrecision = 6;

void SetStringFacts(RowBuilder& row, std::int32_t modifier) {
  if (modifier < 0) {
    row.Set("character_octet_length", kOctetsMax);
    return;
  }
  const std::int64_t length = modifier - kModifierHeader;
  row.Set("character_maximum_length", length)
      .Set("character_octet_length", std::min(length * kBytesPerCharacter, kOctetsMax));
}

void SetBinaryFacts(RowBuilder& row, int bits, bool exact) {
  row.Set("numeric_precision", bits).Set("numeric_precision_radix", 2);
  if (exact) row.Set("numeric_scale", 0);
}

void SetNumericFacts(RowBuilder& row, std::int32_t modifier) {
  constexpr int kScaleBits = 0x7ff;
  constexpr int kScaleSign = 0x400;
  if (modifier < 0) {
    row.Set("numeric_precision_radix", 10);
    return;
  }
  const int packed = modifier - kModifierHeader;
  row.Set("numeric_precision", packed >> 16)
      .Set("numeric_precision_radix", 10)
      .Set("numeric_scale", ((packed & kScaleBits) ^ kScaleSign) - kScaleSign);
}

int DatetimePrecision(types::Type type) {
  constexpr int kIntervalPrecisionMask = 0xffff;
  if (type.modifier < 0) return kDefaultDatetimePrecision;
  if (type.id != TypeId::kInterval) return type.modifier;
  const int precision = type.modifier & kIntervalPrecisionMask;
  return precision == kIntervalPrecisionMask ? kDefaultDatetimePrecision : precision;
}

// Sets lengths and precisions as the type and its modifier give them.
void SetTypeFacts(RowBuilder& row, types::Type type) {
  switch (type.id) {
    case TypeId::kText:
    case TypeId::kVarchar:
    case TypeId::kBpchar:
      return SetStringFacts(row, type.modifier);
    case TypeId::kInt2:
      return SetBinaryFacts(row, 16, true);
    case TypeId::kInt4:
      return SetBinaryFacts(row, 32, true);
    case TypeId::kInt8:
      return SetBinaryFacts(row, 64, true);
    case TypeId::kFloat4:
      return SetBinaryFacts(row, 24, false);
    case TypeId::kFloat8:
      return SetBinaryFacts(row, 53, false);
    case TypeId::kNumeric:
      return SetNumericFacts(row, type.modifier);
    case TypeId::kDate:
      row.Set("datetime_precision", 0);
      return;
    case TypeId::kTime:
    case TypeId::kTimetz:
    case TypeId::kTimestamp:
    case TypeId::kTimestamptz:
    case TypeId::kInterval:
      row.Set("datetime_precision", DatetimePrecision(type));
      return;
    default:
      return;
  }
}

// Sets everything but nullability, default and identity.
void SetColumn(const catalog::SessionView& session, RowBuilder& row, std::string_view name, types::Type type,
               std::size_t number) {
  row.Set("column_name", name)
      .Set("ordinal_position", number)
      .Set("data_type", types::InfoOf(type.id).sql_name);
  SetTypeFacts(row, type);
  if (CollationOf(type.id) == kCCollation) {
    row.Set("collation_catalog", session.database_name())
        .Set("collation_schema", "pg_catalog")
        .Set("collation_name", "C");
  }
  row.Set("udt_catalog", session.database_name())
      .Set("udt_schema", "pg_catalog")
      .Set("udt_name", types::InfoOf(type.id).name)
      .Set("dtd_identifier", std::to_string(number))
      .Set("is_self_referencing", "NO")
      .Set("is_identity", "NO")
      .Set("identity_cycle", "NO")
      .Set("is_generated", "NEVER");
}

void SetIdentity(const catalog::Catalog& catalog, RowBuilder& row,
                 const catalog::IdentityDescriptor& identity) {
  row.Set("is_identity", "YES").Set("identity_generation", identity.always ? "ALWAYS" : "BY DEFAULT");
  const catalog::Catalog::SequencePtr sequence = catalog.SequenceByOid(identity.sequence);
  if (!sequence) return;
  const catalog::SequenceDefinition& definition = sequence->definition;
  row.Set("identity_start", std::to_string(definition.start))
      .Set("identity_increment", std::to_string(definition.increment))
      .Set("identity_maximum", std::to_string(definition.max_value))
      .Set("identity_minimum", std::to_string(definition.min_value))
      .Set("identity_cycle", definition.cycle ? "YES" : "NO");
}

RowBuilder& Begin(const catalog::SessionView& session, RowBuilder& row, catalog::Oid schema,
                  const std::string& table) {
  return row.Set("table_catalog", session.database_name())
      .Set("table_schema", SchemaName(session.catalog(), schema))
      .Set("table_name", table);
}

void EmitColumns(const catalog::SessionView& session, RowBuilder& row,
                 const catalog::TableDescriptor& table) {
  for (const catalog::ColumnDescriptor& column : table.columns) {
    if (column.dropped) continue;
    Begin(session, row, table.schema, table.name);
    SetColumn(session, row, column.name, column.type, static_cast<std::size_t>(column.number));
    if (column.identity) {
      SetIdentity(session.catalog(), row, *column.identity);
    } else if (column.generated) {
      row.Set("is_generated", "ALWAYS")
          .Set("generation_expression", session.DeparseExpression(*column.default_expression, &table));
    } else if (column.default_expression) {
      row.Set("column_default", session.DeparseExpression(*column.default_expression, &table));
    }
    row.Set("is_nullable", column.not_null ? "NO" : "YES").Set("is_updatable", "YES").Emit();
  }
}

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  for (const Relation* relation : Relations()) {
    for (std::size_t i = 0; i < relation->columns().size(); ++i) {
      const catalog::VirtualTable::Column& column = relation->columns()[i];
      Begin(session, row, relation->schema(), relation->name());
      SetColumn(session, row, column.name, column.type, i + 1);
      row.Set("is_nullable", relation->defaults()[i].is_null() ? "YES" : "NO")
          .Set("is_updatable", "NO")
          .Emit();
    }
  }
  for (const auto& table : session.catalog().Tables()) EmitColumns(session, row, *table);
  for (const auto& view : session.catalog().Views()) {
    for (std::size_t i = 0; i < view->columns.size(); ++i) {
      Begin(session, row, view->schema, view->name);
      SetColumn(session, row, view->columns[i].name, view->columns[i].type, i + 1);
      row.Set("is_nullable", "YES").Set("is_updatable", "NO").Emit();
    }
  }
}

}  // namespace

const Relation& InformationColumns() {
  static const Relation relation(
      13295, catalog::kInformationSchema, "columns",
      "table_catalog name, table_schema name, table_name name, column_name name, "
      "ordinal_position int4, column_default varchar, is_nullable varchar, data_type varchar, "
      "character_maximum_length int4, character_octet_length int4, numeric_precision int4, "
      "numeric_precision_radix int4, numeric_scale int4, datetime_precision int4, "
      "interval_type varchar, interval_precision int4, character_set_catalog name, "
      "character_set_schema name, character_set_name name, collation_catalog name, "
      "collation_schema name, collation_name name, domain_catalog name, domain_schema name, "
      "domain_name name, udt_catalog name, udt_schema name, udt_name name, scope_catalog name, "
      "scope_schema name, scope_name name, maximum_cardinality int4, dtd_identifier name, "
      "is_self_referencing varchar, is_identity varchar, identity_generation varchar, "
      "identity_start varchar, identity_increment varchar, identity_maximum varchar, "
      "identity_minimum varchar, identity_cycle varchar, is_generated varchar, "
      "generation_expression varchar, is_updatable varchar",
      &Fill);
  return relation;
}

}  // namespace ordinal::syscat
