// Turns SQL text into PostgreSQL's parse tree. The tree lives in memory of the thread that parsed it: parse,
// bind and destroy on one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ordinal::sql::parse {

// Bounds the SQL text; libpg_query addresses it with int.
inline constexpr std::size_t kSqlBytesMax = 64u << 20;

// One statement of a script.
struct Statement {
  const void* node = nullptr;  // the Node* below the RawStmt, for sql/bind
  int begin = 0;               // byte offset of its text in the script
  int length = 0;
  bool async = false;  // CREATE INDEX ASYNC, ALTER TABLE ASYNC
};

class Tree {
 public:
  // Throws 42601 and the other errors of PostgreSQL's parser, with positions; 54001 when the text nests too
  // deeply; 22021 when it is not valid UTF-8 or holds a NUL byte.
  explicit Tree(std::string_view sql);
  ~Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  const std::vector<Statement>& statements() const { return statements_; }
  std::string_view text() const { return text_; }

  // Turns a byte offset of the parser into the character position that errors carry (from 1); 0 for unknown.
  int Position(int byte_offset) const;

 private:
  std::string text_;  // NUL-terminated copy, as the parser needs it
  void* context_ = nullptr;
  std::vector<Statement> statements_;
  bool ascii_ = true;
  // Where Position last counted to.
  mutable std::size_t counted_bytes_ = 0;
  mutable std::size_t counted_characters_ = 0;
};

}  // namespace ordinal::sql::parse
