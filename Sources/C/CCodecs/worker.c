// What a pool of workers needs of Linux and glibc that Swift does not see.

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "CCodecs.h"

int ccodecs_memory_file(void) {
  return memfd_create("isocenter-codec", MFD_CLOEXEC);
}

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int socket, int memory) {
  int failed = 0;
  for (int standard = 0; standard <= 2; standard++) {
    failed |= posix_spawn_file_actions_addopen(
        actions, standard, "/dev/null", standard == 0 ? O_RDONLY : O_WRONLY, 0);
  }
  failed |= posix_spawn_file_actions_adddup2(actions, socket, CCODECS_WORKER_SOCKET);
  failed |= posix_spawn_file_actions_adddup2(actions, memory, CCODECS_WORKER_MEMORY);
  failed |= posix_spawn_file_actions_addclosefrom_np(actions, CCODECS_WORKER_MEMORY + 1);
  // Whatever the calling thread blocks or ignores, a limit must be able to end the worker.
  sigset_t signals;
  sigemptyset(&signals);
  failed |= posix_spawnattr_setsigmask(attributes, &signals);
  sigfillset(&signals);
  failed |= posix_spawnattr_setsigdefault(attributes, &signals);
  failed |= posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return failed;
}

int ccodecs_confine_worker(void) {
  // What is open stays open; nothing new can be opened, no file and no connection.
  struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_NOFILE, &none) != 0) { return errno; }
  // A program that is started all the same gets no more rights than this one, whatever its file says.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) { return errno; }
  // Nobody else of the same user may look into the memory, which holds a patient's pixels.
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) { return errno; }
  return 0;
}

int ccodecs_spawn_worker(
    const char *executable, char *const arguments[], char *const environment[], int socket, int memory,
    int *child) {
  // The descriptors must not be those they are moved to, or one would be closed under the other.
  int high_socket = fcntl(socket, F_DUPFD_CLOEXEC, 16);
  int high_memory = fcntl(memory, F_DUPFD_CLOEXEC, 16);
  int status = EMFILE;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  if (high_socket >= 0 && high_memory >= 0) {
    status = prepare(&actions, &attributes, high_socket, high_memory);
    pid_t process = -1;
    if (status == 0) {
      status = posix_spawn(&process, executable, &actions, &attributes, arguments, environment);
    }
    *child = process;
  }
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(high_socket);
  close(high_memory);
  return status;
}
