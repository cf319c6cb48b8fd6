// Turns frames into the messages that a session understands.
#pragma once

#include "session/endpoint.h"
#include "wire/frame_reader.h"

namespace ordinal::wire {

// Fills `message` from `frame`; its views point into the frame. Allocates nothing once the vectors of a
// reused message have grown. Errors: FATAL 08P01, such as `invalid message format`; `message` is then
// unspecified.
void DecodeMessage(const Frame& frame, session::FrontendMessage& message);

}  // namespace ordinal::wire
