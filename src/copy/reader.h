// Turns the bytes of COPY FROM into records of fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "copy/options.h"

namespace ordinal::copy {

// The fields of one record; nullopt is NULL. Views are good until the next call of the reader.
using Fields = std::vector<std::optional<std::string_view>>;

// Reads one stream. Used by one thread at a time. Errors: 22P04 with PostgreSQL's texts, for what is no
// record of the format.
class Reader {
 public:
  // `columns`: names of the columns that a record has, in order. `options` are copied.
  static std::unique_ptr<Reader> Make(const Options& options, std::vector<std::string> columns);
  virtual ~Reader() = default;

  // Adds bytes, which need not end where a record does.
  void Feed(std::string_view bytes);
  // Says that no more bytes will come.
  void End() { ended_ = true; }
  // Gives the next record; false when it is not all there yet, or after the last.
  virtual bool Next(Fields& fields) = 0;

  // The line of the record given last, or the one that an error is about; from 1, 0 for the
  // header of the binary format. For that format the number of the record.
  std::uint64_t line() const { return line_; }
  // Its text without the line end, shortened; nullopt where the end of the line was not found, and in the
  // binary format.
  virtual std::optional<std::string> ShownLine() const { return std::nullopt; }
  // The column that the error thrown last is about, where the field itself could not be read.
  std::optional<std::size_t> unread_column() const { return unread_column_; }
  std::size_t bytes_waiting() const { return buffer_.size() - begin_; }

 protected:
  // Drops what was read.
  void Compact();

  std::string buffer_;
  std::size_t begin_ = 0;  // of what was not read yet
  bool ended_ = false;
  std::uint64_t line_ = 0;
  std::optional<std::size_t> unread_column_;
};

// Shortens a value for an error's context, as PostgreSQL does.
std::string Shorten(std::string_view text);

}  // namespace ordinal::copy
