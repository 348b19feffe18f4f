#define _GNU_SOURCE
#include "launch.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MNT_DETACH 2 /* from <sys/mount.h>, which does not go together with <linux/mount.h> */

uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void took(struct slot *slot, const char *name) {
  if (!slot->trace) return;
  uint64_t time = now();
  if (slot->step_count < MAX_STEPS) {
    slot->steps[slot->step_count].name = name;
    slot->steps[slot->step_count++].nanoseconds = time - slot->last;
  }
  slot->last = now();
}

/* In the child: the parent's memory is ours until exec, so an error is simply written there. */
static long step(struct slot *slot, const char *name, long result) {
  if (result < 0) {
    slot->failed_step = name;
    slot->failed_errno = errno;
    _exit(127);
  }
  took(slot, name);
  return result;
}

#define DO(name, call) step(slot, name, (call))
#define CALL(...) syscall(__VA_ARGS__)

static long config(int fs, int command, const char *key, const char *value) {
  return CALL(SYS_fsconfig, fs, command, key, value, 0);
}

static int overlay_root(const struct plan *plan, struct slot *slot) {
  int fs = DO("fsopen overlay", CALL(SYS_fsopen, "overlay", FSOPEN_CLOEXEC));
  for (int i = 0; i < plan->lower_count; i++)
    DO("fsconfig lowerdir+", config(fs, FSCONFIG_SET_STRING, "lowerdir+", plan->lowers[i]));
  DO("fsconfig upperdir", config(fs, FSCONFIG_SET_STRING, "upperdir", slot->upper));
  DO("fsconfig workdir", config(fs, FSCONFIG_SET_STRING, "workdir", slot->work));
  if (plan->volatile_upper)
    DO("fsconfig volatile", config(fs, FSCONFIG_SET_FLAG, "volatile", NULL));
  DO("fsconfig create overlay", config(fs, FSCONFIG_CMD_CREATE, NULL, NULL));
  return DO("fsmount overlay", CALL(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0));
}

static void enter_root_mount(const struct plan *plan, struct slot *slot) {
  DO("mount / slave", CALL(SYS_mount, NULL, "/", NULL, MS_REC | MS_SLAVE, NULL));
  int root = plan->overlay
                 ? overlay_root(plan, slot)
                 : DO("open_tree root", CALL(SYS_open_tree, AT_FDCWD, plan->lowers[0],
                                             OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
  DO("move_mount root",
     CALL(SYS_move_mount, root, "", AT_FDCWD, slot->path, MOVE_MOUNT_F_EMPTY_PATH));
  DO("fchdir root", CALL(SYS_fchdir, root));
}

static void make_devices(struct slot *slot) {
  static const struct { const char *path; int major, minor; } nodes[] = {
      {"dev/null", 1, 3},    {"dev/zero", 1, 5}, {"dev/full", 1, 7}, {"dev/random", 1, 8},
      {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};
  static const struct { const char *target, *path; } links[] = {
      {"/proc/self/fd", "dev/fd"},       {"/proc/self/fd/0", "dev/stdin"},
      {"/proc/self/fd/1", "dev/stdout"}, {"/proc/self/fd/2", "dev/stderr"},
      {"pts/ptmx", "dev/ptmx"},          {"/proc/kcore", "dev/core"}};
  for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
    DO("mknodat", CALL(SYS_mknodat, AT_FDCWD, nodes[i].path, S_IFCHR | 0666,
                       makedev(nodes[i].major, nodes[i].minor)));
  for (size_t i = 0; i < sizeof links / sizeof *links; i++)
    DO("symlinkat", CALL(SYS_symlinkat, links[i].target, AT_FDCWD, links[i].path));
}

static void mount_all(const struct plan *plan, struct slot *slot) {
  for (int i = 0; i < plan->mount_count; i++) {
    const struct fs_mount *mount = &plan->mounts[i];
    if (!strncmp(mount->target, "dev/", 4))
      DO("mkdirat", CALL(SYS_mkdirat, AT_FDCWD, mount->target, 0755));
    DO(mount->target, CALL(SYS_mount, mount->type, mount->target, mount->type, mount->flags,
                           mount->data));
    if (plan->devices && !strcmp(mount->target, "dev")) make_devices(slot);
  }
}

static void hide(const struct plan *plan, struct slot *slot) {
  for (int i = 0; i < plan->masked_file_count; i++)
    DO("mask file", CALL(SYS_mount, "dev/null", plan->masked_files[i], NULL, MS_BIND, NULL));
  for (int i = 0; i < plan->masked_folder_count; i++)
    DO("mask folder", CALL(SYS_mount, slot->empty, plan->masked_folders[i], NULL, MS_BIND, NULL));
  for (int i = 0; i < plan->read_only_count; i++) {
    const char *path = plan->read_only[i];
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
    DO("read-only bind", CALL(SYS_mount, path, path, NULL, MS_BIND | MS_REC, NULL));
    DO("read-only attr", CALL(SYS_mount_setattr, AT_FDCWD, path, AT_RECURSIVE, &attr, sizeof attr));
  }
}

static void install_filter(const struct plan *plan, struct slot *slot) {
  if (!plan->filter) return;
  struct sock_fprog program = {plan->filter_length, plan->filter};
  DO("seccomp", CALL(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}

static void drop_privileges(const struct plan *plan, struct slot *slot) {
  if (plan->no_new_privileges) DO("no_new_privs", CALL(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  else install_filter(plan, slot); /* needs CAP_SYS_ADMIN, so before it goes */
  if (plan->drop_capabilities) {
    for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
      if (!(plan->capabilities >> capability & 1))
        DO("capbset_drop", CALL(SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0));
    uint32_t low = plan->capabilities, high = plan->capabilities >> 32;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{low, low, 0}, {high, high, 0}};
    DO("setgroups", CALL(SYS_setgroups, 0, NULL));
    DO("capset", CALL(SYS_capset, &header, data));
  }
  if (plan->no_new_privileges) install_filter(plan, slot);
}

static void fill_root(const struct plan *plan, struct slot *slot) {
  enter_root_mount(plan, slot);
  DO("umask 0", CALL(SYS_umask, 0));
  mount_all(plan, slot);
  hide(plan, slot);
  DO("pivot_root", CALL(SYS_pivot_root, ".", "."));
  DO("umount2 old root", CALL(SYS_umount2, ".", MNT_DETACH));
  DO("umask 022", CALL(SYS_umask, 022));
}

static _Noreturn void child(const struct plan *plan, struct slot *slot, int output) {
  took(slot, "parent: clone3, until the child runs");
  if (output >= 0) DO("dup3", CALL(SYS_dup3, output, 1, 0));
  DO("setsid", CALL(SYS_setsid));
  if (slot->container)
    DO("setns", CALL(SYS_setns, slot->container, plan->namespaces & ~CLONE_NEWPID));
  else if (plan->namespaces & CLONE_NEWNS) fill_root(plan, slot);
  if (!slot->container && plan->hostname && plan->namespaces & CLONE_NEWUTS)
    DO("sethostname", CALL(SYS_sethostname, plan->hostname, strlen(plan->hostname)));
  if (plan->cwd) DO("chdir", CALL(SYS_chdir, plan->cwd));
  DO("close_range", CALL(SYS_close_range, 3, ~0u, CLOSE_RANGE_CLOEXEC));
  drop_privileges(plan, slot);
  step(slot, "execve", CALL(SYS_execve, plan->args[0], plan->args, plan->env));
  __builtin_unreachable();
}

/*
 * The child runs on this frame, below it, until exec: the parent sleeps meanwhile (CLONE_VFORK), and
 * the raw call leaves no return address for the child to overwrite.
 */
static __attribute__((noinline)) long clone_child(struct clone_args *args, const struct plan *plan,
                                                  struct slot *slot, int output) {
  long pid;
#if defined(__x86_64__)
  __asm__ volatile("syscall"
                   : "=a"(pid)
                   : "a"((long)SYS_clone3), "D"(args), "S"(sizeof *args)
                   : "rcx", "r11", "memory");
#elif defined(__aarch64__)
  register long x0 __asm__("x0") = (long)args;
  register long x1 __asm__("x1") = sizeof *args;
  register long x8 __asm__("x8") = SYS_clone3;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x1), "r"(x8) : "memory");
  pid = x0;
#else
#error "the floor knows x86-64 and aarch64"
#endif
  if (pid == 0) child(plan, slot, output);
  return pid;
}

static int exit_status(const siginfo_t *info) {
  return info->si_code == CLD_EXITED ? info->si_status : 128 + info->si_status;
}

/* Depth first, by descriptors; only when the payload wrote something. */
static void remove_below(int parent, const char *name) {
  if (!unlinkat(parent, name, AT_REMOVEDIR) || errno == ENOENT) return;
  if (errno == ENOTDIR) {
    if (unlinkat(parent, name, 0)) err(2, "unlink %s", name);
    return;
  }
  int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) err(2, "open %s", name);
  char buffer[4096];
  for (long got; (got = CALL(SYS_getdents64, folder, buffer, sizeof buffer)) > 0;)
    for (long at = 0; at < got;) {
      struct { uint64_t inode, offset; unsigned short length; unsigned char type; char name[]; }
      *entry = (void *)(buffer + at);
      at += entry->length;
      if (strcmp(entry->name, ".") && strcmp(entry->name, "..")) remove_below(folder, entry->name);
    }
  close(folder);
  if (unlinkat(parent, name, AT_REMOVEDIR)) err(2, "rmdir %s", name);
}

static void make_layers(const struct plan *plan, struct slot *slot) {
  if (!plan->overlay) return;
  if (mkdirat(slot->folder, "upper", 0755) || mkdirat(slot->folder, "work", 0700))
    err(2, "mkdir %s", slot->upper);
}

static void remove_layers(const struct plan *plan, struct slot *slot) {
  if (!plan->overlay) return;
  remove_below(slot->folder, "upper");
  unlinkat(AT_FDCWD, slot->work_inner, AT_REMOVEDIR); /* what overlay made; more is seen next */
  remove_below(slot->folder, "work");
}

void launch(const struct plan *plan, struct slot *slot, int output, struct timeline *line) {
  int pidfd = -1, cgroup = -1;
  struct clone_args args = {.flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_CLEAR_SIGHAND |
                                     plan->namespaces,
                            .pidfd = (uintptr_t)&pidfd,
                            .exit_signal = SIGCHLD};
  slot->step_count = 0;
  slot->failed_step = NULL;
  slot->last = line->begin;
  make_layers(plan, slot);
  took(slot, "parent: mkdir upper, work");
  if (plan->cgroup_parent) {
    if (mkdir(slot->cgroup, 0755)) err(2, "mkdir %s", slot->cgroup);
    cgroup = open(slot->cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (cgroup < 0) err(2, "open %s", slot->cgroup);
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = cgroup;
  }
  took(slot, "parent: mkdir cgroup");
  long pid = clone_child(&args, plan, slot, output);
  if (pid < 0) {
    errno = -pid;
    err(2, "clone3");
  }
  line->exec = now();
  took(slot, "execve");
  siginfo_t info;
  if (waitid(P_PIDFD, pidfd, &info, WEXITED)) err(2, "waitid");
  line->exit = now();
  took(slot, "parent: wait for payload and exit");
  if (slot->failed_step)
    errx(2, "step %s: %s", slot->failed_step, strerror(slot->failed_errno));
  line->status = exit_status(&info);
  close(pidfd);
  if (cgroup >= 0) {
    close(cgroup);
    if (rmdir(slot->cgroup)) err(2, "rmdir %s", slot->cgroup);
  }
  took(slot, "parent: rmdir cgroup");
  remove_layers(plan, slot);
  took(slot, "parent: remove upper, work");
  line->end = now();
}

void move_in(struct slot *slot, int pid, const char *cgroup) {
  slot->container = CALL(SYS_pidfd_open, pid, 0);
  if (slot->container < 0) err(2, "pidfd_open %d", pid);
  slot->container_cgroup = open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (slot->container_cgroup < 0) err(2, "open %s", cgroup);
  if (CALL(SYS_setns, slot->container, CLONE_NEWPID)) err(2, "setns %d", pid);
}

void enter(const struct plan *plan, struct slot *slot, int output, struct timeline *line) {
  int pidfd = -1;
  struct clone_args args = {.flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_CLEAR_SIGHAND |
                                     CLONE_INTO_CGROUP,
                            .pidfd = (uintptr_t)&pidfd,
                            .exit_signal = SIGCHLD,
                            .cgroup = slot->container_cgroup};
  slot->step_count = 0;
  slot->failed_step = NULL;
  slot->last = line->begin;
  long pid = clone_child(&args, plan, slot, output);
  if (pid < 0) {
    errno = -pid;
    err(2, "clone3");
  }
  line->exec = now();
  siginfo_t info;
  if (waitid(P_PIDFD, pidfd, &info, WEXITED)) err(2, "waitid");
  line->exit = now();
  if (slot->failed_step)
    errx(2, "step %s: %s", slot->failed_step, strerror(slot->failed_errno));
  line->status = exit_status(&info);
  close(pidfd);
  line->end = now();
}

static void mount_for_peer(const struct plan *plan, struct slot *slot) {
  char options[4096];
  int length = snprintf(options, sizeof options, "upperdir=%s,workdir=%s%s,lowerdir=", slot->upper,
                        slot->work, plan->volatile_upper ? ",volatile" : "");
  for (int i = 0; i < plan->lower_count && length < (int)sizeof options; i++)
    length += snprintf(options + length, sizeof options - length, "%s%s", i ? ":" : "",
                       plan->lowers[i]);
  if (length >= (int)sizeof options) errx(2, "too many lower layers for one mount(2)");
  make_layers(plan, slot);
  if (CALL(SYS_mount, "overlay", slot->rootfs, "overlay", 0, options))
    err(2, "mount overlay at %s", slot->rootfs);
}

static long spawn(char *const command[], int output) {
  extern char **environ;
  volatile int failed = 0;
  pid_t pid = vfork();
  if (pid < 0) err(2, "vfork");
  if (pid == 0) {
    if (output >= 0) dup2(output, 1);
    execve(command[0], command, environ);
    failed = errno;
    _exit(127);
  }
  if (failed) errx(2, "%s: %s", command[0], strerror(failed));
  return pid;
}

void drive(const struct plan *plan, struct slot *slot, char *const command[], int output,
           struct timeline *line) {
  if (plan->overlay) mount_for_peer(plan, slot);
  line->mounted = now();
  long pid = spawn(command, output);
  siginfo_t info;
  if (waitid(P_PID, pid, &info, WEXITED)) err(2, "waitid");
  line->exit = now();
  line->status = exit_status(&info);
  if (plan->overlay) {
    if (CALL(SYS_umount2, slot->rootfs, 0)) err(2, "umount %s", slot->rootfs);
    remove_layers(plan, slot);
  }
  line->end = now();
}
