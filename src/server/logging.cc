#include "server/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace ordinal::server {

void StartLogging(const std::string& level) {
  auto logger = spdlog::stderr_logger_mt("ordinal");
  logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %l: %v", spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace ordinal::server
