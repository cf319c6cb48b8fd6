#include "session/parameters.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <utility>

#include "base/error.h"
#include "session/parameter_values.h"
#include "types/timezone.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

enum class Kind : std::uint8_t { kText, kBool, kMillis, kFixed };

struct Known {
  const char* spelling;
  const char* value;
  Kind kind = Kind::kText;
  bool reported = false;
};

constexpr auto kKnown = std::to_array<Known>({
    {"application_name", "", Kind::kText, true},
    {"bytea_output", "hex"},
    {"check_function_bodies", "on", Kind::kBool},
    {"client_encoding", "UTF8", Kind::kText, true},
    {"client_min_messages", "notice"},
    {"DateStyle", "ISO, MDY", Kind::kText, true},
    {"default_transaction_isolation", "repeatable read"},
    {"default_transaction_read_only", "off", Kind::kBool, true},
    {"disable_sync_create_index", "on", Kind::kBool},
    {"dsql.enable_batched_nestloop", "on", Kind::kBool},
    {"enable_bitmapscan", "on", Kind::kBool},
    {"enable_hashjoin", "on", Kind::kBool},
    {"enable_indexonlyscan", "on", Kind::kBool},
    {"enable_indexscan", "on", Kind::kBool},
    {"enable_material", "on", Kind::kBool},
    {"enable_mergejoin", "on", Kind::kBool},
    {"enable_nestloop", "on", Kind::kBool},
    {"enable_seqscan", "on", Kind::kBool},
    {"extra_float_digits", "1"},
    {"idle_in_transaction_session_timeout", "0", Kind::kMillis},
    {"integer_datetimes", "on", Kind::kFixed, true},
    {"IntervalStyle", "postgres", Kind::kText, true},
    {"is_superuser", "on", Kind::kFixed, true},
    {"lock_timeout", "0", Kind::kMillis},
    {"max_identifier_length", "63", Kind::kFixed},
    {"ordinal.profile", ""},
    {"ordinal.query_memory_mib", "1024"},
    {"ordinal.sequence_cache_scope", "session"},
    {"role", "none"},
    {"row_security", "on", Kind::kBool},
    {"search_path", "\"$user\", public"},
    {"server_encoding", "UTF8", Kind::kFixed, true},
    {"server_version", "", Kind::kFixed, true},
    {"server_version_num", "", Kind::kFixed},
    {"session_authorization", "admin", Kind::kText, true},
    {"standard_conforming_strings", "on", Kind::kBool, true},
    {"statement_timeout", "0", Kind::kMillis},
    {"synchronous_commit", "on"},
    {"TimeZone", "UTC", Kind::kText, true},
    {"transaction_isolation", "repeatable read", Kind::kFixed},
    {"transaction_read_only", "off", Kind::kBool},
    {"work_mem", "4MB"},
});

constexpr int kQueryMemoryMax = 1 << 20;  // in MiB

const Known* FindKnown(std::string_view name) {
  for (const Known& known : kKnown) {
    if (Lower(known.spelling) == name) return &known;
  }
  return nullptr;
}

constexpr std::int64_t kMillisMax = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kFloatDigitsMin = -15;
constexpr std::int64_t kFloatDigitsMax = 3;
constexpr auto kMessageLevels = std::to_array<std::string_view>(
    {"debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning", "error"});
constexpr auto kCacheScopes = std::to_array<std::string_view>({"session", "node"});
constexpr auto kByteaOutputs = std::to_array<std::string_view>({"escape", "hex"});
constexpr auto kIntervalStyles =
    std::to_array<std::string_view>({"postgres", "postgres_verbose", "sql_standard", "iso_8601"});

types::IntervalStyle IntervalStyleNamed(std::string_view name) {
  if (name == "postgres_verbose") return types::IntervalStyle::kVerbose;
  if (name == "sql_standard") return types::IntervalStyle::kSqlStandard;
  return name == "iso_8601" ? types::IntervalStyle::kIso : types::IntervalStyle::kPostgres;
}

// "16.13" becomes "160013".
std::string VersionNumber(const std::string& version) {
  const std::size_t dot = version.find('.');
  std::string minor = dot == std::string::npos ? "0" : version.substr(dot + 1);
  while (minor.size() < 4) minor.insert(0, "0");
  return version.substr(0, dot) + minor;
}

// Splits a list of identifiers as search_path and DateStyle are written; quotes are taken off.
std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> parts;
  std::string current;
  bool quoted = false;
  bool was_quoted = false;
  const auto finish = [&] {
    if (!was_quoted) {
      const std::size_t begin = current.find_first_not_of(" \t");
      const std::size_t end = current.find_last_not_of(" \t");
      current = begin == std::string::npos ? "" : Lower(current.substr(begin, end - begin + 1));
    }
    if (!current.empty()) parts.push_back(current);
    current.clear();
    was_quoted = false;
  };
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
      if (!was_quoted) current.clear();
      was_quoted = true;
    } else if (c == ',' && !quoted) {
      finish();
    } else if (!was_quoted || quoted) {
      current.push_back(c);
    }
  }
  finish();
  return parts;
}

struct ParsedDateStyle {
  types::DateStyle style = types::DateStyle::kIso;
  types::DateOrder order = types::DateOrder::kMdy;
};

ParsedDateStyle ParseDateStyle(std::string_view value, ParsedDateStyle current) {
  for (const std::string& part : SplitList(value)) {
    if (part == "iso") {
      current.style = types::DateStyle::kIso;
    } else if (part == "sql") {
      current.style = types::DateStyle::kSql;
    } else if (part == "postgres") {
      current.style = types::DateStyle::kPostgres;
    } else if (part == "german") {
      current.style = types::DateStyle::kGerman;
    } else if (part == "mdy" || part == "us") {
      current.order = types::DateOrder::kMdy;
    } else if (part == "dmy" || part == "european") {
      current.order = types::DateOrder::kDmy;
    } else if (part == "ymd") {
      current.order = types::DateOrder::kYmd;
    } else {
      throw Error(sqlstate::kInvalidParameterValue,
                  "invalid value for parameter \"DateStyle\": \"" + std::string(value) + "\"")
          .Detail("Unrecognized key word: \"" + part + "\".");
    }
  }
  return current;
}

std::string DateStyleText(ParsedDateStyle parsed) {
  constexpr std::array<const char*, 4> kStyles = {"ISO", "Postgres", "SQL", "German"};
  constexpr std::array<const char*, 3> kOrders = {"YMD", "DMY", "MDY"};
  return std::string(kStyles[static_cast<std::size_t>(parsed.style)]) + ", " +
         kOrders[static_cast<std::size_t>(parsed.order)];
}

}  // namespace

Parameters::Parameters(const dialect::Profile& profile) : profile_(&profile) {
  for (const Known& known : kKnown) {
    Entry entry{known.spelling, known.value, known.value, known.kind == Kind::kFixed, known.reported};
    entries_.emplace(Lower(known.spelling), std::move(entry));
  }
  entries_.at("ordinal.profile").value = entries_.at("ordinal.profile").reset_value = profile.name;
  Apply();
}

Parameters::Entry& Parameters::FindOrThrow(std::string_view name) {
  const auto found = entries_.find(Lower(name));
  if (found != entries_.end()) return found->second;
  throw Error(sqlstate::kUndefinedObject,
              "unrecognized configuration parameter \"" + std::string(name) + "\"");
}

void Parameters::CheckSettable(const std::string& name, const Entry& entry, bool local) const {
  if (name.starts_with("ordinal.")) return;
  if (!profile_->session.any_parameter) {
    const auto lists = [&name](const std::vector<std::string>& list) {
      return std::find(list.begin(), list.end(), name) != list.end();
    };
    const dialect::SessionRules& rules = profile_->session;
    if (!lists(rules.settable_parameters) && !(local && lists(rules.local_parameters))) {
      throw Error(sqlstate::kFeatureNotSupported,
                  "setting configuration parameter \"" + std::string(name) + "\" not supported");
    }
  }
  if (entry.fixed) {
    throw Error(sqlstate::kCantChangeRuntimeParam, "parameter \"" + entry.spelling + "\" cannot be changed");
  }
}

std::string Parameters::Normalize(const std::string& name, std::string_view value) const {
  const Known* known = FindKnown(name);
  if (known != nullptr && known->kind == Kind::kBool) {
    std::string text = ReadBoolValue(known->spelling, value);
    if (name == "standard_conforming_strings" && text == "off") {
      base::ThrowUnsupported("standard_conforming_strings = off");
    }
    return text;
  }
  if (known != nullptr && known->kind == Kind::kMillis) {
    return ShowMillis(ReadMillisValue(known->spelling, value, kMillisMax));
  }
  if (name == "extra_float_digits") {
    return std::to_string(ReadIntegerValue(name, value, kFloatDigitsMin, kFloatDigitsMax));
  }
  if (name == "datestyle") {
    return DateStyleText(ParseDateStyle(value, {settings_.date_style, settings_.date_order}));
  }
  if (name == "client_encoding") {
    if (!IsUtf8Name(value)) ThrowInvalidValue(name, value);
    return "UTF8";
  }
  if (name == "client_min_messages") return ReadEnumValue(name, value, kMessageLevels);
  if (name == "bytea_output") return ReadEnumValue(name, value, kByteaOutputs);
  if (name == "intervalstyle") return ReadEnumValue(name, value, kIntervalStyles);
  if (name == "ordinal.query_memory_mib") {
    return std::to_string(ReadIntegerValue(name, value, 1, kQueryMemoryMax));
  }
  if (name == "ordinal.sequence_cache_scope") return ReadEnumValue(name, value, kCacheScopes);
  if (name == "ordinal.profile" && dialect::FindProfile(value) == nullptr) ThrowInvalidValue(name, value);
  if (name == "timezone" && !types::TimeZone::Find(value)) ThrowInvalidValue("TimeZone", value);
  return std::string(value);
}

bool Parameters::Sends(const base::Report& report) const {
  if (report.severity == base::Severity::kNotice) return sends_notices_;
  return report.severity != base::Severity::kWarning || sends_warnings_;
}

// Derives what the rest of the session reads.
void Parameters::Apply() {
  const ParsedDateStyle style = ParseDateStyle(entries_.at("datestyle").value, {});
  settings_.date_style = style.style;
  settings_.date_order = style.order;
  settings_.interval_style = IntervalStyleNamed(entries_.at("intervalstyle").value);
  settings_.bytea_output =
      entries_.at("bytea_output").value == "hex" ? types::ByteaOutput::kHex : types::ByteaOutput::kEscape;
  settings_.extra_float_digits = std::stoi(entries_.at("extra_float_digits").value);
  settings_.time_zone = entries_.at("timezone").value;
  search_path_ = SplitList(entries_.at("search_path").value);
  profile_ = dialect::FindProfile(entries_.at("ordinal.profile").value);
  entries_.at("server_version").value = profile_->session.server_version;
  entries_.at("server_version_num").value = VersionNumber(profile_->session.server_version);
  statement_timeout_micros_ =
      1000 * ReadMillisValue("statement_timeout", entries_.at("statement_timeout").value, kMillisMax);
  const std::string& least = entries_.at("client_min_messages").value;
  sends_notices_ = least != "warning" && least != "error";
  sends_warnings_ = least != "error";
  node_cache_scope_ = entries_.at("ordinal.sequence_cache_scope").value == "node";
  ++plan_epoch_;
}

void Parameters::Set(std::string_view name, std::string_view value, bool local) {
  const std::string key = Lower(name);
  Entry& entry = FindOrThrow(key);
  CheckSettable(key, entry, local);
  std::string text = Normalize(key, value);
  RememberForRollback();
  if (local) {
    if (!in_transaction_) return;  // SET LOCAL outside a transaction has no effect; the session warns
    before_local_.emplace(key, entry.value);
  } else {
    before_local_.erase(key);
    if (overrides_ > 0) set_inside_.push_back(key);
  }
  entry.value = std::move(text);
  Apply();
}

void Parameters::SetDefault(std::string_view name, std::string_view value) {
  const std::string key = Lower(name);
  Entry& entry = FindOrThrow(key);
  CheckSettable(key, entry, false);
  entry.value = entry.reset_value = Normalize(key, value);
  Apply();
}

void Parameters::Reset(std::string_view name, bool local) {
  const std::string key = Lower(name);
  const std::string value = FindOrThrow(key).reset_value;
  Set(key, value, local);
}

void Parameters::ResetAll() {
  RememberForRollback();
  for (auto& [key, entry] : entries_) {
    if (!entry.fixed && !IsIdentity(key)) entry.value = entry.reset_value;
  }
  Apply();
}

void Parameters::CheckSettable(std::string_view name, bool local) {
  const std::string key = Lower(name);
  CheckSettable(key, FindOrThrow(key), local);
}

void Parameters::SetIdentity(std::string_view role) { Show("session_authorization", role); }

void Parameters::Show(std::string_view name, std::string_view value) {
  Entry& entry = FindOrThrow(name);
  entry.value = entry.reset_value = value;
  ++plan_epoch_;
}

std::optional<std::string> Parameters::Find(std::string_view name) const {
  const auto found = entries_.find(Lower(name));
  if (found == entries_.end()) return std::nullopt;
  return found->second.value;
}

std::string Parameters::Get(std::string_view name) const {
  const auto value = Find(name);
  if (value) return *value;
  throw Error(sqlstate::kUndefinedObject,
              "unrecognized configuration parameter \"" + std::string(name) + "\"");
}

std::string Parameters::Spelling(std::string_view name) const {
  const auto found = entries_.find(Lower(name));
  return found == entries_.end() ? std::string(name) : found->second.spelling;
}

std::vector<std::pair<std::string, std::string>> Parameters::All() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [key, entry] : entries_) all.emplace_back(entry.spelling, entry.value);
  return all;
}

void Parameters::BeginTransaction() { in_transaction_ = true; }

Parameters::Overridden Parameters::Override(
    const std::vector<std::pair<std::string, std::string>>& settings) {
  // Epochs that are counted never have this bit.
  constexpr std::uint64_t kOfOverride = std::uint64_t{1} << 63;
  std::vector<std::pair<std::string, std::string>> values;
  std::string all = std::to_string(plan_epoch_);
  for (const auto& [name, value] : settings) {
    std::string key = Lower(name);
    CheckSettable(key, FindOrThrow(key), true);
    values.emplace_back(key, Normalize(key, value));
    all.append(1, '\0').append(key).append(1, '\0').append(values.back().second);
  }
  RememberForRollback();
  Overridden before{.values = {}, .set_before = set_inside_.size(), .plan_epoch = plan_epoch_};
  ++overrides_;
  for (auto& [key, value] : values) {
    Entry& entry = FindOrThrow(key);
    const auto local = before_local_.find(key);
    before.values.push_back({key, std::exchange(entry.value, std::move(value)),
                             local == before_local_.end() ? std::nullopt : std::optional(local->second)});
  }
  Apply();
  plan_epoch_ = before.epoch_inside = std::hash<std::string>{}(all) | kOfOverride;
  return before;
}

void Parameters::PutBack(const Overridden& overridden) {
  const bool changed = plan_epoch_ != overridden.epoch_inside;
  const auto set_since = set_inside_.begin() + static_cast<std::ptrdiff_t>(overridden.set_before);
  for (auto before = overridden.values.rbegin(); before != overridden.values.rend(); ++before) {
    if (std::find(set_since, set_inside_.end(), before->key) != set_inside_.end()) continue;
    FindOrThrow(before->key).value = before->value;
    if (before->before_local) {
      before_local_[before->key] = *before->before_local;
    } else {
      before_local_.erase(before->key);
    }
  }
  if (--overrides_ == 0) set_inside_.clear();
  Apply();
  plan_epoch_ = changed ? overridden.plan_epoch + 1 : overridden.plan_epoch;
}

void Parameters::RememberForRollback() {
  if (!in_transaction_ || at_begin_) return;
  at_begin_.emplace();
  for (const auto& [key, entry] : entries_) at_begin_->emplace(key, entry.value);
}

bool Parameters::IsIdentity(std::string_view name) {
  return name == "role" || name == "session_authorization";
}

Parameters::Saved Parameters::Save() const {
  Saved saved;
  for (const auto& [key, entry] : entries_) saved.values.emplace(key, entry.value);
  saved.before_local = before_local_;
  return saved;
}

void Parameters::Restore(const Saved& saved) {
  bool changed = false;
  for (const auto& [key, value] : saved.values) {
    Entry& entry = entries_.at(key);
    changed |= entry.value != value;
    entry.value = value;
  }
  before_local_ = saved.before_local;
  if (changed) Apply();
}

void Parameters::EndTransaction(bool committed) {
  in_transaction_ = false;
  if (!at_begin_) return;
  if (!committed) {
    for (const auto& [key, value] : *at_begin_) entries_.at(key).value = value;
  } else {
    for (const auto& [key, value] : before_local_) entries_.at(key).value = value;
  }
  if (!committed || !before_local_.empty()) Apply();
  at_begin_.reset();
  before_local_.clear();
}

std::vector<std::pair<std::string, std::string>> Parameters::TakeReports() {
  std::vector<std::pair<std::string, std::string>> reports;
  for (const auto& [key, entry] : entries_) {
    if (!entry.reported) continue;
    const auto last = last_reported_.find(key);
    if (last != last_reported_.end() && last->second == entry.value) continue;
    last_reported_[key] = entry.value;
    reports.emplace_back(entry.spelling, entry.value);
  }
  return reports;
}

}  // namespace ordinal::session
