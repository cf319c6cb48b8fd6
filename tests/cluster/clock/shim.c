// Shifts the wall clock of one process. To be loaded with LD_PRELOAD. Other clocks are left alone, as they are when an
// administrator or NTP sets the time.
//
//   CLOCK_SHIFT  a file of eight bytes: how many nanoseconds to add, now and whenever it changes
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define BILLION 1000000000LL

static _Atomic int64_t none;
static _Atomic int64_t* shift = &none;
static int (*real_clock_gettime)(clockid_t, struct timespec*);

__attribute__((constructor)) static void Begin(void) {
  real_clock_gettime = (int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime");
  const char* path = getenv("CLOCK_SHIFT");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void* mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  if (mapped != MAP_FAILED) shift = mapped;
  close(file);
}

int clock_gettime(clockid_t clock, struct timespec* result) {
  // Another library's constructor may ask before this one's has run.
  if (!real_clock_gettime) Begin();
  int status = real_clock_gettime(clock, result);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    int64_t nanos = result->tv_sec * BILLION + result->tv_nsec + *shift;
    result->tv_sec = nanos / BILLION;
    result->tv_nsec = nanos % BILLION;
  }
  return status;
}

int gettimeofday(struct timeval* restrict result, void* restrict zone) {
  (void)zone;
  struct timespec now;
  int status = clock_gettime(CLOCK_REALTIME, &now);
  if (status == 0) {
    result->tv_sec = now.tv_sec;
    result->tv_usec = now.tv_nsec / 1000;
  }
  return status;
}

time_t time(time_t* result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}
