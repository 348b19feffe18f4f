/*
 * The floor under a container start, and the fair driver for command-line runtimes.
 *
 *   floor -p PLAN -s SLOTS -n N [-k AT_ONCE] [-j WORKERS] [-t] [-o]            the floor itself
 *   floor -p PLAN -s SLOTS -n N [-k AT_ONCE] [-j WORKERS] [-o] -- COMMAND...   a peer, run by vfork
 *   floor -p PLAN -s SLOTS -n N [-k AT_ONCE] [-j WORKERS] -e PID -c CGROUP     the floor of an exec
 *
 * SLOTS holds one folder a worker, named 0, 1, ...; {slot} and {id} in COMMAND become the worker's
 * folder and a name that is unique in it. Starts come in bursts of AT_ONCE, all due at the burst's
 * first instant, carried out by WORKERS threads; the next burst begins when the last one is done.
 * -e starts further processes in a container: PID is its first one, CGROUP the folder of its cgroup.
 * -t prints the median of what each step took (floor only). -o gives the payload a pipe and reads a
 * time stamp. -O FILE keeps what the payload writes.
 *
 * Standard output: "intended begin mounted exec stamp exit end status" in nanoseconds, a line a
 * start; then "cpu USER_US SYSTEM_US" of this process and all its children.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launch.h"

static struct plan plan;
static const char *slots, *container_cgroup;
static int container, starts, at_once = 1, workers, trace, stamped, kept_output = -1;
static char **command;
static struct timeline *lines;
static pthread_barrier_t burst_begins, burst_ends;
static uint64_t due;
static atomic_int next_start;
static int burst_limit;
static uint32_t *step_samples[MAX_STEPS];
static const char *step_name[MAX_STEPS];

static void open_slot(struct slot *slot, int id) {
  memset(slot, 0, sizeof *slot);
  slot->id = id;
  slot->trace = trace;
  snprintf(slot->path, sizeof slot->path, "%s/%d", slots, id);
  if (mkdir(slot->path, 0755) && errno != EEXIST) err(2, "mkdir %s", slot->path);
  slot->folder = open(slot->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (slot->folder < 0) err(2, "open %s", slot->path);
  snprintf(slot->upper, sizeof slot->upper, "%s/upper", slot->path);
  snprintf(slot->work, sizeof slot->work, "%s/work", slot->path);
  snprintf(slot->work_inner, sizeof slot->work_inner, "%s/work/work", slot->path);
  snprintf(slot->rootfs, sizeof slot->rootfs, "%s/rootfs", slot->path);
  if (plan.cgroup_parent)
    snprintf(slot->cgroup, sizeof slot->cgroup, "%s/floor-%d", plan.cgroup_parent, id);
}

static char *replace(const char *text, const char *word, const char *by) {
  const char *at = strstr(text, word);
  if (!at) return strdup(text);
  char *made;
  if (asprintf(&made, "%.*s%s%s", (int)(at - text), text, by, at + strlen(word)) < 0)
    err(2, "asprintf");
  char *rest = replace(made, word, by);
  free(made);
  return rest;
}

/* The peer's command for this worker, made before any clock runs. */
static char **command_for(const struct slot *slot) {
  int count = 0;
  while (command[count]) count++;
  char **made = calloc(count + 1, sizeof *made);
  char id[32];
  snprintf(id, sizeof id, "bench-%d", slot->id);
  for (int i = 0; i < count; i++) {
    char *with_slot = replace(command[i], "{slot}", slot->path);
    made[i] = replace(with_slot, "{id}", id);
    free(with_slot);
  }
  return made;
}

static void keep_steps(const struct slot *slot, int start) {
  for (int i = 0; i < slot->step_count; i++) {
    step_name[i] = slot->steps[i].name;
    step_samples[i][start] = slot->steps[i].nanoseconds;
  }
}

static int by_size(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void print_steps(FILE *out) {
  for (int i = 0; i < MAX_STEPS && step_name[i]; i++) {
    qsort(step_samples[i], starts, sizeof *step_samples[i], by_size);
    fprintf(out, "step %u %s\n", step_samples[i][starts / 2], step_name[i]);
  }
}

static void one_start(struct slot *slot, char **peer, struct timeline *line) {
  int ends[2] = {-1, kept_output};
  if (stamped && pipe2(ends, O_CLOEXEC)) err(2, "pipe2");
  line->begin = now();
  line->intended = at_once > 1 ? due : line->begin;
  if (peer) drive(&plan, slot, peer, ends[1], line);
  else if (container) enter(&plan, slot, ends[1], line);
  else launch(&plan, slot, ends[1], line);
  if (stamped) {
    close(ends[1]);
    if (read(ends[0], &line->stamp, sizeof line->stamp) != sizeof line->stamp)
      errx(2, "the payload wrote no time stamp");
    close(ends[0]);
  }
  if (trace) keep_steps(slot, line - lines);
}

static void *work(void *argument) {
  struct slot *slot = calloc(1, sizeof *slot);
  if (!slot) err(2, "calloc");
  open_slot(slot, (int)(intptr_t)argument);
  if (container) move_in(slot, container, container_cgroup);
  char empty[300];
  snprintf(empty, sizeof empty, "%s/empty", slots);
  slot->empty = empty;
  char **peer = command ? command_for(slot) : NULL;
  for (;;) {
    pthread_barrier_wait(&burst_begins);
    if (burst_limit < 0) return NULL;
    for (int index; (index = next_start++) < burst_limit;) one_start(slot, peer, &lines[index]);
    pthread_barrier_wait(&burst_ends);
  }
}

static void run_bursts(void) {
  for (int done = 0; done < starts; done += at_once) {
    next_start = done;
    burst_limit = done + at_once < starts ? done + at_once : starts;
    due = now();
    pthread_barrier_wait(&burst_begins);
    pthread_barrier_wait(&burst_ends);
  }
  burst_limit = -1;
  pthread_barrier_wait(&burst_begins);
}

static void run(void) {
  lines = calloc(starts, sizeof *lines);
  pthread_t *threads = calloc(workers, sizeof *threads);
  if (!lines || !threads) err(2, "calloc");
  for (int i = 0; trace && i < MAX_STEPS; i++)
    if (!(step_samples[i] = calloc(starts, sizeof **step_samples))) err(2, "calloc");
  pthread_barrier_init(&burst_begins, NULL, workers + 1);
  pthread_barrier_init(&burst_ends, NULL, workers + 1);
  for (int i = 0; i < workers; i++)
    if (pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i)) errx(2, "pthread_create");
  run_bursts();
  for (int i = 0; i < workers; i++) pthread_join(threads[i], NULL);
}

static void print(FILE *out) {
  for (int i = 0; i < starts; i++) {
    const struct timeline *l = &lines[i];
    fprintf(out, "%lu %lu %lu %lu %lu %lu %lu %d\n", l->intended, l->begin, l->mounted, l->exec,
            l->stamp, l->exit, l->end, l->status);
  }
  struct rusage own, children;
  getrusage(RUSAGE_SELF, &own);
  getrusage(RUSAGE_CHILDREN, &children);
  fprintf(out, "cpu %ld %ld\n",
          (own.ru_utime.tv_sec + children.ru_utime.tv_sec) * 1000000 + own.ru_utime.tv_usec +
              children.ru_utime.tv_usec,
          (own.ru_stime.tv_sec + children.ru_stime.tv_sec) * 1000000 + own.ru_stime.tv_usec +
              children.ru_stime.tv_usec);
  if (trace) print_steps(out);
  if (fclose(out)) err(2, "standard output");
}

/* An empty folder that masks folders: one mount for all containers, read-only. */
static void mount_empty(char *path, size_t size) {
  snprintf(path, size, "%s/empty", slots);
  if (mkdir(path, 0555) && errno != EEXIST) err(2, "mkdir %s", path);
  if (mount("empty", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "nr_inodes=1"))
    err(2, "mount %s", path);
}

static int number(const char *text, const char *what) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*end || value < 1 || value > 10000000) errx(2, "-%s: '%s' is no count", what, text);
  return value;
}

static int create(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) err(2, "%s", path);
  return fd;
}

int main(int count, char **arguments) {
  const char *plan_file = NULL;
  for (int option; (option = getopt(count, arguments, "+p:s:n:k:j:e:c:toO:")) != -1;) {
    if (option == 'p') plan_file = optarg;
    else if (option == 's') slots = optarg;
    else if (option == 'n') starts = number(optarg, "n");
    else if (option == 'k') at_once = number(optarg, "k");
    else if (option == 'j') workers = number(optarg, "j");
    else if (option == 'e') container = number(optarg, "e");
    else if (option == 'c') container_cgroup = optarg;
    else if (option == 't') trace = 1;
    else if (option == 'o') stamped = 1;
    else if (option == 'O') kept_output = create(optarg);
    else return 2;
  }
  if (!plan_file || !slots || !starts) errx(2, "-p PLAN, -s SLOTS and -n N are needed");
  if (!container != !container_cgroup) errx(2, "-e and -c go together");
  if (stamped && kept_output >= 0) errx(2, "-o and -O exclude each other");
  if (!workers) workers = at_once;
  if (optind < count) command = arguments + optind;
  read_plan(plan_file, &plan);

  /* The containers get our standard streams: nothing to read, nowhere to write. */
  int report = fcntl(1, F_DUPFD_CLOEXEC, 3);
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (report < 0 || nowhere < 0 || dup2(nowhere, 0) < 0 || dup2(nowhere, 1) < 0)
    err(2, "standard streams");
  FILE *out = fdopen(report, "w");
  if (!out) err(2, "fdopen");

  /* Whatever goes wrong, no mount of ours stays on the machine. */
  if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
    err(2, "a mount namespace");
  char empty[300];
  mount_empty(empty, sizeof empty);
  run();
  if (umount(empty) || rmdir(empty)) err(2, "umount %s", empty);
  for (int i = 0; i < starts; i++)
    if (lines[i].status) errx(2, "start %d of %d ended with %d", i, starts, lines[i].status);
  print(out);
  return 0;
}
