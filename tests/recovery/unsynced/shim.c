// Journals what a process does to the files below one directory, so that after its death the harness can take back all
// that a power cut would have lost. To be loaded with LD_PRELOAD. Nothing is redirected: files are as they would be.
//
//   UNSYNCED_ROOT     the directory, absolute and without symbolic links
//   UNSYNCED_JOURNAL  the journal, appended to; replaced inodes are kept in UNSYNCED_JOURNAL.kept/ under numbers
//   UNSYNCED_LIE      while this file exists, syncs of files named by its content (a suffix, such as ".log") do nothing
//
// A record is written before its operation, which may then not happen; taking back what did not happen changes nothing.
// The record of a sync is written afterwards, and says how long the journal was when the sync began: it covers that much.
// power_cut.py reads the records.
//
// What it cannot follow, such as writing through mapped memory, ends the process. Files of stdio it does not see: RocksDB's
// information log is one.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES_MAX 65536

struct Record {
  char operation;  // C create, W write, T truncate or allocate, S sync, R rename, U unlink,
                   // M mkdir, D rmdir
  char pad[7];
  uint64_t inode;
  uint64_t offset;    // W where; T the new size; S how much of the journal is covered; R, U the number of what is kept
  uint64_t count;     // W how many bytes
  uint64_t old_size;  // W, T the size before
  uint32_t path_bytes;
  uint32_t other_bytes;  // R the new path
  uint64_t undo_bytes;   // W, T what was there
};

// The inode behind each descriptor below the root, or 0.
static uint64_t inodes[FILES_MAX];
static char root[PATH_MAX];
static char kept[PATH_MAX];
static int journal = -1;
static uint64_t journal_bytes;
static uint64_t kept_count;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;  // guards the three above, and the order of records

#define REAL(result, name, ...)                                                      \
  static result (*real_##name)(__VA_ARGS__);                                         \
  if (!real_##name) real_##name = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static void Die(const char* what) {
  dprintf(2, "unsynced: %s: %s\n", what, strerror(errno));
  _exit(70);
}

__attribute__((constructor)) static void Begin(void) {
  const char* directory = getenv("UNSYNCED_ROOT");
  const char* path = getenv("UNSYNCED_JOURNAL");
  if (!directory || !path) return;
  snprintf(root, sizeof root, "%s", directory);
  snprintf(kept, sizeof kept, "%.4000s.kept", path);
  REAL(int, open, const char*, int, ...);
  mkdir(kept, 0700);
  journal = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (journal < 0) Die(path);
  struct stat status;
  fstat(journal, &status);
  journal_bytes = (uint64_t)status.st_size;
  // What earlier processes kept has lower numbers than this one's journal has bytes.
  kept_count = journal_bytes;
  // Children would write into the same journal.
  unsetenv("LD_PRELOAD");
}

// Makes `path` absolute. Its directory exists; it need not.
static int Resolve(const char* path, char* absolute) {
  char copy[PATH_MAX];
  if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy) return 0;
  size_t length = strlen(copy);
  while (length > 1 && copy[length - 1] == '/') copy[--length] = '\0';
  char* slash = strrchr(copy, '/');
  const char* name = slash ? slash + 1 : copy;
  char directory[PATH_MAX];
  if (slash == copy) {
    directory[0] = '\0';
  } else {
    if (slash) *slash = '\0';
    if (!realpath(slash ? copy : ".", directory)) return 0;
  }
  return snprintf(absolute, PATH_MAX, "%.4000s/%.90s", directory, name) < PATH_MAX;
}

static int IsBelow(const char* absolute) {
  const size_t length = strlen(root);
  return strncmp(absolute, root, length) == 0 && (absolute[length] == '/' || absolute[length] == '\0');
}

// Is `path` of our concern?
static int IsOurs(const char* path, char* absolute) {
  return journal >= 0 && Resolve(path, absolute) && IsBelow(absolute);
}

static uint64_t InodeOf(int descriptor) {
  return journal >= 0 && descriptor >= 0 && descriptor < FILES_MAX ? inodes[descriptor] : 0;
}

static void Append(struct Record* record, const char* path, const char* other, const void* undo, size_t undo_bytes) {
  REAL(ssize_t, writev, int, const struct iovec*, int);
  record->path_bytes = path ? (uint32_t)strlen(path) : 0;
  record->other_bytes = other ? (uint32_t)strlen(other) : 0;
  record->undo_bytes = undo_bytes;
  const struct iovec parts[] = {{record, sizeof *record},
                                {(void*)path, record->path_bytes},
                                {(void*)other, record->other_bytes},
                                {(void*)undo, undo_bytes}};
  const ssize_t total = (ssize_t)(sizeof *record + record->path_bytes + record->other_bytes + undo_bytes);
  if (real_writev(journal, parts, 4) != total) Die("cannot write the journal");
  journal_bytes += (uint64_t)total;
}

// Records that bytes [offset, offset + count) of a file are about to change; a truncation changes all to the end.
static void AppendChange(char operation, int descriptor, uint64_t inode, uint64_t offset, uint64_t count) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) Die("fstat");
  const uint64_t size = (uint64_t)status.st_size;
  const uint64_t end = offset + count < size ? offset + count : size;
  const size_t undo_bytes = offset < end ? (size_t)(end - offset) : 0;
  char* undo = undo_bytes ? malloc(undo_bytes) : NULL;
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
  REAL(int, open, const char*, int, ...);
  // The descriptor may be for writing only.
  const int reader = undo_bytes ? real_open(name, O_RDONLY | O_CLOEXEC) : -1;
  if (undo_bytes && pread(reader, undo, undo_bytes, (off_t)offset) != (ssize_t)undo_bytes) Die("cannot read what was");
  REAL(int, close, int);
  if (reader >= 0) real_close(reader);
  struct Record record = {
      .operation = operation, .inode = inode, .offset = offset, .count = count, .old_size = size};
  Append(&record, NULL, NULL, undo, undo_bytes);
  free(undo);
}

// Keeps the inode at `path`, when there is one, under a number; 0 when there is none.
static uint64_t Keep(const char* path) {
  char name[PATH_MAX + 32];
  snprintf(name, sizeof name, "%s/%llu", kept, (unsigned long long)++kept_count);
  REAL(int, link, const char*, const char*);
  return real_link(path, name) == 0 ? kept_count : 0;
}

static int OpenTracked(const char* path, int flags, mode_t mode) {
  REAL(int, open, const char*, int, ...);
  char absolute[PATH_MAX];
  if (!IsOurs(path, absolute)) return real_open(path, flags, mode);
  pthread_mutex_lock(&mutex);
  struct stat status;
  const int exists = stat(absolute, &status) == 0;
  if (!exists && (flags & O_CREAT)) {
    struct Record record = {.operation = 'C'};
    Append(&record, absolute, NULL, NULL, 0);
  }
  if (exists && (flags & O_TRUNC) && status.st_size > 0) {
    const int before = real_open(path, O_RDONLY | O_CLOEXEC);
    AppendChange('T', before, status.st_ino, 0, (uint64_t)status.st_size);
    REAL(int, close, int);
    real_close(before);
  }
  const int descriptor = real_open(path, flags, mode);
  if (descriptor >= FILES_MAX) Die("too many files");
  if (descriptor >= 0 && fstat(descriptor, &status) == 0) inodes[descriptor] = status.st_ino;
  pthread_mutex_unlock(&mutex);
  return descriptor;
}

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return OpenTracked(path, flags, mode);
}
int open64(const char* path, int flags, ...) __attribute__((alias("open")));
int creat(const char* path, mode_t mode) { return OpenTracked(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int descriptor) {
  REAL(int, close, int);
  if (InodeOf(descriptor)) inodes[descriptor] = 0;
  return real_close(descriptor);
}

static void Forbid(const char* what) {
  errno = ENOTSUP;
  Die(what);
}

void* mmap(void* address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  REAL(void*, mmap, void*, size_t, int, int, int, off_t);
  if ((protection & PROT_WRITE) && (flags & MAP_SHARED) && InodeOf(descriptor)) Forbid("mmap");
  return real_mmap(address, length, protection, flags, descriptor, offset);
}
void* mmap64(void*, size_t, int, int, int, off_t) __attribute__((alias("mmap")));

ssize_t pwritev(int descriptor, const struct iovec* parts, int count, off_t offset) {
  REAL(ssize_t, pwritev, int, const struct iovec*, int, off_t);
  if (InodeOf(descriptor)) Forbid("pwritev");
  return real_pwritev(descriptor, parts, count, offset);
}
ssize_t pwritev64(int, const struct iovec*, int, off_t) __attribute__((alias("pwritev")));

ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  REAL(ssize_t, writev, int, const struct iovec*, int);
  if (InodeOf(descriptor)) Forbid("writev");
  return real_writev(descriptor, parts, count);
}

// Data.

ssize_t write(int descriptor, const void* bytes, size_t count) {
  REAL(ssize_t, write, int, const void*, size_t);
  const uint64_t inode = InodeOf(descriptor);
  if (!inode) return real_write(descriptor, bytes, count);
  pthread_mutex_lock(&mutex);
  const int appends = fcntl(descriptor, F_GETFL) & O_APPEND;
  const off_t offset = lseek(descriptor, 0, appends ? SEEK_END : SEEK_CUR);
  AppendChange('W', descriptor, inode, (uint64_t)offset, count);
  const ssize_t done = real_write(descriptor, bytes, count);
  pthread_mutex_unlock(&mutex);
  return done;
}

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
  REAL(ssize_t, pwrite, int, const void*, size_t, off_t);
  const uint64_t inode = InodeOf(descriptor);
  if (!inode) return real_pwrite(descriptor, bytes, count, offset);
  pthread_mutex_lock(&mutex);
  AppendChange('W', descriptor, inode, (uint64_t)offset, count);
  const ssize_t done = real_pwrite(descriptor, bytes, count, offset);
  pthread_mutex_unlock(&mutex);
  return done;
}
ssize_t pwrite64(int, const void*, size_t, off_t) __attribute__((alias("pwrite")));

int ftruncate(int descriptor, off_t size) {
  REAL(int, ftruncate, int, off_t);
  const uint64_t inode = InodeOf(descriptor);
  if (!inode) return real_ftruncate(descriptor, size);
  pthread_mutex_lock(&mutex);
  AppendChange('T', descriptor, inode, (uint64_t)size, UINT64_MAX / 2);
  const int result = real_ftruncate(descriptor, size);
  pthread_mutex_unlock(&mutex);
  return result;
}
int ftruncate64(int, off_t) __attribute__((alias("ftruncate")));

int truncate(const char* path, off_t size) {
  const int descriptor = OpenTracked(path, O_WRONLY | O_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  const int result = ftruncate(descriptor, size);
  close(descriptor);
  return result;
}
int truncate64(const char*, off_t) __attribute__((alias("truncate")));

// Allocation may lengthen a file; punching holes is nothing that anybody does here.
int fallocate(int descriptor, int mode, off_t offset, off_t length) {
  REAL(int, fallocate, int, int, off_t, off_t);
  const uint64_t inode = InodeOf(descriptor);
  if (!inode || mode == FALLOC_FL_KEEP_SIZE) return real_fallocate(descriptor, mode, offset, length);
  if (mode != 0) Forbid("fallocate");
  pthread_mutex_lock(&mutex);
  AppendChange('T', descriptor, inode, (uint64_t)(offset + length), 0);
  const int result = real_fallocate(descriptor, mode, offset, length);
  pthread_mutex_unlock(&mutex);
  return result;
}
int fallocate64(int, int, off_t, off_t) __attribute__((alias("fallocate")));
int posix_fallocate(int descriptor, off_t offset, off_t length) {
  return fallocate(descriptor, 0, offset, length) == 0 ? 0 : errno;
}
int posix_fallocate64(int, off_t, off_t) __attribute__((alias("posix_fallocate")));

// Shall a sync of this file do nothing?
static int IsLie(int descriptor) {
  const char* path = getenv("UNSYNCED_LIE");
  if (!path) return 0;
  REAL(int, open, const char*, int, ...);
  REAL(int, close, int);
  const int lie = real_open(path, O_RDONLY | O_CLOEXEC);
  if (lie < 0) return 0;
  char suffix[64] = "";
  char link_name[64];
  char name[PATH_MAX];
  const ssize_t suffix_bytes = read(lie, suffix, sizeof suffix - 1);
  real_close(lie);
  snprintf(link_name, sizeof link_name, "/proc/self/fd/%d", descriptor);
  const ssize_t name_bytes = readlink(link_name, name, sizeof name);
  return suffix_bytes >= 0 && name_bytes >= suffix_bytes &&
         memcmp(name + name_bytes - suffix_bytes, suffix, (size_t)suffix_bytes) == 0;
}

static int Sync(int descriptor, int (*real)(int)) {
  const uint64_t inode = InodeOf(descriptor);
  if (!inode) return real(descriptor);
  if (IsLie(descriptor)) return 0;
  pthread_mutex_lock(&mutex);
  const uint64_t covered = journal_bytes;
  pthread_mutex_unlock(&mutex);
  const int result = real(descriptor);
  if (result != 0) return result;
  pthread_mutex_lock(&mutex);
  struct Record record = {.operation = 'S', .inode = inode, .offset = covered};
  Append(&record, NULL, NULL, NULL, 0);
  pthread_mutex_unlock(&mutex);
  return 0;
}

int fsync(int descriptor) {
  REAL(int, fsync, int);
  return Sync(descriptor, real_fsync);
}
int fdatasync(int descriptor) {
  REAL(int, fdatasync, int);
  return Sync(descriptor, real_fdatasync);
}

// Names.

int rename(const char* from, const char* to) {
  REAL(int, rename, const char*, const char*);
  char absolute[PATH_MAX];
  char other[PATH_MAX];
  if (!IsOurs(from, absolute) || !IsOurs(to, other)) return real_rename(from, to);
  pthread_mutex_lock(&mutex);
  struct stat status;
  if (stat(absolute, &status) == 0) {
    struct Record record = {.operation = 'R', .inode = status.st_ino, .offset = Keep(other)};
    Append(&record, absolute, other, NULL, 0);
  }
  const int result = real_rename(from, to);
  pthread_mutex_unlock(&mutex);
  return result;
}

// A second name is made as a file is; what it names has its own records.
int link(const char* from, const char* to) {
  REAL(int, link, const char*, const char*);
  char absolute[PATH_MAX];
  if (!IsOurs(to, absolute)) return real_link(from, to);
  pthread_mutex_lock(&mutex);
  struct stat status;
  if (lstat(absolute, &status) != 0) {
    struct Record record = {.operation = 'C'};
    Append(&record, absolute, NULL, NULL, 0);
  }
  const int result = real_link(from, to);
  pthread_mutex_unlock(&mutex);
  return result;
}

static int Remove(const char* path, int (*real)(const char*)) {
  char absolute[PATH_MAX];
  if (!IsOurs(path, absolute)) return real(path);
  pthread_mutex_lock(&mutex);
  struct stat status;
  if (lstat(absolute, &status) == 0) {
    const int is_directory = S_ISDIR(status.st_mode);
    struct Record record = {.operation = is_directory ? 'D' : 'U', .inode = status.st_ino};
    if (!is_directory) record.offset = Keep(absolute);
    Append(&record, absolute, NULL, NULL, 0);
  }
  const int result = real(path);
  pthread_mutex_unlock(&mutex);
  return result;
}

int unlink(const char* path) {
  REAL(int, unlink, const char*);
  return Remove(path, real_unlink);
}
int rmdir(const char* path) {
  REAL(int, rmdir, const char*);
  return Remove(path, real_rmdir);
}
int remove(const char* path) {
  REAL(int, remove, const char*);
  return Remove(path, real_remove);
}

int mkdir(const char* path, mode_t mode) {
  REAL(int, mkdir, const char*, mode_t);
  char absolute[PATH_MAX];
  if (!IsOurs(path, absolute)) return real_mkdir(path, mode);
  pthread_mutex_lock(&mutex);
  struct stat status;
  if (stat(absolute, &status) != 0) {
    struct Record record = {.operation = 'M'};
    Append(&record, absolute, NULL, NULL, 0);
  }
  const int result = real_mkdir(path, mode);
  pthread_mutex_unlock(&mutex);
  return result;
}
