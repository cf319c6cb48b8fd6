/* Preloaded into both servers, so that the fdatasync and fsync calls of each are counted in the same way.
 *
 * SYNC_COUNTER_FILE names a file of at least eight bytes; every call adds one to the 64-bit number at its start.
 * The mapping is shared, so the processes that PostgreSQL forks count into the same number. Without the file the
 * calls go through uncounted. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Atomic uint64_t *counter;

__attribute__((constructor)) static void MapCounter(void) {
  const char *path = getenv("SYNC_COUNTER_FILE");
  int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *page = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (page != MAP_FAILED) counter = page;
}

static void CountOne(void) {
  if (counter != NULL) atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

int fdatasync(int fd) {
  CountOne();
  return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd) {
  CountOne();
  return (int)syscall(SYS_fsync, fd);
}
