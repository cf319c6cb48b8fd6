// Turns SIGTERM and SIGINT into an orderly end, and hears SIGHUP.
#pragma once

#include <csignal>

namespace ordinal::server {

// Blocks these signals for this thread and for all that it starts afterwards, so that Wait alone hears them;
// ignores SIGPIPE, since a client that has gone is found out by the write itself. Make one before any thread
// is started.
class ShutdownSignals {
 public:
  ShutdownSignals();

  // Blocks until one of the signals arrives, and returns it.
  int Wait();
  // Lets the signals have their ordinary effect again, so that a second one ends a process that hangs at its
  // end.
  void Release();

 private:
  sigset_t signals_;
};

}  // namespace ordinal::server
