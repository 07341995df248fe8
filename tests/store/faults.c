/* Lets the n-th operation on files below a directory fail, once armed: loaded before libc (LD_PRELOAD). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char directory[4096];
static int armed, failure;
static long nth, count;

void fault_arm(const char *below, long which, int error) {
    snprintf(directory, sizeof directory, "%s", below);
    nth = which;
    failure = error;
    count = 0;
    armed = 1;
}

long fault_disarm(void) {
    armed = 0;
    return count;
}

static int fails(const char *path) {
    if (!armed || !path || strncmp(path, directory, strlen(directory))) return 0;
    if (__sync_add_and_fetch(&count, 1) != nth) return 0;
    errno = failure;
    return 1;
}

static int fails_at(int fd) {
    char link[64], path[4096];
    if (!armed) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return fails(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define MODE(flags, mode) do { if ((flags) & (O_CREAT | O_TMPFILE)) { va_list all; va_start(all, flags); mode = va_arg(all, mode_t); va_end(all); } } while (0)

int open(const char *path, int flags, ...) { mode_t mode = 0; MODE(flags, mode); return fails(path) ? -1 : REAL(open)(path, flags, mode); }
int open64(const char *path, int flags, ...) { mode_t mode = 0; MODE(flags, mode); return fails(path) ? -1 : REAL(open64)(path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { mode_t mode = 0; MODE(flags, mode); return fails(path) ? -1 : REAL(openat)(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { mode_t mode = 0; MODE(flags, mode); return fails(path) ? -1 : REAL(openat64)(at, path, flags, mode); }
ssize_t write(int fd, const void *from, size_t size) { return fails_at(fd) ? -1 : REAL(write)(fd, from, size); }
ssize_t pwrite(int fd, const void *from, size_t size, off_t at) { return fails_at(fd) ? -1 : REAL(pwrite)(fd, from, size, at); }
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) { return fails_at(fd) ? -1 : REAL(pwrite64)(fd, from, size, at); }
int fsync(int fd) { return fails_at(fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails_at(fd) ? -1 : REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t size) { return fails_at(fd) ? -1 : REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { return fails_at(fd) ? -1 : REAL(ftruncate64)(fd, size); }
int rename(const char *from, const char *to) { return fails(to) ? -1 : REAL(rename)(from, to); }
