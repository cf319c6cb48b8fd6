#include "syscat/pg_timezones.h"

#include "base/clock.h"
#include "types/datetime.h"
#include "types/timezone_list.h"

namespace ordinal::syscat {
namespace {

constexpr catalog::Oid kAbbreviationsOid = 12122;
constexpr catalog::Oid kNamesOid = 12126;

std::int64_t Now() { return base::SystemClock().WallMicros() - base::kPostgresEpochMicros; }

types::Value OffsetOf(const types::ZoneFacts& zone) {
  const std::int64_t micros = zone.seconds_east * types::kMicrosPerSecond;
  return types::Value::OfInterval({.micros = micros, .days = 0, .months = 0});
}

void FillAbbreviations(const catalog::SessionView&, RowBuilder& row) {
  for (const types::ZoneFacts& zone : types::ListZoneAbbreviations(Now())) {
    row.Set("abbrev", zone.name).Set("utc_offset", OffsetOf(zone)).Set("is_dst", zone.is_daylight).Emit();
  }
}

void FillNames(const catalog::SessionView&, RowBuilder& row) {
  for (const types::ZoneFacts& zone : types::ListTimeZones(Now())) {
    row.Set("name", zone.name)
        .Set("abbrev", zone.abbreviation)
        .Set("utc_offset", OffsetOf(zone))
        .Set("is_dst", zone.is_daylight)
        .Emit();
  }
}

}  // namespace

const Relation& PgTimezoneAbbrevs() {
  static const Relation relation(kAbbreviationsOid, catalog::kPgCatalogSchema, "pg_timezone_abbrevs",
                                 "abbrev text, utc_offset interval, is_dst bool", &FillAbbreviations);
  return relation;
}

const Relation& PgTimezoneNames() {
  static const Relation relation(kNamesOid, catalog::kPgCatalogSchema, "pg_timezone_names",
                                 "name text, abbrev text, utc_offset interval, is_dst bool", &FillNames);
  return relation;
}

}  // namespace ordinal::syscat
