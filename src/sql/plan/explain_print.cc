// The forms of EXPLAIN.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sql/plan/explain.h"

namespace ordinal::sql {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kIndent = 6;
constexpr double kNanosPerMilli = 1e6;

double PerLoop(std::int64_t nanos, const NodeActuals& actuals) {
  return actuals.loops == 0
             ? 0
             : static_cast<double>(nanos) / kNanosPerMilli / static_cast<double>(actuals.loops);
}

std::uint64_t RowsPerLoop(const NodeActuals& actuals) {
  return actuals.loops == 0 ? 0 : (actuals.rows + actuals.loops / 2) / actuals.loops;
}

std::string ActualText(const NodeActuals& actuals, bool timing) {
  if (actuals.loops == 0) return " (never executed)";
  const std::string rows = fmt::format("rows={} loops={}", RowsPerLoop(actuals), actuals.loops);
  if (!timing) return " (actual " + rows + ")";
  return fmt::format(" (actual time={:.3f}..{:.3f} {})", PerLoop(actuals.first_nanos, actuals),
                     PerLoop(actuals.total_nanos, actuals), rows);
}

std::string Joined(const std::variant<std::string, std::vector<std::string>>& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  std::string all;
  for (const std::string& part : std::get<std::vector<std::string>>(value))
    all += (all.empty() ? "" : ", ") + part;
  return all;
}

class TextPrinter {
 public:
  explicit TextPrinter(const ExplainOptions& options) : options_(options) {}

  // `depth` counts the arrows above.
  void Print(const ExplainNode& node, std::size_t depth) {
    std::string line = depth == 0 ? node.title : std::string(depth * kIndent - 4, ' ') + "->  " + node.title;
    if (node.actuals != nullptr) line += ActualText(*node.actuals, options_.timing);
    lines_.push_back(std::move(line));
    const std::string margin(depth * kIndent + 2, ' ');
    for (const auto& [name, value] : node.details) lines_.push_back(margin + name + ": " + Joined(value));
    for (const ExplainNode& child : node.children) {
      if (!child.label.empty()) lines_.push_back(margin + child.label);
      Print(child, depth + 1);
    }
  }

  std::vector<std::string> TakeLines() { return std::move(lines_); }

 private:
  const ExplainOptions& options_;
  std::vector<std::string> lines_;
};

ordered_json ToJson(const std::variant<std::string, std::vector<std::string>>& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::get<std::vector<std::string>>(value);
}

ordered_json ToJson(const ExplainNode& node, const ExplainOptions& options) {
  ordered_json out = ordered_json::object();
  for (const auto& [name, value] : node.facts) {
    out[name] = ToJson(value);
    if (name == "Node Type" && !node.relationship.empty()) out["Parent Relationship"] = node.relationship;
  }
  if (!node.label.empty()) out["Subplan Name"] = node.label;
  if (node.actuals != nullptr) {
    if (options.timing) {
      out["Actual Startup Time"] = PerLoop(node.actuals->first_nanos, *node.actuals);
      out["Actual Total Time"] = PerLoop(node.actuals->total_nanos, *node.actuals);
    }
    out["Actual Rows"] = RowsPerLoop(*node.actuals);
    out["Actual Loops"] = node.actuals->loops;
  }
  for (const auto& [name, value] : node.details) out[name] = ToJson(value);
  if (node.children.empty()) return out;
  ordered_json plans = ordered_json::array();
  for (const ExplainNode& child : node.children) plans.push_back(ToJson(child, options));
  out["Plans"] = std::move(plans);
  return out;
}

}  // namespace

std::vector<std::string> PrintPlanText(const ExplainNode& root, const ExplainOptions& options) {
  TextPrinter printer(options);
  printer.Print(root, 0);
  return printer.TakeLines();
}

std::string PrintPlanJson(const ExplainNode& root, const ExplainOptions& options,
                          const std::vector<std::pair<std::string, double>>& more) {
  ordered_json plan = ordered_json::object();
  plan["Plan"] = ToJson(root, options);
  for (const auto& [name, value] : more) plan[name] = value;
  ordered_json all = ordered_json::array();
  all.push_back(std::move(plan));
  return all.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace ordinal::sql
