// Defines the one error type of the tree. An Error ends the statement that met it: it is thrown
// where the fact is known and caught in one place, in `session`, which hands it to `wire`.
// Expected outcomes (a conflict at commit, end of input) are return values, never Errors.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "base/sqlstate.h"

namespace ordinal::base {

// Says how loud a report is. kError ends the statement, kFatal the session; the others are
// delivered as notices beside the result.
enum class Severity : std::uint8_t { kDebug, kLog, kInfo, kNotice, kWarning, kError, kFatal, kPanic };

// Returns the word that the protocol uses for a severity ("ERROR", "NOTICE", ...).
std::string_view SeverityName(Severity severity);

// Carries the fields of PostgreSQL's ErrorResponse and NoticeResponse (manual, section 55.8).
// Empty strings and a zero position mean "field absent". The position counts characters of the
// query text, from 1.
struct Report {
  Severity severity = Severity::kError;
  SqlState sqlstate = sqlstate::kInternalError;
  std::string message;
  std::string detail;
  std::string hint;
  int position = 0;
  std::string context;
  std::string schema_name;
  std::string table_name;
  std::string column_name;
  std::string data_type_name;
  std::string constraint_name;
};

class Error : public std::exception {
 public:
  Error(SqlState state, std::string message) {
    report_.sqlstate = state;
    report_.message = std::move(message);
  }
  explicit Error(Report report) : report_(std::move(report)) {}

  // The setters chain: throw Error(...).Detail(...).Hint(...).
  Error& Detail(std::string text) {
    report_.detail = std::move(text);
    return *this;
  }
  Error& Hint(std::string text) {
    report_.hint = std::move(text);
    return *this;
  }
  Error& Position(int position) {
    report_.position = position;
    return *this;
  }
  Error& Context(std::string text) {
    report_.context = std::move(text);
    return *this;
  }
  Error& Table(std::string schema, std::string table) {
    report_.schema_name = std::move(schema);
    report_.table_name = std::move(table);
    return *this;
  }
  Error& Column(std::string name) {
    report_.column_name = std::move(name);
    return *this;
  }
  Error& Constraint(std::string name) {
    report_.constraint_name = std::move(name);
    return *this;
  }
  Error& DataType(std::string name) {
    report_.data_type_name = std::move(name);
    return *this;
  }
  // Ends the session as well as the statement.
  Error& Fatal() {
    report_.severity = Severity::kFatal;
    return *this;
  }

  const Report& report() const { return report_; }
  const char* what() const noexcept override { return report_.message.c_str(); }
  SqlState sqlstate() const { return report_.sqlstate; }
  // True when running the whole transaction again may succeed (class 40).
  bool IsRetryable() const { return report_.sqlstate.error_class() == "40"; }

 private:
  Report report_;
};

// Throws 0A000 with "<feature> is not supported yet". The generator of docs/unsupported.md collects the call
// sites, so the argument must be one string literal that names the feature as a user would.
[[noreturn]] void ThrowUnsupported(std::string_view feature, int position = 0);

}  // namespace ordinal::base
