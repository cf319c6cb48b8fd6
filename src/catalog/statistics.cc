#include "catalog/statistics.h"

#include "absl/strings/escaping.h"
#include "catalog/descriptor_json.h"
#include "keys/order_codec.h"

namespace ordinal::catalog {
namespace {

// JSON holds text, and the encoded values are any bytes.
std::string BytesFromJson(const Json& json) {
  const auto text = json.get<std::string>();
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes)) ThrowDamaged("a value of statistics is not in base64");
  return bytes;
}

Json ToJson(const ColumnStatistics& column) {
  Json json = {{"column", column.column},       {"type", static_cast<Oid>(column.type)},
               {"nulls", column.null_fraction}, {"width", column.average_width},
               {"distinct", column.distinct},   {"correlation", column.correlation}};
  for (const auto& common : column.common) {
    json["common"].push_back(Json::array({absl::Base64Escape(common.value), common.frequency}));
  }
  for (const std::string& bound : column.bounds) json["bounds"].push_back(absl::Base64Escape(bound));
  return json;
}

ColumnStatistics ColumnFromJson(const Json& json) {
  ColumnStatistics column;
  Read(json, "column", column.column);
  const types::TypeInfo* type = types::FindType(Number<Oid>(json.at("type")));
  if (type == nullptr) ThrowDamaged("unknown type in statistics");
  column.type = type->id;
  Read(json, "nulls", column.null_fraction);
  Read(json, "width", column.average_width);
  Read(json, "distinct", column.distinct);
  Read(json, "correlation", column.correlation);
  if (json.contains("common")) {
    for (const auto& part : Array(json.at("common"))) {
      if (Array(part).size() != 2) ThrowDamaged("a common value has a value and a frequency");
      column.common.push_back({BytesFromJson(part[0]), part[1].get<double>()});
    }
  }
  if (json.contains("bounds")) {
    for (const auto& bound : Array(json.at("bounds"))) column.bounds.push_back(BytesFromJson(bound));
  }
  return column;
}

}  // namespace

const ColumnStatistics* TableStatistics::Of(base::AttributeNumber number, types::TypeId type) const {
  for (const ColumnStatistics& column : columns) {
    if (column.column == number) return column.type == type ? &column : nullptr;
  }
  return nullptr;
}

std::string EncodeSample(const types::Value& value, types::TypeId type) {
  std::string bytes;
  keys::AppendKeyColumn(bytes, value, type);
  return bytes;
}

types::Value DecodeSample(const std::string& bytes, types::TypeId type) {
  std::string_view rest = bytes;
  return keys::TakeKeyColumn(rest, type);
}

bool CanSample(types::TypeId type) { return keys::IsKeyType(type); }

Json ToJson(const TableStatistics& statistics) {
  Json json = {{"kind", "statistics"},
               {"oid", statistics.oid},
               {"table", statistics.table},
               {"rows", statistics.rows},
               {"analyzed", statistics.analyzed_micros},
               {"columns", Json::array()}};
  for (const auto& column : statistics.columns) json["columns"].push_back(ToJson(column));
  for (const auto& group : statistics.groups) json["groups"].push_back(ToJson(group));
  return json;
}

TableStatistics TableStatisticsFromJson(const Json& json) {
  TableStatistics statistics;
  Read(json, "oid", statistics.oid);
  Read(json, "table", statistics.table);
  Read(json, "rows", statistics.rows);
  Read(json, "analyzed", statistics.analyzed_micros);
  for (const auto& column : Array(json.at("columns"))) statistics.columns.push_back(ColumnFromJson(column));
  if (json.contains("groups")) {
    for (const auto& group : Array(json.at("groups"))) {
      statistics.groups.push_back(GroupStatisticsFromJson(group));
    }
  }
  return statistics;
}

}  // namespace ordinal::catalog
