#include "sql/bind/storage_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cfloat>
#include <charconv>
#include <climits>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

enum class Value : std::uint8_t { kBoolean, kInteger, kReal, kCleanup };

struct Parameter {
  std::string_view name;
  Value value = Value::kBoolean;
  double least = 0;
  double most = 0;
};

constexpr double kMost = INT_MAX;
constexpr double kBillion = 1e9;

// What tables and TOAST tables have.
constexpr Parameter kTableParameters[] = {
    {"autovacuum_enabled"},
    {"vacuum_truncate"},
    {"vacuum_index_cleanup", Value::kCleanup},
    {"autovacuum_vacuum_threshold", Value::kInteger, 0, kMost},
    {"autovacuum_vacuum_insert_threshold", Value::kInteger, -1, kMost},
    {"autovacuum_analyze_threshold", Value::kInteger, 0, kMost},
    {"autovacuum_vacuum_cost_limit", Value::kInteger, 1, 10000},
    {"autovacuum_freeze_min_age", Value::kInteger, 0, kBillion},
    {"autovacuum_freeze_max_age", Value::kInteger, 100000, 2 * kBillion},
    {"autovacuum_freeze_table_age", Value::kInteger, 0, 2 * kBillion},
    {"autovacuum_multixact_freeze_min_age", Value::kInteger, 0, kBillion},
    {"autovacuum_multixact_freeze_max_age", Value::kInteger, 10000, 2 * kBillion},
    {"autovacuum_multixact_freeze_table_age", Value::kInteger, 0, 2 * kBillion},
    {"log_autovacuum_min_duration", Value::kInteger, -1, kMost},
    {"autovacuum_vacuum_cost_delay", Value::kReal, 0, 100},
    {"autovacuum_vacuum_scale_factor", Value::kReal, 0, 100},
    {"autovacuum_vacuum_insert_scale_factor", Value::kReal, 0, 100},
    {"autovacuum_analyze_scale_factor", Value::kReal, 0, 100},
};

constexpr Parameter kMainTableParameters[] = {
    {"fillfactor", Value::kInteger, 10, 100},
    {"toast_tuple_target", Value::kInteger, 128, 8160},
    {"parallel_workers", Value::kInteger, 0, 1024},
    {"user_catalog_table"},
};

constexpr Parameter kIndexParameters[] = {
    {"fillfactor", Value::kInteger, 10, 100},
    {"deduplicate_items"},
};

constexpr Parameter kColumnParameters[] = {
    {"n_distinct", Value::kReal, -1, DBL_MAX},
    {"n_distinct_inherited", Value::kReal, -1, DBL_MAX},
};

const Parameter* Among(std::span<const Parameter> parameters, std::string_view name) {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const Parameter& parameter) { return parameter.name == name; });
  return found == parameters.end() ? nullptr : &*found;
}

const Parameter& ParameterNamed(std::string_view name, StorageOf of, bool toast) {
  const Parameter* found = nullptr;
  if (of == StorageOf::kIndex) found = Among(kIndexParameters, name);
  if (of == StorageOf::kColumn) found = Among(kColumnParameters, name);
  if (of == StorageOf::kTable) found = Among(kTableParameters, name);
  if (of == StorageOf::kTable && found == nullptr && !toast) found = Among(kMainTableParameters, name);
  if (found != nullptr) return *found;
  throw Error(sqlstate::kInvalidParameterValue, "unrecognized parameter \"" + std::string(name) + "\"");
}

std::string TextOf(const DefElem& option) {
  if (option.arg == nullptr) return "true";
  switch (nodeTag(option.arg)) {
    case T_String:
      return strVal(option.arg);
    case T_Integer:
      return std::to_string(intVal(option.arg));
    case T_Float:
      return As<Float>(*option.arg).fval;
    case T_Boolean:
      return boolVal(option.arg) ? "true" : "false";
    case T_TypeName:
      return LastName(As<TypeName>(*option.arg).names);
    default:
      return "";
  }
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

// The words of Booleans may be cut short.
bool IsBoolean(const std::string& text) {
  const std::string said = Lower(text);
  if (said.empty()) return false;
  if (said == "on" || said == "1" || said == "0") return true;
  const std::string_view off = "off";
  if (said.size() >= 2 && off.starts_with(said)) return true;
  for (const std::string_view word : {"true", "false", "yes", "no"}) {
    if (word.starts_with(said)) return true;
  }
  return false;
}

std::optional<double> NumberOf(const std::string& text) {
  double number = 0;
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number == number)) return std::nullopt;
  return number;
}

[[noreturn]] void ThrowInvalid(const char* kind, const Parameter& parameter, const std::string& text,
                               const char* detail = "") {
  throw Error(sqlstate::kInvalidParameterValue, std::string("invalid value for ") + kind + " option \"" +
                                                    std::string(parameter.name) + "\": " + text)
      .Detail(detail);
}

void CheckBounds(const Parameter& parameter, const std::string& text, double number) {
  if (number >= parameter.least && number <= parameter.most) return;
  const auto shown = [&](double bound) {
    return parameter.value == Value::kReal ? fmt::format("{:.6f}", bound) : fmt::format("{:.0f}", bound);
  };
  throw Error(sqlstate::kInvalidParameterValue,
              "value " + text + " out of bounds for option \"" + std::string(parameter.name) + "\"")
      .Detail("Valid values are between \"" + shown(parameter.least) + "\" and \"" + shown(parameter.most) +
              "\".");
}

void CheckValue(const Parameter& parameter, const std::string& text) {
  if (parameter.value == Value::kBoolean) {
    if (!IsBoolean(text)) ThrowInvalid("boolean", parameter, text);
    return;
  }
  if (parameter.value == Value::kCleanup) {
    const std::string said = Lower(text);
    if (said == "auto" || said == "on" || said == "off" || said == "true" || said == "false" ||
        said == "yes" || said == "no" || said == "1" || said == "0") {
      return;
    }
    ThrowInvalid("enum", parameter, text, "Valid values are \"on\", \"off\", and \"auto\".");
  }
  const auto number = NumberOf(text);
  const bool is_real = parameter.value == Value::kReal;
  const char* kind = is_real ? "floating point" : "integer";
  if (!number || (!is_real && (*number < INT_MIN || *number > INT_MAX))) ThrowInvalid(kind, parameter, text);
  CheckBounds(parameter, text, *number);
}

}  // namespace

std::vector<std::string> ReadStorageOptions(const List* list, StorageOf of) {
  std::vector<std::string> options;
  std::vector<std::string> said;
  for (int i = 0; i < LengthOf(list); ++i) {
    const auto& option = As<DefElem>(*NodeAt(list, i));
    const std::string space = Text(option.defnamespace);
    if (!space.empty() && (space != "toast" || of != StorageOf::kTable)) {
      throw Error(sqlstate::kInvalidParameterValue, "unrecognized parameter namespace \"" + space + "\"");
    }
    const std::string name = option.defname;
    const std::string text = TextOf(option);
    // Rows had oids once; saying that they have none is still allowed.
    if (name == "oids" && of == StorageOf::kTable && IsBoolean(text) && space.empty()) {
      const std::string lower = Lower(text);
      if (lower.starts_with("f") || lower.starts_with("of") || lower.starts_with("n") || lower == "0")
        continue;
      throw Error(sqlstate::kFeatureNotSupported, "tables declared WITH OIDS are not supported");
    }
    CheckValue(ParameterNamed(name, of, !space.empty()), text);
    if (std::find(said.begin(), said.end(), space + "." + name) != said.end()) {
      throw Error(sqlstate::kInvalidParameterValue, "parameter \"" + name + "\" specified more than once");
    }
    said.push_back(space + "." + name);
    if (space.empty()) options.push_back(name + "=" + text);
  }
  return options;
}

std::vector<std::string> ReadStorageNames(const List* list) {
  std::vector<std::string> names;
  for (int i = 0; i < LengthOf(list); ++i) {
    const auto& option = As<DefElem>(*NodeAt(list, i));
    if (option.arg != nullptr) {
      throw Error(sqlstate::kSyntaxError, "RESET must not include values for parameters");
    }
    if (Text(option.defnamespace).empty()) names.emplace_back(option.defname);
  }
  return names;
}

}  // namespace ordinal::sql
