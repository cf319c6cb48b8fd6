#include "sql/parse/tree.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "dialect/async_words.h"
#include "dialect/iam_words.h"
#include "sql/parse/pg_shim.h"
#include "types/utf8.h"
// The node headers come last: see pg_nodes.h.
#include "sql/parse/pg_nodes.h"

namespace ordinal::sql::parse {
namespace {

// What the generated parser says when its stack reaches its bound.
constexpr std::string_view kParserStackFull = "memory exhausted";

base::Error ToError(const OrdinalParseError& error) {
  const std::string message = error.message != nullptr ? error.message : "syntax error";
  if (message.starts_with(kParserStackFull)) {
    return base::Error(base::sqlstate::kStatementTooComplex, "stack depth limit exceeded")
        .Hint("The statement nests too deeply.");
  }
  char code[6] = {};
  for (int i = 0; i < 5; ++i) code[i] = error.sqlstate[i];
  base::Error result(base::SqlState(code), message);
  if (error.detail != nullptr) result.Detail(error.detail);
  if (error.hint != nullptr) result.Hint(error.hint);
  return result.Position(error.position);
}

}  // namespace

Tree::Tree(std::string_view sql) : text_(sql) {
  if (sql.size() > kSqlBytesMax) {
    throw base::Error(base::sqlstate::kProgramLimitExceeded, "query text is too long");
  }
  if (sql.find('\0') != std::string_view::npos) {
    throw base::Error(base::sqlstate::kCharacterNotInRepertoire,
                      "invalid byte sequence for encoding \"UTF8\": 0x00");
  }
  types::CheckUtf8(sql);
  ascii_ =
      std::all_of(text_.begin(), text_.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  std::string parsed = text_;
  const std::vector<std::size_t> async = dialect::BlankAsync(parsed);
  dialect::ReadIamAsRoles(parsed);
  context_ = ordinal_pg_context_new();
  int failed = 0;
  OrdinalParseError error{};
  const auto* list = static_cast<const List*>(ordinal_pg_parse(context_, parsed.c_str(), &failed, &error));
  if (failed != 0) {
    base::Error thrown = ToError(error);
    ordinal_pg_context_delete(context_);
    throw thrown;
  }
  const int count = list == nullptr ? 0 : list->length;
  statements_.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const auto* raw = static_cast<const RawStmt*>(list->elements[i].ptr_value);
    const int length =
        raw->stmt_len > 0 ? raw->stmt_len : static_cast<int>(text_.size()) - raw->stmt_location;
    const auto begin = static_cast<std::size_t>(raw->stmt_location);
    const bool is_async = std::any_of(async.begin(), async.end(), [&](std::size_t offset) {
      return offset >= begin && offset - begin < static_cast<std::size_t>(length);
    });
    statements_.push_back({raw->stmt, raw->stmt_location, length, is_async});
  }
}

Tree::~Tree() { ordinal_pg_context_delete(context_); }

// Bind asks for the position of every node, mostly in order of the text, so that counting goes on from the
// last answer.
int Tree::Position(int byte_offset) const {
  if (byte_offset < 0) return 0;
  const std::size_t offset = std::min(static_cast<std::size_t>(byte_offset), text_.size());
  if (ascii_) return static_cast<int>(offset) + 1;
  if (offset < counted_bytes_) counted_bytes_ = counted_characters_ = 0;
  for (; counted_bytes_ < offset; ++counted_bytes_) {
    if ((static_cast<unsigned char>(text_[counted_bytes_]) & 0xC0) != 0x80) ++counted_characters_;
  }
  return static_cast<int>(counted_characters_) + 1;
}

}  // namespace ordinal::sql::parse
