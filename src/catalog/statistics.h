// What ANALYZE found out about the rows of a table, for the planner and pg_stats. It is a guess from a
// sample, and as old as the last ANALYZE: plans may depend on it, results never.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "catalog/extended_statistics.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::catalog {

// Values are in the encoding of keys (keys/order_codec.h), whose byte order is theirs.
struct ColumnStatistics {
  struct Common {
    std::string value;
    double frequency = 0;  // of all rows
  };

  base::AttributeNumber column = 0;
  types::TypeId type = types::TypeId::kInvalid;  // of the column at that time
  double null_fraction = 0;
  double average_width = 0;  // in bytes
  // As pg_stats.n_distinct: a number of values, or below zero, minus their share of the rows. 0: not known.
  double distinct = 0;
  std::vector<Common> common = {};       // the most frequent first
  std::vector<std::string> bounds = {};  // between them lie equally many of the other values
  double correlation = 0;                // of the order of values with that of rows

  // Of a table of so many rows.
  double DistinctOf(double rows) const { return distinct < 0 ? -distinct * rows : distinct; }
};

// One for each table that was analyzed.
struct TableStatistics {
  base::Oid oid = 0;  // its own
  base::Oid table = 0;
  double rows = 0;
  std::int64_t analyzed_micros = 0;  // since 2000-01-01 UTC
  std::vector<ColumnStatistics> columns = {};
  std::vector<GroupStatistics> groups = {};  // for what CREATE STATISTICS made

  // Null when nothing is known of the column as it is now.
  const ColumnStatistics* Of(base::AttributeNumber column, types::TypeId type) const;
};

// The two ways between values and what statistics keep of them. REQUIRES keys::IsKeyType(type).
std::string EncodeSample(const types::Value& value, types::TypeId type);
types::Value DecodeSample(const std::string& bytes, types::TypeId type);
// Whether statistics can keep values of the type.
bool CanSample(types::TypeId type);

}  // namespace ordinal::catalog
