// Produces the rows of set-returning functions.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sql/expr/function.h"

namespace ordinal::sql {

// Used by one thread.
class Series {
 public:
  virtual ~Series() = default;
  // Sets `value` to the next one; false at the end.
  virtual bool Next(Value& value) = 0;
};

// Begins generate_series(), unnest() or another set-returning function over evaluated arguments; any NULL
// makes it empty. REQUIRES a set-returning function. Errors: 22023 `step size cannot equal zero`, `start
// value cannot be NaN` and kin. Of a function that gives several columns, the series is that of one of them.
std::unique_ptr<Series> MakeSeries(const Function& function, std::span<const Value> args,
                                   EvalContext& context, int column = 0);

// The same for the functions of json and jsonb; the argument is not NULL.
std::unique_ptr<Series> MakeJsonSeries(const Function& function, const Value& json, int column);

// The same for jsonb_path_query() and jsonb_path_query_tz(); no argument is NULL.
std::unique_ptr<Series> MakeJsonPathSeries(const Function& function, std::span<const Value> args,
                                           EvalContext& context);

// The rows of regexp_matches() and regexp_split_to_table(); nullopt for other functions.
std::optional<std::vector<Value>> RegexRows(const Function& function, EvalContext& context,
                                            std::span<Value> args);

// The rows of one column of pg_get_keywords() and kin, whose arguments are not NULL; nullopt for other
// functions.
std::optional<std::vector<Value>> ListingRows(const Function& function, std::span<const Value> args,
                                              EvalContext& context, int column);

// The one row of pg_identify_object() and kin; nullopt for other functions.
std::optional<Value> IdentityColumn(const Function& function, std::span<const Value> args,
                                    EvalContext& context, int column);

// The rows of string_to_table(), whose arguments may be NULL.
std::vector<Value> SplitToRows(std::span<const Value> args);

// Gives those values.
std::unique_ptr<Series> MakeList(std::vector<Value> values);
// Gives that one value, NULL included.
std::unique_ptr<Series> MakeSingle(Value value);

}  // namespace ordinal::sql
