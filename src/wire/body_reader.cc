#include "wire/body_reader.h"

#include <utility>

namespace ordinal::wire {

base::Error ProtocolViolation(std::string message) {
  return base::Error(base::sqlstate::kProtocolViolation, std::move(message)).Fatal();
}

char BodyReader::Byte() {
  if (rest_.empty()) throw ProtocolViolation("no data left in message");
  const char byte = rest_.front();
  rest_.remove_prefix(1);
  return byte;
}

std::string_view BodyReader::Bytes(std::size_t count) {
  if (count > rest_.size()) throw ProtocolViolation("insufficient data left in message");
  const std::string_view bytes = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return bytes;
}

std::string_view BodyReader::String() {
  const std::size_t end = rest_.find('\0');
  if (end == std::string_view::npos) throw ProtocolViolation("invalid string in message");
  const std::string_view text = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return text;
}

std::string_view BodyReader::Rest() { return std::exchange(rest_, std::string_view()); }

void BodyReader::End() const {
  if (!rest_.empty()) throw ProtocolViolation("invalid message format");
}

}  // namespace ordinal::wire
