// Shifts the wall clock of one process. To be loaded with LD_PRELOAD. Other clocks are left alone, as they
// are when an administrator or NTP sets the time.
//
// The kernel knows nothing of it. So futexes that wait for a time by the wall clock (abseil's, and with them
// gRPC's) get the true time; that a wait which has begun grows longer when the clock goes back is not shown.
//
//   CLOCK_SHIFT  a file of eight bytes: how many nanoseconds to add, now and whenever it changes
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
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

static struct timespec Add(struct timespec time, int64_t nanos) {
  int64_t sum = time.tv_sec * BILLION + time.tv_nsec + nanos;
  if (sum < 0) sum = 0;
  return (struct timespec){.tv_sec = sum / BILLION, .tv_nsec = sum % BILLION};
}

int clock_gettime(clockid_t clock, struct timespec* result) {
  // Another library's constructor may ask before this one's has run.
  if (!real_clock_gettime) Begin();
  int status = real_clock_gettime(clock, result);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    *result = Add(*result, *shift);
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

long syscall(long number, ...) {
  static long (*real_syscall)(long, ...);
  if (!real_syscall) real_syscall = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  struct timespec until;
  if (number == SYS_futex && (a[1] & FUTEX_CLOCK_REALTIME) && a[3]) {
    until = Add(*(const struct timespec*)a[3], -*shift);
    a[3] = (long)&until;
  }
  return real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
