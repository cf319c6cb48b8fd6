// Sends the log to stderr.
#pragma once

#include <string>

namespace ordinal::server {

// `level` is debug, info, warn or error.
void StartLogging(const std::string& level);

}  // namespace ordinal::server
