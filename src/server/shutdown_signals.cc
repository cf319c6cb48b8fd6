#include "server/shutdown_signals.h"

#include <pthread.h>

namespace ordinal::server {

ShutdownSignals::ShutdownSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int ShutdownSignals::Wait() {
  int signal = 0;
  while (sigwait(&signals_, &signal) != 0) {
  }
  return signal;
}

void ShutdownSignals::Release() { pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr); }

}  // namespace ordinal::server
