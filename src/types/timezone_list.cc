#include "types/timezone_list.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/time/time.h"
#include "types/datetime.h"
#include "types/scan.h"
#include "types/timezone.h"

namespace ordinal::types {
namespace {

struct FixedAbbreviation {
  std::string_view name;
  int seconds_east;
  bool is_daylight;
};

struct ZoneAbbreviation {
  std::string_view name;
  const char* zone;
};

// Those of PostgreSQL's set "Default" that always mean the same.
constexpr FixedAbbreviation kFixed[] = {
    {"ACDT", 37800, true},   {"ACSST", 37800, true},  {"ACST", 34200, false},  {"ACT", -18000, false},
    {"ACWST", 31500, false}, {"ADT", -10800, true},   {"AEDT", 39600, true},   {"AESST", 39600, true},
    {"AEST", 36000, false},  {"AFT", 16200, false},   {"AKDT", -28800, true},  {"AKST", -32400, false},
    {"ALMST", 25200, true},  {"ALMT", 21600, false},  {"AMT", -14400, false},  {"AST", -14400, false},
    {"AWSST", 32400, true},  {"AWST", 28800, false},  {"AZOST", 0, true},      {"AZOT", -3600, false},
    {"BDST", 7200, true},    {"BDT", 21600, false},   {"BNT", 28800, false},   {"BORT", 28800, false},
    {"BOT", -14400, false},  {"BRA", -10800, false},  {"BRST", -7200, true},   {"BRT", -10800, false},
    {"BST", 3600, true},     {"BTT", 21600, false},   {"CADT", 37800, true},   {"CAST", 34200, false},
    {"CCT", 28800, false},   {"CDT", -18000, true},   {"CEST", 7200, true},    {"CET", 3600, false},
    {"CETDST", 7200, true},  {"CHADT", 49500, true},  {"CHAST", 45900, false}, {"CHUT", 36000, false},
    {"CLST", -10800, true},  {"COT", -18000, false},  {"CST", -21600, false},  {"CXT", 25200, false},
    {"DDUT", 36000, false},  {"EAT", 10800, false},   {"EDT", -14400, true},   {"EEST", 10800, true},
    {"EET", 7200, false},    {"EETDST", 10800, true}, {"EGST", 0, true},       {"EGT", -3600, false},
    {"EST", -18000, false},  {"FET", 10800, false},   {"FJST", 46800, true},   {"FJT", 43200, false},
    {"FNST", -3600, true},   {"FNT", -7200, false},   {"GALT", -21600, false}, {"GAMT", -32400, false},
    {"GFT", -10800, false},  {"GILT", 43200, false},  {"GMT", 0, false},       {"HKT", 28800, false},
    {"HST", -36000, false},  {"ICT", 25200, false},   {"IDT", 10800, true},    {"IRT", 12600, false},
    {"IST", 7200, false},    {"JAYT", 32400, false},  {"JST", 32400, false},   {"KDT", 36000, true},
    {"KGST", 21600, true},   {"KST", 32400, false},   {"LHST", 37800, false},  {"LIGT", 36000, false},
    {"MART", -34200, false}, {"MDT", -21600, true},   {"MEST", 7200, true},    {"MESZ", 7200, true},
    {"MET", 3600, false},    {"METDST", 7200, true},  {"MEZ", 3600, false},    {"MHT", 43200, false},
    {"MMT", 23400, false},   {"MPT", 36000, false},   {"MSD", 14400, true},    {"MST", -25200, false},
    {"MUST", 18000, true},   {"MUT", 14400, false},   {"MVT", 18000, false},   {"MYT", 28800, false},
    {"NDT", -9000, true},    {"NFT", -12600, false},  {"NPT", 20700, false},   {"NST", -12600, false},
    {"NZDT", 46800, true},   {"NZST", 43200, false},  {"NZT", 43200, false},   {"PDT", -25200, true},
    {"PET", -18000, false},  {"PGT", 36000, false},   {"PHT", 28800, false},   {"PKST", 21600, true},
    {"PKT", 18000, false},   {"PMDT", -7200, true},   {"PMST", -10800, false}, {"PONT", 39600, false},
    {"PST", -28800, false},  {"PWT", 32400, false},   {"PYST", -10800, true},  {"RET", 14400, false},
    {"SADT", 37800, true},   {"SAST", 7200, false},   {"SCT", 14400, false},   {"TAHT", -36000, false},
    {"TFT", 18000, false},   {"TJT", 18000, false},   {"TOT", 46800, false},   {"TRUT", 36000, false},
    {"TVT", 43200, false},   {"UCT", 0, false},       {"ULAST", 32400, true},  {"UT", 0, false},
    {"UTC", 0, false},       {"UYST", -7200, true},   {"UYT", -10800, false},  {"UZST", 21600, true},
    {"UZT", 18000, false},   {"VUT", 39600, false},   {"WADT", 28800, true},   {"WAKT", 43200, false},
    {"WAST", 25200, false},  {"WAT", 3600, false},    {"WDT", 32400, true},    {"WET", 0, false},
    {"WETDST", 3600, true},  {"WFT", 43200, false},   {"WGST", -7200, true},   {"WGT", -10800, false},
    {"XJT", 21600, false},   {"YAPT", 36000, false},  {"YEKST", 21600, true},  {"Z", 0, false},
    {"ZULU", 0, false},
};

// Those that mean what the zone last called so.
constexpr ZoneAbbreviation kOfZones[] = {
    {"AMST", "Asia/Yerevan"},
    {"ANAST", "Asia/Anadyr"},
    {"ANAT", "Asia/Anadyr"},
    {"ARST", "America/Argentina/Buenos_Aires"},
    {"ART", "America/Argentina/Buenos_Aires"},
    {"AZST", "Asia/Baku"},
    {"AZT", "Asia/Baku"},
    {"CKT", "Pacific/Rarotonga"},
    {"CLT", "America/Santiago"},
    {"DAVT", "Antarctica/Davis"},
    {"EASST", "Pacific/Easter"},
    {"EAST", "Pacific/Easter"},
    {"FKST", "Atlantic/Stanley"},
    {"FKT", "Atlantic/Stanley"},
    {"GEST", "Asia/Tbilisi"},
    {"GET", "Asia/Tbilisi"},
    {"GYT", "America/Guyana"},
    {"IOT", "Indian/Chagos"},
    {"IRKST", "Asia/Irkutsk"},
    {"IRKT", "Asia/Irkutsk"},
    {"KGT", "Asia/Bishkek"},
    {"KOST", "Pacific/Kosrae"},
    {"KRAST", "Asia/Krasnoyarsk"},
    {"KRAT", "Asia/Krasnoyarsk"},
    {"LHDT", "Australia/Lord_Howe"},
    {"LINT", "Pacific/Kiritimati"},
    {"LKT", "Asia/Colombo"},
    {"MAGST", "Asia/Magadan"},
    {"MAGT", "Asia/Magadan"},
    {"MAWT", "Antarctica/Mawson"},
    {"MSK", "Europe/Moscow"},
    {"NOVST", "Asia/Novosibirsk"},
    {"NOVT", "Asia/Novosibirsk"},
    {"NUT", "Pacific/Niue"},
    {"OMSST", "Asia/Omsk"},
    {"OMST", "Asia/Omsk"},
    {"PETST", "Asia/Kamchatka"},
    {"PETT", "Asia/Kamchatka"},
    {"PYT", "America/Asuncion"},
    {"SGT", "Asia/Singapore"},
    {"TKT", "Pacific/Fakaofo"},
    {"TMT", "Asia/Ashgabat"},
    {"ULAT", "Asia/Ulaanbaatar"},
    {"VET", "America/Caracas"},
    {"VLAST", "Asia/Vladivostok"},
    {"VLAT", "Asia/Vladivostok"},
    {"VOLT", "Europe/Volgograd"},
    {"YAKST", "Asia/Yakutsk"},
    {"YAKT", "Asia/Yakutsk"},
    {"YEKT", "Asia/Yekaterinburg"},
};

constexpr const char* kDatabase = "/usr/share/zoneinfo";

absl::Time TimeOf(std::int64_t utc_micros) {
  return absl::FromUnixMicros(utc_micros + kUnixEpochDays * kMicrosPerDay);
}

bool IsZoneFile(const std::filesystem::path& path) {
  std::array<char, 4> magic{};
  std::ifstream file(path, std::ios::binary);
  return file.read(magic.data(), magic.size()) && std::string_view(magic.data(), 4) == "TZif";
}

ZoneFacts FactsAt(std::string name, const absl::TimeZone& zone, absl::Time at) {
  const absl::TimeZone::CivilInfo info = zone.At(at);
  return {std::move(name), info.zone_abbr, info.offset, info.is_dst};
}

absl::Time InstantOf(const absl::TimeZone::CivilTransition& transition, const absl::TimeZone& zone) {
  const absl::TimeZone::TimeInfo info = zone.At(transition.to);
  return info.kind == absl::TimeZone::TimeInfo::UNIQUE ? info.pre : info.trans;
}

// What the zone called so at that time or before it, else after it; what is said there at that time when it
// never did.
ZoneFacts MeaningOf(const ZoneAbbreviation& abbreviation, absl::Time at) {
  const std::string name(abbreviation.name);
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(abbreviation.zone, &zone)) return {name, name, 0, false};
  ZoneFacts facts = FactsAt(name, zone, at);
  if (facts.abbreviation == name) return facts;
  absl::TimeZone::CivilTransition transition;
  for (absl::Time before = at; zone.PrevTransition(before, &transition);) {
    before = InstantOf(transition, zone);
    const ZoneFacts earlier = FactsAt(name, zone, before - absl::Seconds(1));
    if (earlier.abbreviation == name) return earlier;
  }
  for (absl::Time after = at; zone.NextTransition(after, &transition);) {
    after = InstantOf(transition, zone);
    const ZoneFacts later = FactsAt(name, zone, after);
    if (later.abbreviation == name) return later;
  }
  facts.abbreviation = name;
  return facts;
}

}  // namespace

std::vector<ZoneFacts> ListTimeZones(std::int64_t utc_micros) {
  namespace fs = std::filesystem;
  std::vector<ZoneFacts> zones;
  std::error_code ignored;
  fs::recursive_directory_iterator entry(kDatabase, fs::directory_options::follow_directory_symlink, ignored);
  for (; entry != fs::recursive_directory_iterator(); entry.increment(ignored)) {
    // Zones under "right" count leap seconds, which PostgreSQL does not take.
    if (entry.depth() == 0 && entry->path().filename() == "right") {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file(ignored) || !IsZoneFile(entry->path())) continue;
    const std::string name = entry->path().lexically_relative(kDatabase).generic_string();
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(name, &zone)) continue;
    zones.push_back(FactsAt(name, zone, TimeOf(utc_micros)));
  }
  std::sort(zones.begin(), zones.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return zones;
}

std::vector<ZoneFacts> ListZoneAbbreviations(std::int64_t utc_micros) {
  std::vector<ZoneFacts> facts;
  for (const FixedAbbreviation& each : kFixed) {
    const std::string name(each.name);
    facts.push_back({name, name, each.seconds_east, each.is_daylight});
  }
  for (const ZoneAbbreviation& each : kOfZones) facts.push_back(MeaningOf(each, TimeOf(utc_micros)));
  std::sort(facts.begin(), facts.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return facts;
}

std::optional<int> FixedZoneAbbreviation(std::string_view lower) {
  for (const FixedAbbreviation& each : kFixed) {
    const bool same = std::equal(each.name.begin(), each.name.end(), lower.begin(), lower.end(),
                                 [](char a, char b) { return ToLower(a) == b; });
    if (same) return each.seconds_east;
  }
  return std::nullopt;
}

}  // namespace ordinal::types
