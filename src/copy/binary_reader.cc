#include "copy/binary_reader.h"

#include "base/bytes.h"
#include "base/error.h"

namespace ordinal::copy {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr std::string_view kSignature{"PGCOPY\n\377\r\n\0", 11};
constexpr std::uint32_t kCriticalFlags = 0xffff0000U;
constexpr std::uint32_t kOidsFlag = 1U << 16;

Error BadFormat(std::string text) { return {sqlstate::kBadCopyFileFormat, std::move(text)}; }

template <typename T>
T IntAt(const std::string& bytes, std::size_t at) {
  return base::LoadBigEndian<T>(bytes.data() + at);
}

}  // namespace

bool BinaryReader::Has(std::size_t at, std::size_t bytes) const {
  if (at <= buffer_.size() && buffer_.size() - at >= bytes) return true;
  if (ended_) throw BadFormat("unexpected EOF in COPY data");
  return false;
}

bool BinaryReader::ReadHeader() {
  if (ended_ && buffer_.size() - begin_ < kSignature.size())
    throw BadFormat("COPY file signature not recognized");
  if (!Has(begin_, kSignature.size())) return false;
  if (std::string_view(buffer_).substr(begin_, kSignature.size()) != kSignature) {
    throw BadFormat("COPY file signature not recognized");
  }
  const std::size_t flags_at = begin_ + kSignature.size();
  if (ended_ && buffer_.size() < flags_at + 4) throw BadFormat("invalid COPY file header (missing flags)");
  if (!Has(flags_at, 4)) return false;
  const auto flags = IntAt<std::uint32_t>(buffer_, flags_at);
  if ((flags & kOidsFlag) != 0) throw BadFormat("invalid COPY file header (WITH OIDS)");
  if ((flags & kCriticalFlags) != 0) throw BadFormat("unrecognized critical flags in COPY file header");
  const std::size_t length_at = flags_at + 4;
  if (ended_ && buffer_.size() < length_at + 4) throw BadFormat("invalid COPY file header (missing length)");
  if (!Has(length_at, 4)) return false;
  const auto length = IntAt<std::int32_t>(buffer_, length_at);
  if (length < 0) throw BadFormat("invalid COPY file header (missing length)");
  if (ended_ && buffer_.size() - length_at - 4 < static_cast<std::size_t>(length)) {
    throw BadFormat("invalid COPY file header (wrong length)");
  }
  if (!Has(length_at + 4, static_cast<std::size_t>(length))) return false;
  begin_ = length_at + 4 + static_cast<std::size_t>(length);
  header_read_ = true;
  return true;
}

bool BinaryReader::Next(Fields& fields) {
  if (finished_ || (!header_read_ && !ReadHeader())) return false;
  // The end may come without a trailer.
  if (ended_ && begin_ == buffer_.size()) {
    finished_ = true;
    return false;
  }
  const std::uint64_t before = line_;
  ++line_;
  const bool found = ReadFields(fields);
  if (!found) {
    line_ = before;
    unread_column_.reset();
  }
  return found;
}

bool BinaryReader::ReadFields(Fields& fields) {
  if (!Has(begin_, 2)) return false;
  const auto count = IntAt<std::int16_t>(buffer_, begin_);
  if (count == -1) {
    if (begin_ + 2 < buffer_.size()) throw BadFormat("received copy data after EOF marker");
    finished_ = ended_;
    return false;
  }
  if (static_cast<std::size_t>(count) != columns_ || count < 0) {
    throw BadFormat("row field count is " + std::to_string(count) + ", expected " + std::to_string(columns_));
  }
  fields.clear();
  std::size_t at = begin_ + 2;
  for (std::size_t i = 0; i < columns_; ++i) {
    unread_column_ = i;
    if (!Has(at, 4)) return false;
    const auto length = IntAt<std::int32_t>(buffer_, at);
    at += 4;
    if (length == -1) {
      fields.emplace_back(std::nullopt);
      continue;
    }
    if (length < 0) throw BadFormat("invalid field size");
    if (!Has(at, static_cast<std::size_t>(length))) return false;
    fields.emplace_back(std::string_view(buffer_).substr(at, static_cast<std::size_t>(length)));
    at += static_cast<std::size_t>(length);
  }
  unread_column_.reset();
  begin_ = at;
  return true;
}

}  // namespace ordinal::copy
