#include "base/error.h"

namespace ordinal::base {

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return "DEBUG";
    case Severity::kLog:
      return "LOG";
    case Severity::kInfo:
      return "INFO";
    case Severity::kNotice:
      return "NOTICE";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      return "ERROR";
    case Severity::kFatal:
      return "FATAL";
    case Severity::kPanic:
      return "PANIC";
  }
  return "ERROR";
}

void ThrowUnsupported(std::string_view feature, int position) {
  throw Error(sqlstate::kFeatureNotSupported, std::string(feature) + " is not supported yet")
      .Position(position);
}

}  // namespace ordinal::base
