// Keeps the run-time parameters of one session: SET, SET LOCAL, RESET, SHOW, with the transactional rules of
// PostgreSQL (manual, section 20.1.3): a rolled-back SET is undone, a SET LOCAL ends with its transaction.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dialect/profile.h"
#include "types/settings.h"

namespace ordinal::session {

class Parameters {
 public:
  explicit Parameters(const dialect::Profile& profile);

  // Sets a value, checked and in the form that SHOW gives back. Throws 42704 `unrecognized configuration
  // parameter "x"`, 22023 `invalid value for parameter "x": "y"`, 55P02 `parameter "x" cannot be changed`,
  // and 0A000 `setting configuration parameter "x" not supported` where the profile refuses it.
  void Set(std::string_view name, std::string_view value, bool local);
  // Makes `value` the session's default, as a startup packet does.
  void SetDefault(std::string_view name, std::string_view value);
  void Reset(std::string_view name, bool local);
  void ResetAll();
  // Throws 0A000 and 55P02 as Set does.
  void CheckSettable(std::string_view name, bool local);
  // Whether the parameter says whom the session acts for; RESET ALL leaves such alone.
  static bool IsIdentity(std::string_view name);
  // Makes `role` the value of session_authorization, and the one that RESET gives back.
  void SetIdentity(std::string_view role);
  // Changes what SHOW says of a parameter that nobody may set. REQUIRES that it is known.
  void Show(std::string_view name, std::string_view value);
  // Throws 42704 when the parameter is unknown.
  std::string Get(std::string_view name) const;
  std::optional<std::string> Find(std::string_view name) const;
  // The name as its owner spells it: "DateStyle" for "datestyle".
  std::string Spelling(std::string_view name) const;
  std::vector<std::pair<std::string, std::string>> All() const;

  // What ROLLBACK TO a savepoint returns to.
  struct Saved {
    std::map<std::string, std::string> values;
    std::map<std::string, std::string> before_local;
  };
  Saved Save() const;
  void Restore(const Saved& saved);

  // What values and the bookkeeping of SET LOCAL were before Override.
  struct Overridden {
    struct Value {
      std::string key;
      std::string value;
      std::optional<std::string> before_local;
    };
    std::vector<Value> values;
    std::size_t set_before = 0;  // how many of set_inside_ came before
    std::uint64_t plan_epoch = 0;
    std::uint64_t epoch_inside = 0;
  };
  // Gives parameters other values for a while, which the transaction knows nothing of: until PutBack, or a
  // Set that is not local. The same values over the same ones have the same epoch each time. What is not
  // valid any more throws as Set does, and changes nothing.
  Overridden Override(const std::vector<std::pair<std::string, std::string>>& settings);
  void PutBack(const Overridden& overridden);

  void BeginTransaction();
  void EndTransaction(bool committed);

  const types::Settings& settings() const { return settings_; }
  void SetTransactionMicros(std::int64_t micros) { settings_.transaction_micros = micros; }
  const dialect::Profile& profile() const { return *profile_; }
  // The schemas that search_path lists, "$user" left as it is.
  const std::vector<std::string>& search_path() const { return search_path_; }
  bool node_cache_scope() const { return node_cache_scope_; }
  // Zero for none.
  std::int64_t statement_timeout_micros() const { return statement_timeout_micros_; }
  // Whether the client wants to hear of a report of this severity.
  bool Sends(const base::Report& report) const;
  // Grows whenever something changes that plans depend on.
  std::uint64_t plan_epoch() const { return plan_epoch_; }

  // Parameters changed since the last call that PostgreSQL reports by ParameterStatus, with their values.
  std::vector<std::pair<std::string, std::string>> TakeReports();

 private:
  struct Entry {
    std::string spelling;
    std::string value;
    std::string reset_value;
    bool fixed = false;     // cannot be changed
    bool reported = false;  // ParameterStatus
  };
  using Map = std::map<std::string, Entry, std::less<>>;

  Entry& FindOrThrow(std::string_view name);
  std::string Normalize(const std::string& name, std::string_view value) const;
  void Apply();
  void RememberForRollback();
  void CheckSettable(const std::string& name, const Entry& entry, bool local) const;

  const dialect::Profile* profile_;
  Map entries_;
  bool in_transaction_ = false;
  std::optional<std::map<std::string, std::string>>
      at_begin_;                                     // after the first SET: values to return to on ROLLBACK
  std::map<std::string, std::string> before_local_;  // values to return to at the end
  int overrides_ = 0;                                // that were not put back yet
  std::vector<std::string> set_inside_;              // what was set meanwhile, and not locally
  std::map<std::string, std::string> last_reported_;
  types::Settings settings_;
  std::vector<std::string> search_path_;
  bool node_cache_scope_ = false;
  std::int64_t statement_timeout_micros_ = 0;
  bool sends_notices_ = true;
  bool sends_warnings_ = true;
  std::uint64_t plan_epoch_ = 1;
};

}  // namespace ordinal::session
