// Runs a server.
#pragma once

#include "server/command_line.h"

namespace ordinal::server {

// Opens the store, builds the object graph, serves clients until SIGTERM or SIGINT, and closes the store.
// Returns the exit status. Errors: base::Error for what keeps the server from starting.
int RunServer(const ServeConfig& config);

}  // namespace ordinal::server
