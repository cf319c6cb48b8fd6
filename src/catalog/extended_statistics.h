// Describes what CREATE STATISTICS makes, and what ANALYZE finds out for it: PostgreSQL's manual, section
// 14.2.2.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "catalog/role.h"

namespace ordinal::catalog {

struct ExtendedStatisticsDescriptor {
  base::Oid oid = 0;
  base::Oid schema = 0;
  std::string name;  // unique among the statistics of its schema
  base::Oid owner = kAdminRole;
  base::Oid table = 0;
  std::vector<base::AttributeNumber> columns = {};  // in order
  std::vector<std::string> expressions = {};        // serialized sql/expr over the table's columns
  std::string kinds = {};                           // the letters of pg_statistic_ext.stxkind
  std::int32_t target = -1;                         // SET STATISTICS; 0: ANALYZE passes it by
  std::string comment = {};

  bool Counts() const { return kinds.find('d') != std::string::npos; }
  bool FindsDependencies() const { return kinds.find('f') != std::string::npos; }
};

// What is known of several columns taken together. Expressions have the numbers -1, -2 and so on.
struct GroupStatistics {
  using Item = std::int32_t;
  struct Distinct {
    std::vector<Item> items;
    double count = 0;
  };
  // The share of rows in which the values of `from` say what the value of `to` is.
  struct Dependency {
    std::vector<Item> from;
    Item to = 0;
    double degree = 0;
  };

  base::Oid statistics = 0;  // the ExtendedStatisticsDescriptor
  std::vector<Distinct> distinct = {};
  std::vector<Dependency> dependencies = {};
};

}  // namespace ordinal::catalog
