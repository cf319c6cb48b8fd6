// Runs ANALYZE.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/roles.h"
#include "keys/key_space.h"
#include "sql/exec/ddl_executor.h"
#include "sql/exec/group_survey.h"

namespace ordinal::sql {
namespace {

using catalog::ColumnStatistics;

// How many rows are looked at closely, and what is kept of each column: every node keeps the statistics of
// all tables with the catalog.
constexpr std::size_t kSampleRows = 10'000;
constexpr std::size_t kCommonMax = 25;
constexpr std::size_t kBoundsMax = 33;
constexpr std::size_t kWidthMax = 256;  // of a value that is kept
// A value is common when it is met so much more often than the average one.
constexpr double kCommonRatio = 1.25;
// From that share of the rows on, the number of different values is taken to grow with them.
constexpr double kGrowingShare = 0.1;

// The values of one column in the sampled rows.
struct Sample {
  const catalog::ColumnDescriptor* column = nullptr;
  std::size_t position = 0;          // in rows
  std::vector<std::string> encoded;  // by row of the sample; empty for NULL and what is too wide
  std::vector<std::uint32_t> widths;
  std::vector<bool> nulls;
};

std::uint32_t WidthOf(const types::Value& value, types::TypeId type) {
  if (value.kind() == types::Value::Kind::kShortString || value.kind() == types::Value::Kind::kLongString) {
    return static_cast<std::uint32_t>(value.AsString().size() + 1);
  }
  const types::TypeInfo* info = types::FindType(static_cast<base::Oid>(type));
  return info != nullptr && info->length > 0 ? static_cast<std::uint32_t>(info->length) : 16;
}

void Put(Sample& sample, std::size_t at, const types::Value& value) {
  if (at == sample.nulls.size()) {
    sample.encoded.emplace_back();
    sample.widths.emplace_back();
    sample.nulls.emplace_back();
  }
  const types::TypeId type = sample.column->type.id;
  sample.nulls[at] = value.is_null();
  sample.encoded[at].clear();
  sample.widths[at] = value.is_null() ? 0 : WidthOf(value, type);
  if (value.is_null() || !catalog::CanSample(type)) return;
  sample.encoded[at] = catalog::EncodeSample(value, type);
  if (sample.encoded[at].size() > kWidthMax) sample.encoded[at].clear();
}

// A value, how often the sample has it, and where first.
struct Group {
  const std::string* value = nullptr;
  std::size_t count = 0;
};

std::vector<Group> GroupsOf(const std::vector<const std::string*>& sorted) {
  std::vector<Group> groups;
  for (const std::string* value : sorted) {
    if (groups.empty() || *groups.back().value != *value) groups.push_back({value, 0});
    ++groups.back().count;
  }
  return groups;
}

// How many different values the table has, by the estimator Duj1 of Haas and Stokes, as PostgreSQL does.
double EstimateDistinct(const std::vector<Group>& groups, std::size_t wide, double sampled, double rows,
                        double values) {
  const auto once = static_cast<double>(
      std::count_if(groups.begin(), groups.end(), [](const Group& group) { return group.count == 1; }) +
      static_cast<std::ptrdiff_t>(wide));
  const auto seen = static_cast<double>(groups.size() + wide);
  if (once == values) return -values / sampled;  // all are different
  double distinct = seen;
  if (once > 0) {
    const double estimate = sampled * seen / (sampled - once + once * sampled / rows);
    distinct = std::clamp(std::floor(estimate + 0.5), seen, rows);
  }
  return distinct > kGrowingShare * rows ? -distinct / rows : distinct;
}

// Moves the common values out of the groups.
void TakeCommon(std::vector<Group>& groups, double sampled, bool complete, ColumnStatistics& statistics) {
  std::vector<Group> candidates;
  std::size_t total = 0;
  for (const Group& group : groups) {
    total += group.count;
    if (group.count > 1) candidates.push_back(group);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Group& left, const Group& right) { return left.count > right.count; });
  const bool all = complete && candidates.size() == groups.size() && groups.size() <= kCommonMax;
  const double average =
      static_cast<double>(total) / static_cast<double>(std::max<std::size_t>(groups.size(), 1));
  std::vector<const std::string*> taken;
  for (const Group& group : candidates) {
    if (taken.size() == kCommonMax || (!all && static_cast<double>(group.count) < kCommonRatio * average))
      break;
    statistics.common.push_back({*group.value, static_cast<double>(group.count) / sampled});
    taken.push_back(group.value);
  }
  std::erase_if(groups, [&](const Group& group) {
    return std::find(taken.begin(), taken.end(), group.value) != taken.end();
  });
}

void FillBounds(const std::vector<Group>& groups, ColumnStatistics& statistics) {
  if (groups.size() < 2) return;
  std::vector<const std::string*> values;
  for (const Group& group : groups) values.insert(values.end(), group.count, group.value);
  const std::size_t count = std::min(kBoundsMax, groups.size());
  for (std::size_t i = 0; i < count; ++i) {
    statistics.bounds.push_back(*values[i * (values.size() - 1) / (count - 1)]);
  }
}

// Pearson's, between the place of a row and the place of its value among all.
double Correlation(const std::vector<std::pair<const std::string*, std::size_t>>& sorted) {
  const auto n = static_cast<double>(sorted.size());
  if (sorted.size() < 2) return 0;
  double products = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    products += static_cast<double>(i) * static_cast<double>(sorted[i].second);
  }
  const double sum = (n - 1) * n / 2;
  const double squares = (n - 1) * n * (2 * n - 1) / 6;
  return (n * products - sum * sum) / (n * squares - sum * sum);
}

// `order` names the rows of the sample as they lie in the table.
ColumnStatistics Summarize(const Sample& sample, const std::vector<std::size_t>& order, double rows) {
  ColumnStatistics statistics;
  statistics.column = sample.column->number;
  statistics.type = sample.column->type.id;
  const std::size_t sampled = sample.nulls.size();
  double bytes = 0;
  std::size_t values = 0;
  std::vector<std::pair<const std::string*, std::size_t>> placed;
  for (const std::size_t i : order) {
    if (sample.nulls[i]) continue;
    if (!sample.encoded[i].empty()) placed.emplace_back(&sample.encoded[i], values);
    ++values;
    bytes += sample.widths[i];
  }
  if (sampled == 0) return statistics;
  statistics.null_fraction = static_cast<double>(sampled - values) / static_cast<double>(sampled);
  if (values == 0) return statistics;
  statistics.average_width = bytes / static_cast<double>(values);
  if (!catalog::CanSample(statistics.type)) return statistics;
  std::stable_sort(placed.begin(), placed.end(),
                   [](const auto& left, const auto& right) { return *left.first < *right.first; });
  std::vector<const std::string*> sorted;
  for (const auto& [value, place] : placed) sorted.push_back(value);
  std::vector<Group> groups = GroupsOf(sorted);
  const std::size_t wide = values - sorted.size();
  const auto count = static_cast<double>(sampled);
  statistics.distinct = EstimateDistinct(groups, wide, count, rows, static_cast<double>(values));
  if (wide == 0) statistics.correlation = Correlation(placed);
  TakeCommon(groups, count, count == rows && wide == 0, statistics);
  FillBounds(groups, statistics);
  return statistics;
}

// ALTER COLUMN ... SET (n_distinct = ...) knows better.
void ApplyStatedDistinct(const catalog::ColumnDescriptor& column, ColumnStatistics& statistics) {
  constexpr std::string_view kName = "n_distinct=";
  for (const std::string& option : column.options) {
    if (!option.starts_with(kName)) continue;
    const double stated = std::strtod(option.c_str() + kName.size(), nullptr);
    if (stated != 0) statistics.distinct = stated;
  }
}

}  // namespace

// Looks at every row, and at some of them closely: each with the same chance.
catalog::TableStatistics DdlExecutor::Survey(const Table& table,
                                             const std::vector<base::AttributeNumber>& columns) {
  std::vector<Sample> samples;
  std::vector<bool> needed(table.columns.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    const bool wanted =
        columns.empty() || std::find(columns.begin(), columns.end(), column.number) != columns.end();
    if (column.dropped || !wanted || column.statistics_target == 0) continue;
    needed[i] = true;
    Sample& sample = samples.emplace_back();
    sample.column = &column;
    sample.position = i;
  }
  std::vector<GroupSurvey> groups;
  for (const auto& made : StatisticsToFind(table, columns)) {
    for (const std::size_t position : groups.emplace_back(table, *made).needed()) needed[position] = true;
  }
  const TableLayout layout(std::make_shared<const Table>(table));
  const keys::RowDecoder decoder = MakeRowDecoder(table, needed, 0);
  std::mt19937_64 random(table.oid);
  std::size_t rows = 0;
  std::vector<std::size_t> numbers;  // of the rows in the sample
  types::Row row(table.columns.size());
  const auto cursor = context_.transaction.Scan({layout.row_prefix, keys::PrefixEnd(layout.row_prefix)}, {});
  for (; cursor->Next(); ++rows) {
    context_.evaluation.CheckCanceled();
    const std::size_t at =
        rows < kSampleRows ? rows : std::uniform_int_distribution<std::size_t>(0, rows)(random);
    if (at >= kSampleRows) continue;
    if (at == numbers.size()) numbers.emplace_back();
    numbers[at] = rows;
    decoder.Decode(cursor->value(), row);
    for (Sample& sample : samples) Put(sample, at, row[sample.position]);
    for (GroupSurvey& group : groups) group.Put(at, row, context_.evaluation);
  }
  catalog::TableStatistics statistics;
  statistics.table = table.oid;
  statistics.rows = static_cast<double>(rows);
  statistics.analyzed_micros = context_.evaluation.StatementMicros();
  std::vector<std::size_t> order(numbers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t left, std::size_t right) { return numbers[left] < numbers[right]; });
  for (const Sample& sample : samples) {
    statistics.columns.push_back(Summarize(sample, order, statistics.rows));
    ApplyStatedDistinct(*sample.column, statistics.columns.back());
  }
  for (const GroupSurvey& group : groups) {
    statistics.groups.push_back(
        group.Summarize(statistics.rows, [&] { context_.evaluation.CheckCanceled(); }));
  }
  return statistics;
}

std::vector<catalog::Catalog::ExtendedStatisticsPtr> DdlExecutor::StatisticsToFind(
    const Table& table, const std::vector<base::AttributeNumber>& columns) {
  auto found = StatisticsOn(table, 0);
  std::erase_if(found, [&](const auto& made) {
    if (made->target == 0) return true;
    if (columns.empty()) return false;
    const auto positions = GroupSurvey(table, *made).needed();
    const bool complete = std::all_of(positions.begin(), positions.end(), [&](std::size_t position) {
      return std::find(columns.begin(), columns.end(), table.columns[position].number) != columns.end();
    });
    if (complete) return false;
    const auto name_of = [&](base::Oid schema, const std::string& name) {
      return "\"" + catalog().SchemaByOid(schema)->name + "." + name + "\"";
    };
    Warn("statistics object " + name_of(made->schema, made->name) + " could not be computed for relation " +
             name_of(table.schema, table.name),
         base::sqlstate::kInvalidObjectDefinition);
    return true;
  });
  return found;
}

void DdlExecutor::AnalyzeTable(const Table& table, const std::vector<base::AttributeNumber>& columns) {
  catalog::TableStatistics statistics = Survey(table, columns);
  const auto old = catalog().StatisticsOf(table.oid);
  context_.editor.DependOn(table.oid);
  if (!old) {
    statistics.oid = context_.oids.Next();
    context_.editor.Create(std::move(statistics));
    return;
  }
  statistics.oid = old->oid;
  for (const catalog::GroupStatistics& kept : old->groups) {
    const auto found = [&](const auto& group) { return group.statistics == kept.statistics; };
    if (std::none_of(statistics.groups.begin(), statistics.groups.end(), found)) {
      statistics.groups.push_back(kept);
    }
  }
  for (const ColumnStatistics& kept : old->columns) {
    if (!columns.empty() && std::find(columns.begin(), columns.end(), kept.column) == columns.end()) {
      statistics.columns.push_back(kept);
    }
  }
  context_.editor.Update(std::move(statistics));
}

void DdlExecutor::Run(const Analyze& analyze) {
  for (const std::string& warning : analyze.warnings) Warn(warning);
  if (!analyze.analyze) return;
  std::vector<Analyze::Target> targets = analyze.tables;
  if (analyze.all) {
    for (const auto& table : catalog().Tables()) targets.push_back({table->oid, {}});
  }
  for (const Analyze::Target& target : targets) {
    const auto table = catalog().TableByOid(target.table);
    const bool allowed = catalog::HasPrivilegesOf(catalog(), context_.role, table->owner) ||
                         catalog::HasPrivilegesOf(catalog(), context_.role, catalog().database().owner);
    if (allowed) {
      AnalyzeTable(*table, target.columns);
    } else {
      Warn("skipping \"" + table->name + "\" --- only table or database owner can analyze it");
    }
  }
}

}  // namespace ordinal::sql
