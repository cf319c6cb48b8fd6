// Does what its arguments say, one after the other, and ends as a crash would: what the shim's test watches.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void Check(int holds, const char* what) {
  if (holds) return;
  perror(what);
  exit(1);
}

// append FILE TEXT | over FILE OFFSET TEXT | truncate FILE SIZE | sync FILE | syncdir DIR | rename A B | link A B | unlink FILE | mkdir DIR
int main(int count, char** words) {
  for (int i = 1; i < count;) {
    const char* action = words[i++];
    const char* path = words[i++];
    if (strcmp(action, "append") == 0 || strcmp(action, "over") == 0) {
      const int over = action[0] == 'o';
      const int file = open(path, O_WRONLY | O_CREAT | (over ? 0 : O_APPEND), 0600);
      const long offset = over ? atol(words[i++]) : 0;
      const char* text = words[i++];
      const ssize_t size = (ssize_t)strlen(text);
      Check((over ? pwrite(file, text, (size_t)size, offset) : write(file, text, (size_t)size)) == size, action);
      Check(close(file) == 0, action);
    } else if (strcmp(action, "truncate") == 0) {
      Check(truncate(path, atol(words[i++])) == 0, action);
    } else if (strcmp(action, "sync") == 0) {
      const int file = open(path, O_WRONLY);
      Check(fdatasync(file) == 0 && close(file) == 0, action);
    } else if (strcmp(action, "syncdir") == 0) {
      const int directory = open(path, O_RDONLY | O_DIRECTORY);
      Check(fsync(directory) == 0 && close(directory) == 0, action);
    } else if (strcmp(action, "rename") == 0) {
      Check(rename(path, words[i++]) == 0, action);
    } else if (strcmp(action, "link") == 0) {
      Check(link(path, words[i++]) == 0, action);
    } else if (strcmp(action, "unlink") == 0) {
      Check(unlink(path) == 0, action);
    } else if (strcmp(action, "mkdir") == 0) {
      Check(mkdir(path, 0700) == 0, action);
    } else {
      return 2;
    }
  }
  raise(SIGKILL);
}
