#include "catalog/extended_statistics.h"

#include "catalog/descriptor_json.h"

namespace ordinal::catalog {
namespace {

std::vector<GroupStatistics::Item> ItemsFromJson(const Json& json) {
  std::vector<GroupStatistics::Item> items;
  for (const auto& item : Array(json)) items.push_back(Number<GroupStatistics::Item>(item));
  return items;
}

}  // namespace

Json ToJson(const ExtendedStatisticsDescriptor& statistics) {
  Json json = {{"kind", "extended statistics"}, {"oid", statistics.oid},       {"schema", statistics.schema},
               {"name", statistics.name},       {"owner", statistics.owner},   {"table", statistics.table},
               {"columns", statistics.columns}, {"letters", statistics.kinds}, {"target", statistics.target},
               {"expressions", Json::array()}};
  for (const auto& expression : statistics.expressions) {
    json["expressions"].push_back(BytesToJson(expression));
  }
  WriteComment(json, statistics.comment);
  return json;
}

ExtendedStatisticsDescriptor ExtendedStatisticsFromJson(const Json& json) {
  ExtendedStatisticsDescriptor statistics;
  Read(json, "oid", statistics.oid);
  Read(json, "schema", statistics.schema);
  Read(json, "name", statistics.name);
  Read(json, "owner", statistics.owner);
  Read(json, "table", statistics.table);
  for (const auto& number : Array(json.at("columns"))) {
    statistics.columns.push_back(Number<AttributeNumber>(number));
  }
  Read(json, "letters", statistics.kinds);
  Read(json, "target", statistics.target);
  for (const auto& expression : Array(json.at("expressions"))) {
    statistics.expressions.push_back(BytesFromJson(expression));
  }
  ReadOptional(json, "comment", statistics.comment);
  return statistics;
}

Json ToJson(const GroupStatistics& group) {
  Json json = {
      {"statistics", group.statistics}, {"distinct", Json::array()}, {"dependencies", Json::array()}};
  for (const auto& distinct : group.distinct) {
    json["distinct"].push_back({{"items", distinct.items}, {"count", distinct.count}});
  }
  for (const auto& dependency : group.dependencies) {
    json["dependencies"].push_back(
        {{"from", dependency.from}, {"to", dependency.to}, {"degree", dependency.degree}});
  }
  return json;
}

GroupStatistics GroupStatisticsFromJson(const Json& json) {
  GroupStatistics group;
  Read(json, "statistics", group.statistics);
  for (const auto& part : Array(json.at("distinct"))) {
    auto& distinct = group.distinct.emplace_back();
    distinct.items = ItemsFromJson(part.at("items"));
    Read(part, "count", distinct.count);
  }
  for (const auto& part : Array(json.at("dependencies"))) {
    auto& dependency = group.dependencies.emplace_back();
    dependency.from = ItemsFromJson(part.at("from"));
    Read(part, "to", dependency.to);
    Read(part, "degree", dependency.degree);
  }
  return group;
}

}  // namespace ordinal::catalog
