// Parses any bytes as SQL.

#include "base/error.h"
#include "fuzz/input.h"
#include "sql/parse/tree.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ordinal;
  const std::string_view sql(reinterpret_cast<const char*>(data), size);
  try {
    const sql::parse::Tree tree(sql);
    int end = 0;
    for (const auto& statement : tree.statements()) {
      fuzz::Require(statement.node != nullptr, "a statement has a node");
      fuzz::Require(statement.begin >= end && statement.length > 0, "statements follow one another");
      end = statement.begin + statement.length;
      fuzz::Require(static_cast<std::size_t>(end) <= size, "a statement lies within the text");
      fuzz::Require(tree.Position(statement.begin) >= 1, "a statement has a position");
    }
  } catch (const base::Error& error) {
    const base::Report& report = error.report();
    fuzz::Require(report.sqlstate.error_class() != "XX", "bad SQL is the client's error");
    fuzz::Require(!report.message.empty(), "an error says what is wrong");
    fuzz::Require(report.position >= 0 && static_cast<std::size_t>(report.position) <= size + 1,
                  "an error's position lies within the text");
  }
  return 0;
}
