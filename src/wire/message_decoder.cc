#include "wire/message_decoder.h"

#include <fmt/format.h>

#include "wire/body_reader.h"

namespace ordinal::wire {
namespace {

using session::FrontendMessage;

void TakeFormats(BodyReader& body, std::vector<std::int16_t>& formats) {
  const auto count = body.Int<std::uint16_t>();
  for (int i = 0; i < count; ++i) formats.push_back(body.Int<std::int16_t>());
}

void DecodeParse(BodyReader& body, FrontendMessage& message) {
  message.statement = body.String();
  message.text = body.String();
  const auto count = body.Int<std::uint16_t>();
  for (int i = 0; i < count; ++i) message.parameter_types.push_back(body.Int<base::Oid>());
}

void DecodeBind(BodyReader& body, FrontendMessage& message) {
  message.portal = body.String();
  message.statement = body.String();
  TakeFormats(body, message.parameter_formats);
  const auto count = body.Int<std::uint16_t>();
  for (int i = 0; i < count; ++i) {
    const auto length = body.Int<std::int32_t>();
    if (length == -1) {
      message.parameters.emplace_back(std::nullopt);
    } else {
      // A negative length becomes a huge one, which the reader refuses.
      message.parameters.emplace_back(body.Bytes(static_cast<std::size_t>(length)));
    }
  }
  TakeFormats(body, message.result_formats);
}

void DecodeTarget(BodyReader& body, FrontendMessage& message) {
  message.target = body.Byte();
  message.text = body.String();
  if (message.target == 'S' || message.target == 'P') return;
  throw ProtocolViolation(fmt::format("invalid {} message subtype {}",
                                      message.type == 'D' ? "DESCRIBE" : "CLOSE",
                                      static_cast<unsigned char>(message.target)));
}

void Clear(FrontendMessage& message) {
  message.statement = {};
  message.portal = {};
  message.text = {};
  message.target = 0;
  message.row_limit = 0;
  message.parameter_types.clear();
  message.parameter_formats.clear();
  message.parameters.clear();
  message.result_formats.clear();
}

}  // namespace

void DecodeMessage(const Frame& frame, FrontendMessage& message) {
  Clear(message);
  message.type = frame.type;
  BodyReader body(frame.body);
  switch (frame.type) {
    case 'Q':
    case 'f':
      message.text = body.String();
      break;
    case 'P':
      DecodeParse(body, message);
      break;
    case 'B':
      DecodeBind(body, message);
      break;
    case 'C':
    case 'D':
      DecodeTarget(body, message);
      break;
    case 'E':
      message.portal = body.String();
      message.row_limit = body.Int<std::int32_t>();
      break;
    case 'F':
    case 'd':
      message.text = body.Rest();
      break;
    default:
      break;
  }
  body.End();
}

}  // namespace ordinal::wire
