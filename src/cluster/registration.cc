#include "cluster/registration.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace ordinal::cluster {

std::string EncodeRegistration(const Registration& registration) {
  const nlohmann::json json = {{"id", registration.id},
                               {"address", registration.address},
                               {"version", registration.version},
                               {"started", registration.started_micros},
                               {"heartbeat", registration.heartbeat_micros},
                               {"lease", registration.lease_seconds},
                               {"acknowledged", registration.acknowledged}};
  return json.dump();
}

Registration DecodeRegistration(std::string_view bytes) {
  try {
    const nlohmann::json json = nlohmann::json::parse(bytes);
    Registration registration;
    registration.id = json.at("id").get<std::uint64_t>();
    registration.address = json.at("address").get<std::string>();
    registration.version = json.at("version").get<std::string>();
    registration.started_micros = json.at("started").get<std::int64_t>();
    registration.heartbeat_micros = json.at("heartbeat").get<std::int64_t>();
    registration.lease_seconds = json.at("lease").get<std::int64_t>();
    registration.acknowledged = json.at("acknowledged").get<base::Revision>();
    return registration;
  } catch (const nlohmann::json::exception&) {
    throw base::Error(base::sqlstate::kDataCorrupted, "the registration of a node is damaged");
  }
}

}  // namespace ordinal::cluster
