#include "copy/reader.h"

#include <utility>

#include "copy/binary_reader.h"
#include "copy/line_reader.h"

namespace ordinal::copy {
namespace {

constexpr std::size_t kShownBytesMax = 100;

}  // namespace

void Reader::Feed(std::string_view bytes) {
  Compact();
  buffer_.append(bytes);
}

void Reader::Compact() {
  if (begin_ == 0) return;
  buffer_.erase(0, begin_);
  begin_ = 0;
}

std::unique_ptr<Reader> Reader::Make(const Options& options, std::vector<std::string> columns) {
  if (options.format == Format::kBinary) return std::make_unique<BinaryReader>(columns.size());
  return std::make_unique<LineReader>(options, std::move(columns));
}

std::string Shorten(std::string_view text) {
  if (text.size() <= kShownBytesMax) return std::string(text);
  std::size_t end = kShownBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace ordinal::copy
