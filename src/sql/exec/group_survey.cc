#include "sql/exec/group_survey.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "types/text_codec.h"

namespace ordinal::sql {
namespace {

// Visits the sets of `size` out of `count`, in the order of their members.
void ForEachSet(std::size_t count, std::size_t size,
                const std::function<void(const std::vector<std::size_t>&)>& visit) {
  std::vector<std::size_t> set(size);
  std::iota(set.begin(), set.end(), std::size_t{0});
  while (true) {
    visit(set);
    std::size_t i = size;
    while (i > 0 && set[i - 1] == count - size + i - 1) --i;
    if (i == 0) return;
    ++set[i - 1];
    for (; i < size; ++i) set[i] = set[i - 1] + 1;
  }
}

// The numbers of the rows, sorted by some of their ranks.
std::vector<std::uint32_t> Sorted(const std::vector<std::vector<std::uint32_t>>& ranks,
                                  const std::vector<std::size_t>& parts) {
  std::vector<std::uint32_t> rows(ranks.front().size());
  std::iota(rows.begin(), rows.end(), std::uint32_t{0});
  std::sort(rows.begin(), rows.end(), [&](std::uint32_t left, std::uint32_t right) {
    for (const std::size_t part : parts) {
      if (ranks[part][left] != ranks[part][right]) return ranks[part][left] < ranks[part][right];
    }
    return false;
  });
  return rows;
}

bool Alike(const std::vector<std::vector<std::uint32_t>>& ranks, const std::vector<std::size_t>& parts,
           std::uint32_t left, std::uint32_t right) {
  return std::all_of(parts.begin(), parts.end(),
                     [&](std::size_t part) { return ranks[part][left] == ranks[part][right]; });
}

}  // namespace

GroupSurvey::GroupSurvey(const catalog::TableDescriptor& table,
                         const catalog::ExtendedStatisticsDescriptor& statistics)
    : oid_(statistics.oid),
      counts_(statistics.Counts()),
      finds_dependencies_(statistics.FindsDependencies()) {
  for (const auto number : statistics.columns) {
    Part& part = parts_.emplace_back();
    part.item = number;
    while (table.columns[part.position].number != number) ++part.position;
    part.type = table.columns[part.position].type.id;
    needed_.push_back(part.position);
  }
  for (std::size_t i = 0; i < statistics.expressions.size(); ++i) {
    Part& part = parts_.emplace_back();
    part.item = -static_cast<Item>(i) - 1;
    part.expression = DeserializeExpression(statistics.expressions[i]);
    part.type = part.expression->type.id;
    Walk(*part.expression, [&](const Expression& node) {
      if (node.kind == ExprKind::kColumn) needed_.push_back(static_cast<std::size_t>(node.index));
    });
  }
}

void GroupSurvey::Put(std::size_t at, types::Row& row, EvalContext& context) {
  for (Part& part : parts_) {
    if (at == part.encoded.size()) part.encoded.emplace_back();
    const types::Value value =
        part.expression ? Evaluate(*part.expression, context, row) : row[part.position];
    std::string& encoded = part.encoded[at];
    if (value.is_null()) {
      encoded.clear();
    } else if (catalog::CanSample(part.type)) {
      encoded = "v" + catalog::EncodeSample(value, part.type);
    } else {
      encoded = "v" + types::ToText(value, part.type, types::Settings());
    }
  }
}

std::vector<std::uint32_t> GroupSurvey::RanksOf(const std::vector<std::string>& encoded) {
  std::vector<const std::string*> values;
  for (const std::string& value : encoded) values.push_back(&value);
  std::sort(values.begin(), values.end(), [](const auto* left, const auto* right) { return *left < *right; });
  values.erase(std::unique(values.begin(), values.end(),
                           [](const auto* left, const auto* right) { return *left == *right; }),
               values.end());
  std::vector<std::uint32_t> ranks;
  for (const std::string& value : encoded) {
    const auto found = std::lower_bound(values.begin(), values.end(), value,
                                        [](const auto* left, const auto& right) { return *left < right; });
    ranks.push_back(static_cast<std::uint32_t>(found - values.begin()));
  }
  return ranks;
}

// By the estimator Duj1 of Haas and Stokes.
double GroupSurvey::CountDistinct(const Ranks& ranks, const std::vector<std::size_t>& parts, double rows) {
  const std::vector<std::uint32_t> sorted = Sorted(ranks, parts);
  double seen = 0;
  double once = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i + 1;
    while (end < sorted.size() && Alike(ranks, parts, sorted[i], sorted[end])) ++end;
    ++seen;
    if (end == i + 1) ++once;
    i = end;
  }
  const auto sampled = static_cast<double>(sorted.size());
  const double estimate = sampled * seen / (sampled - once + once * sampled / rows);
  return std::floor(std::clamp(estimate, seen, std::max(seen, rows)) + 0.5);
}

double GroupSurvey::DegreeOf(const Ranks& ranks, const std::vector<std::size_t>& from, std::size_t to) {
  std::vector<std::size_t> all = from;
  all.push_back(to);
  const std::vector<std::uint32_t> sorted = Sorted(ranks, all);
  double supporting = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i + 1;
    while (end < sorted.size() && Alike(ranks, from, sorted[i], sorted[end])) ++end;
    // Sorted by what they decide as well, the first and the last tell whether all are alike.
    if (ranks[to][sorted[i]] == ranks[to][sorted[end - 1]]) supporting += static_cast<double>(end - i);
    i = end;
  }
  return supporting / static_cast<double>(sorted.size());
}

catalog::GroupStatistics GroupSurvey::Summarize(double rows, const std::function<void()>& proceed) const {
  catalog::GroupStatistics group;
  group.statistics = oid_;
  if (parts_.size() < 2 || parts_.front().encoded.empty()) return group;
  Ranks ranks;
  for (const Part& part : parts_) ranks.push_back(RanksOf(part.encoded));
  for (std::size_t size = 2; counts_ && size <= parts_.size(); ++size) {
    ForEachSet(parts_.size(), size, [&](const std::vector<std::size_t>& set) {
      proceed();
      auto& distinct = group.distinct.emplace_back();
      for (const std::size_t part : set) distinct.items.push_back(parts_[part].item);
      distinct.count = CountDistinct(ranks, set, rows);
    });
  }
  for (std::size_t size = 1; finds_dependencies_ && size < parts_.size(); ++size) {
    ForEachSet(parts_.size(), size, [&](const std::vector<std::size_t>& set) {
      for (std::size_t to = 0; to < parts_.size(); ++to) {
        if (std::find(set.begin(), set.end(), to) != set.end()) continue;
        proceed();
        const double degree = DegreeOf(ranks, set, to);
        if (degree == 0) continue;
        auto& dependency = group.dependencies.emplace_back();
        for (const std::size_t part : set) dependency.from.push_back(parts_[part].item);
        dependency.to = parts_[to].item;
        dependency.degree = degree;
      }
    });
  }
  return group;
}

}  // namespace ordinal::sql
