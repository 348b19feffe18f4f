#define _GNU_SOURCE
#include "plan.h"

#include <err.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static char *copy(const char *text) {
  char *made = strdup(text);
  if (!made) err(2, "strdup");
  return made;
}

static void add(char **list, int *count, const char *what, char *value) {
  if (*count >= MAX_ITEMS - 1) errx(2, "plan: more than %d of %s", MAX_ITEMS - 1, what);
  list[(*count)++] = value;
}

static uint64_t namespace_flag(const char *name) {
  static const struct { const char *name; uint64_t flag; } known[] = {
      {"pid", CLONE_NEWPID}, {"mount", CLONE_NEWNS},   {"uts", CLONE_NEWUTS},
      {"ipc", CLONE_NEWIPC}, {"network", CLONE_NEWNET}, {"cgroup", CLONE_NEWCGROUP}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (!strcmp(name, known[i].name)) return known[i].flag;
  errx(2, "plan: unknown namespace %s", name);
}

static int flag(const char *name, unsigned long *flags) {
  static const struct { const char *name; unsigned long flag; } known[] = {
      {"ro", MS_RDONLY},     {"nosuid", MS_NOSUID},           {"nodev", MS_NODEV},
      {"noexec", MS_NOEXEC}, {"strictatime", MS_STRICTATIME}, {"relatime", MS_RELATIME},
      {"rw", 0}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (!strcmp(name, known[i].name)) {
      *flags |= known[i].flag;
      return 1;
    }
  return 0;
}

/* A path inside the root, as the child uses it: relative to its working folder. */
static char *inside(const char *path) {
  if (*path != '/' || !path[1]) errx(2, "plan: '%s' is not an absolute path in the root", path);
  return copy(path + 1);
}

/* mount TYPE TARGET OPTION,OPTION,... */
static void read_mount(struct plan *plan, char *text) {
  if (plan->mount_count >= MAX_MOUNTS) errx(2, "plan: more than %d mounts", MAX_MOUNTS);
  struct fs_mount *mount = &plan->mounts[plan->mount_count++];
  char *rest = text;
  char *type = strsep(&rest, " ");
  char *target = strsep(&rest, " ");
  if (!target) errx(2, "plan: mount without a target");
  mount->type = copy(type);
  mount->target = inside(target);
  char data[512] = "";
  for (char *option; rest && (option = strsep(&rest, ","));) {
    if (!*option || flag(option, &mount->flags)) continue;
    if (strlen(data) + strlen(option) + 2 > sizeof data) errx(2, "plan: options of %s", target);
    if (*data) strcat(data, ",");
    strcat(data, option);
  }
  mount->data = copy(data);
}

/*
 * What this kernel has is looked up once, on the host's own /proc and /sys: a bind mount that fails,
 * because a file is to hide a folder, makes the kernel wait for an RCU grace period.
 */
static void add_masked(struct plan *plan, const char *path) {
  struct stat status;
  if (lstat(path, &status)) return;
  if (S_ISDIR(status.st_mode))
    add(plan->masked_folders, &plan->masked_folder_count, "masked", inside(path));
  else add(plan->masked_files, &plan->masked_file_count, "masked", inside(path));
}

static void add_read_only(struct plan *plan, const char *path) {
  struct stat status;
  if (!lstat(path, &status))
    add(plan->read_only, &plan->read_only_count, "readonly", inside(path));
}

static void read_filter(struct plan *plan, const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (fd < 0 || fstat(fd, &status)) err(2, "%s", path);
  if (status.st_size == 0 || status.st_size % sizeof(struct sock_filter))
    errx(2, "%s: not a BPF program", path);
  plan->filter = malloc(status.st_size);
  if (!plan->filter || read(fd, plan->filter, status.st_size) != status.st_size) err(2, "%s", path);
  plan->filter_length = status.st_size / sizeof(struct sock_filter);
  close(fd);
}

static void read_line(struct plan *plan, char *line) {
  char *value = strchr(line, ' ');
  if (value) *value++ = 0;
  else value = line + strlen(line);
  if (!strcmp(line, "namespace")) plan->namespaces |= namespace_flag(value);
  else if (!strcmp(line, "lower")) add(plan->lowers, &plan->lower_count, line, copy(value));
  else if (!strcmp(line, "overlay")) plan->overlay = 1;
  else if (!strcmp(line, "volatile")) plan->volatile_upper = 1;
  else if (!strcmp(line, "mount")) read_mount(plan, value);
  else if (!strcmp(line, "devices")) plan->devices = 1;
  else if (!strcmp(line, "masked")) add_masked(plan, value);
  else if (!strcmp(line, "readonly")) add_read_only(plan, value);
  else if (!strcmp(line, "hostname")) plan->hostname = copy(value);
  else if (!strcmp(line, "cwd")) plan->cwd = copy(value);
  else if (!strcmp(line, "capabilities")) {
    plan->drop_capabilities = 1;
    plan->capabilities = strtoull(value, NULL, 16);
  } else if (!strcmp(line, "no_new_privileges")) plan->no_new_privileges = 1;
  else if (!strcmp(line, "filter")) read_filter(plan, value);
  else if (!strcmp(line, "cgroup")) plan->cgroup_parent = copy(value);
  else if (!strcmp(line, "arg")) add(plan->args, &plan->arg_count, line, copy(value));
  else if (!strcmp(line, "env")) add(plan->env, &plan->env_count, line, copy(value));
  else errx(2, "plan: unknown word '%s'", line);
}

void read_plan(const char *path, struct plan *plan) {
  FILE *file = fopen(path, "re");
  if (!file) err(2, "%s", path);
  char *line = NULL;
  size_t size = 0;
  memset(plan, 0, sizeof *plan);
  for (ssize_t length; (length = getline(&line, &size, file)) > 0;) {
    if (line[length - 1] == '\n') line[length - 1] = 0;
    if (*line && *line != '#') read_line(plan, line);
  }
  free(line);
  fclose(file);
  if (!plan->arg_count) errx(2, "%s: no command", path);
  if (!plan->lower_count) errx(2, "%s: no root", path);
}
