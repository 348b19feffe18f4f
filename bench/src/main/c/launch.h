/* One start of one container, with the kernel calls only: nobody who does this work can be faster. */
#ifndef LIGHTER_BENCH_LAUNCH_H
#define LIGHTER_BENCH_LAUNCH_H

#include <stdint.h>

#include "plan.h"

#define MAX_STEPS 160

/* Where one worker keeps what belongs to a start; used again by its next start. */
struct slot {
  int id;
  int folder;          /* holds upper, work and, for peers, rootfs and config.json */
  char path[256];
  char cgroup[256];
  char upper[300], work[300], work_inner[300], rootfs[300];
  int container;       /* pidfd of a running container that processes are started in; 0: none */
  int container_cgroup; /* the folder of its cgroup */
  const char *empty;   /* an empty folder on a read-only mount, for masked folders */
  int trace;           /* fill steps */
  const char *failed_step;
  int failed_errno;
  uint64_t last;
  int step_count;
  struct { const char *name; uint64_t nanoseconds; } steps[MAX_STEPS];
};

/* CLOCK_MONOTONIC, nanoseconds. 0 where it cannot be seen. */
struct timeline {
  uint64_t intended; /* when the request was due */
  uint64_t begin;    /* when a worker took it */
  uint64_t mounted;  /* peers: the overlay stands */
  uint64_t exec;     /* the child has left our memory: execve succeeded */
  uint64_t stamp;    /* the payload's first instruction, when it is the stamp program */
  uint64_t exit;     /* reaped */
  uint64_t end;      /* nothing is left */
  int status;        /* exit status, or 128 + signal */
};

uint64_t now(void);

/* One start from nothing to nothing. `output` is the payload's standard output, or -1. */
void launch(const struct plan *plan, struct slot *slot, int output, struct timeline *line);

/*
 * Readies a worker for `enter`: its thread's children are born in the container's pid namespace.
 * The thread can do nothing else afterwards.
 */
void move_in(struct slot *slot, int pid, const char *cgroup);

/* A further process in the container of the slot, from nothing to nothing. */
void enter(const struct plan *plan, struct slot *slot, int output, struct timeline *line);

/* The same life for a command that is a runtime: overlay, run, unmount. */
void drive(const struct plan *plan, struct slot *slot, char *const command[], int output,
           struct timeline *line);

#endif
