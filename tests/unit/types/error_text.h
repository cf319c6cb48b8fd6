// Turns what an expression throws into one line, so that tests compare whole reports.
#pragma once

#include <string>

#include "base/error.h"

namespace ordinal::types {

// Returns "SQLSTATE message", followed by "|detail", "|hint" and "|context" where present; "no error"
// otherwise.
template <typename Action>
std::string ErrorOf(Action action) {
  try {
    action();
  } catch (const base::Error& error) {
    const base::Report& report = error.report();
    std::string line = std::string(report.sqlstate.view()) + " " + report.message;
    for (const std::string* part : {&report.detail, &report.hint, &report.context}) {
      if (!part->empty()) line += "|" + *part;
    }
    return line;
  }
  return "no error";
}

}  // namespace ordinal::types
