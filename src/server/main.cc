// Starts the program: reads the command line and does what it says.
#include <cstdio>
#include <exception>

#include "server/command_line.h"
#include "server/logging.h"
#include "server/serve.h"

int main(int argc, char** argv) {
  const ordinal::server::CommandLine command = ordinal::server::ParseCommandLine(argc, argv, ORDINAL_VERSION);
  if (!command.serve) {
    std::fputs(command.output.c_str(), stdout);
    if (!command.error.empty()) std::fprintf(stderr, "%s\n", command.error.c_str());
    return command.exit_status;
  }
  try {
    ordinal::server::StartLogging(command.serve->log_level);
    return ordinal::server::RunServer(*command.serve);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ordinal: %s\n", error.what());
    return 1;
  }
}
