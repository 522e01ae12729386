/*
 * For LD_PRELOAD: a disk that keeps only what was flushed. Writes to files below DISK_FILES go where they always go, and are
 * remembered; a flush that ends writes those from before it began to DISK_KEPT, which is what a power failure leaves.
 * A file is in DISK_KEPT/entries once its folder was flushed after it was made.
 * Without DISK_KEPT the real disk is flushed. DISK_SLOW_US is added to each flush. The flush number DISK_FAIL_AT fails, and the
 * later ones do not: as on Linux.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct change {
  struct change *next;
  char name[256];
  long long offset; /* of a write; the new length if there are no bytes */
  size_t length;
  char *bytes;
  unsigned long number;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct change *first, **last = &first;
static unsigned long changes, flushes;
static __thread int busy;

static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_truncate)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void find(void) {
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_truncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
}

/* The name of a file in the folder that is watched, or "" for the folder itself. */
static int watched(int file, char *name) {
  const char *folder = getenv("DISK_FILES");
  if (busy || folder == NULL) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  size_t begin = strlen(folder);
  if (length < (ssize_t)begin) return 0;
  path[length] = 0;
  if (strncmp(path, folder, begin) != 0) return 0;
  if (path[begin] == 0) { *name = 0; return 1; }
  if (path[begin] != '/' || strlen(path + begin + 1) > 200) return 0;
  strcpy(name, path + begin + 1);
  /* The index of the log is made anew, and the lock is no data. */
  return strstr(name, "-shm") == NULL && strstr(name, "-lock") == NULL;
}

static void remember(const char *name, const void *bytes, size_t length, long long offset) {
  struct change *one = calloc(1, sizeof *one);
  strcpy(one->name, name);
  one->offset = offset;
  one->length = length;
  if (length > 0) one->bytes = memcpy(malloc(length), bytes, length);
  one->number = ++changes;
  *last = one;
  last = &one->next;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
  char name[256];
  if (!watched(file, name)) return real_pwrite(file, bytes, length, offset);
  pthread_mutex_lock(&lock);
  ssize_t written = real_pwrite(file, bytes, length, offset);
  if (written > 0 && getenv("DISK_KEPT") != NULL) remember(name, bytes, written, offset);
  pthread_mutex_unlock(&lock);
  return written;
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
  return pwrite64(file, bytes, length, offset);
}

int ftruncate64(int file, off64_t length) {
  char name[256];
  if (!watched(file, name)) return real_truncate(file, length);
  pthread_mutex_lock(&lock);
  int failed = real_truncate(file, length);
  if (!failed && getenv("DISK_KEPT") != NULL) remember(name, NULL, 0, length);
  pthread_mutex_unlock(&lock);
  return failed;
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

/* What was written to a file up to a number is on the disk. In order: two flushes may end the other way round. */
static void keep(const char *name, unsigned long number) {
  char path[8192];
  snprintf(path, sizeof path, "%s/%s", getenv("DISK_KEPT"), name);
  int file = open(path, O_RDWR | O_CREAT, 0600);
  for (struct change **at = &first; *at != NULL && (*at)->number <= number;) {
    struct change *one = *at;
    if (strcmp(one->name, name) != 0) { at = &one->next; continue; }
    if (one->bytes == NULL) real_truncate(file, one->offset);
    else real_pwrite(file, one->bytes, one->length, one->offset);
    *at = one->next;
    if (last == &one->next) last = at;
    free(one->bytes);
    free(one);
  }
  close(file);
}

/* Which files there are is on the disk. */
static void keep_entries(void) {
  char path[8192], made[8200];
  snprintf(path, sizeof path, "%s/entries", getenv("DISK_KEPT"));
  snprintf(made, sizeof made, "%s.new", path);
  FILE *list = fopen(made, "w");
  DIR *folder = opendir(getenv("DISK_FILES"));
  for (struct dirent *one; (one = readdir(folder)) != NULL;)
    if (one->d_name[0] != '.') fprintf(list, "%s\n", one->d_name);
  closedir(folder);
  fclose(list);
  rename(made, path);
}

static int flush(int file, int (*real)(int)) {
  char name[256];
  if (!watched(file, name)) return real(file);
  pthread_mutex_lock(&lock);
  unsigned long number = changes, count = ++flushes;
  pthread_mutex_unlock(&lock);
  const char *slow = getenv("DISK_SLOW_US"), *fail = getenv("DISK_FAIL_AT");
  if (slow != NULL) usleep(atoi(slow));
  if (fail != NULL && count == strtoul(fail, NULL, 10)) { errno = EIO; return -1; }
  if (getenv("DISK_KEPT") == NULL) return real(file);
  /* Without the real one, which would only take its time. */
  pthread_mutex_lock(&lock);
  busy = 1;
  if (*name == 0) keep_entries();
  else keep(name, number);
  busy = 0;
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int file) { return flush(file, real_fsync); }
int fdatasync(int file) { return flush(file, real_fdatasync); }
