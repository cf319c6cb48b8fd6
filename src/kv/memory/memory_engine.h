// Opens an engine that keeps everything in memory, for tests and for `--store memory`.
//
// It decides every guard exactly, keeps old versions as long as an open snapshot needs them, and commits on
// the caller's thread: callbacks run before Submit returns. Nothing survives the process. Its traits are
// exclusive.
#pragma once

#include <memory>

#include "kv/engine.h"

namespace ordinal::kv {

std::unique_ptr<Engine> OpenMemory();

}  // namespace ordinal::kv
