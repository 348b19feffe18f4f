package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done without a newer call, each with that one call forbidden. */
@LeavesNothing
class OldCallsTest {
  private static final long VFORK = Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;

  @Test
  void shouldFindWhatIsMissing() {
    RecordedSystemCalls seam =
        new RecordedSystemCalls(
            (call, printed) ->
                switch (call) {
                  case OPENAT2 -> -Errno.ENOSYS;
                  case PIDFD_GETFD, FSOPEN -> -Errno.EPERM; // the latter for want of a capability
                  case FSMOUNT -> -Errno.ENOSYS;
                  default -> -Errno.EINVAL;
                });

    assertThat(MissingCalls.probe(seam).calls())
        .containsExactlyInAnyOrder(
            SystemCall.OPENAT2, SystemCall.PIDFD_GETFD, SystemCall.FSMOUNT, SystemCall.FSOPEN);
  }

  @Test
  void shouldRefuseByNameWhatHasNoSubstitute() {
    Linux linux = ForbiddenCalls.without(SystemCall.MOVE_MOUNT);

    assertThatThrownBy(() -> linux.missing().requireDetachedMounts())
        .hasMessageContaining("move_mount(2)")
        .hasMessageContaining("Linux 5.2")
        .hasMessageContaining("seccomp")
        .hasMessageNotContaining("open_tree");
  }

  @Test
  void shouldTellWhichKernelHasTheCallThatIsMissing() {
    Linux linux = ForbiddenCalls.without(SystemCall.PIDFD_GETFD);

    assertThatThrownBy(
            () -> {
              try (PidFd own = open(linux, ProcessHandle.current().pid())) {
                linux.processes().pidfdGetfd(own, 0);
              }
            })
        .hasMessageContaining("pidfd_getfd(")
        .hasMessageContaining("ENOSYS (it came with Linux 5.6");
  }

  private static PidFd open(Linux linux, long pid) {
    return Objects.requireNonNull(linux.processes().pidfdOpen((int) pid));
  }

  private static String shell(Linux linux, String script) {
    LaunchProgram program = new LaunchProgram(linux.missing());
    program.call(SystemCall.EXECVE, "/bin/sh", List.of("sh", "-c", script), List.of("PATH=/bin"));
    try (Arena arena = Arena.ofConfined()) {
      LaunchImage image = new LaunchImage(program, VFORK, arena);
      try (PidFd child = linux.processes().launch(image)) {
        ExitStatus status = linux.processes().waitFor(child);
        return image.failure() + ", " + status.shellStatus();
      }
    }
  }

  @Test
  void shouldStartAChildWithoutTheHandlersOfTheJvm(@TempDir Path folder) throws Exception {
    Linux linux = ForbiddenCalls.without(SystemCall.CLONE3);
    Path told = folder.resolve("told");
    String show =
        "while read -r l; do case $l in Sig[BC]*) echo $l;; esac; done </proc/self/status >" + told;

    assertThat(shell(linux, show)).isEqualTo("null, 0");
    String old = Files.readString(told);
    assertThat(shell(Linux.kernel(), show)).isEqualTo("null, 0");

    assertThat(old).isEqualTo(Files.readString(told)).contains("SigBlk", "SigCgt");
  }

  @Test
  void shouldKeepTheSignalMaskOfTheLaunchingThread() {
    Linux linux = ForbiddenCalls.without(SystemCall.CLONE3);
    SignalFds signals = Linux.kernel().signalFds();
    long before = signals.sigprocmask(Signals.SIG_BLOCK, SignalFds.mask(Signals.SIGUSR1));
    try {
      shell(linux, "true");

      assertThat(signals.sigprocmask(Signals.SIG_BLOCK, 0))
          .isEqualTo(before | SignalFds.mask(Signals.SIGUSR1));
    } finally {
      signals.sigprocmask(Signals.SIG_SETMASK, before);
    }
  }

  @Test
  void shouldTellThatTheChildCouldNotEnterItsCgroup(@TempDir Path folder) {
    Linux linux = ForbiddenCalls.without(SystemCall.CLONE3);
    LaunchProgram program = new LaunchProgram(linux.missing());
    program.call(SystemCall.EXECVE, "/bin/true", List.of("true"), List.of());
    try (Arena arena = Arena.ofConfined();
        Fd noCgroup = linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), Fcntl.O_PATH, 0)) {
      LaunchImage image = new LaunchImage(program, VFORK, arena);
      image.bornIn(noCgroup);
      try (PidFd child = linux.processes().launch(image)) {
        assertThat(linux.processes().waitFor(child).shellStatus()).isEqualTo(125);
      }

      assertThat(String.valueOf(image.failure()))
          .contains("before step 1 of 1", "\"cgroup.procs\"", "ENOENT");
    }
  }

  @Test
  void shouldSignalAndAwaitAProcessByItsFolder() throws Exception {
    for (Linux linux :
        List.of(
            ForbiddenCalls.without(SystemCall.PIDFD_OPEN),
            ForbiddenCalls.denying(SystemCall.PIDFD_OPEN, SystemCall.PIDFD_SEND_SIGNAL))) {
      Process sleep = new ProcessBuilder("sleep", "1000").start();
      try (PidFd process = open(linux, sleep.pid())) {
        Polling polling = new Polling(linux);

        assertThat(polling.poll(process, Polling.POLLIN, 20)).isZero();
        assertThat(linux.processes().signal(process, Signals.SIGTERM)).isTrue();
        assertThat(polling.poll(process, Polling.POLLIN, 20_000)).isEqualTo(Polling.POLLIN);
        assertThat(sleep.waitFor()).isEqualTo(143);
        assertThat(linux.processes().signal(process, Signals.SIGTERM)).isFalse();
        assertThat(linux.processes().pidfdOpen((int) sleep.pid())).isNull();
      } finally {
        sleep.destroyForcibly();
      }
    }
  }

  @Test
  void shouldSignalAChildThatHasARealPidfd() {
    Linux linux = ForbiddenCalls.without(SystemCall.PIDFD_SEND_SIGNAL);
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    program.call(SystemCall.EXECVE, "/bin/sleep", List.of("sleep", "1000"), List.of());
    try (Arena arena = Arena.ofConfined();
        PidFd child = linux.processes().launch(new LaunchImage(program, VFORK, arena))) {
      assertThat(linux.processes().signal(child, Signals.SIGKILL)).isTrue();
      linux.processes().waitFor(child);
      assertThat(linux.processes().signal(child, Signals.SIGKILL)).isFalse();
    }
  }

  @Test
  void shouldAskForAccessAndWaitShortlyWithoutTheNewerCalls() {
    Linux linux = ForbiddenCalls.without(SystemCall.FACCESSAT2, SystemCall.EPOLL_PWAIT2);
    try (Fd epoll = linux.epoll().create();
        Arena arena = Arena.ofConfined();
        Fd proc = linux.files().openat(Fd.WORKING_FOLDER, "/proc", Fcntl.O_PATH, 0)) {
      assertThat(linux.files().faccessat2(proc, "stat", Stat.R_OK, 0)).isTrue();
      assertThat(linux.files().faccessat2(proc, "no-such", Stat.F_OK, 0)).isFalse();
      assertThat(linux.files().faccessat2(proc, "", Stat.F_OK, Fcntl.AT_EMPTY_PATH)).isTrue();
      assertThat(linux.epoll().awaitNanos(epoll, new EpollEvents(arena, 4), 10_000)).isZero();
    }
  }

  @Test
  @RequiresRoot
  void shouldMakeAFileSystemAndChangeItsMount(@TempDir Path folder) {
    Linux linux = ForbiddenCalls.without(SystemCall.FSOPEN, SystemCall.MOUNT_SETATTR);
    try (Arena arena = Arena.ofConfined();
        Fd tmpfs = linux.mounts().create("tmpfs", List.of("size=64k", "mode=711"), 0)) {
      linux.files().mkdirat(tmpfs, "below", 0700);
      FileSystemStatus system = new FileSystemStatus(arena);
      linux.files().fstatfs(tmpfs, system);
      assertThat(system.type()).isEqualTo(FileSystemMagic.TMPFS_MAGIC);
      assertThat(system.totalBytes()).isEqualTo(64 * 1024);

      long set = MountFlags.MOUNT_ATTR_RDONLY | MountFlags.MOUNT_ATTR_NOEXEC;
      linux.mounts().mountSetattr(tmpfs, 0, set, 0, MountFlags.MS_PRIVATE);
      linux.files().fstatfs(tmpfs, system);
      assertThat(system.mountAttributes()).isEqualTo(set);
      assertThatThrownBy(() -> linux.files().mkdirat(tmpfs, "more", 0700))
          .hasMessageContaining("EROFS");

      linux.mounts().mountSetattr(tmpfs, 0, 0, MountFlags.MOUNT_ATTR_RDONLY, 0);
      assertThat(linux.files().mkdirat(tmpfs, "more", 0700)).isTrue();
    }
  }

  /** The tree is the root and what is mounted below it, procfs at least; and a file of its own. */
  @Test
  @RequiresRoot
  void shouldChangeAWholeTreeAndAFile() {
    Linux linux = ForbiddenCalls.without(SystemCall.MOUNT_SETATTR);
    int clone = MountFlags.OPEN_TREE_CLONE | Fcntl.AT_RECURSIVE;
    long readonly = MountFlags.MOUNT_ATTR_RDONLY;
    try (Arena arena = Arena.ofConfined();
        Fd tree = linux.mounts().openTree(Fd.WORKING_FOLDER, "/", clone);
        Fd file =
            linux.mounts().openTree(Fd.WORKING_FOLDER, "/etc/passwd", MountFlags.OPEN_TREE_CLONE)) {
      linux.mounts().mountSetattr(tree, Fcntl.AT_RECURSIVE, readonly, 0, MountFlags.MS_PRIVATE);
      linux.mounts().mountSetattr(file, 0, readonly, 0, 0);

      FileSystemStatus system = new FileSystemStatus(arena);
      for (String place : List.of(".", "proc", "dev")) {
        try (Fd below = linux.files().openat(tree, place, Fcntl.O_PATH, 0)) {
          linux.files().fstatfs(below, system);
          assertThat(system.mountAttributes() & readonly).as(place).isEqualTo(readonly);
        }
      }
      linux.files().fstatfs(file, system);
      assertThat(system.mountAttributes() & readonly).isEqualTo(readonly);
    }
  }

  @Test
  void shouldReadPlacesWithBlanksInThem() {
    MountInfo mounts =
        MountInfo.parse(
            List.of(
                "21 1 0:20 / / rw - tmpfs tmpfs rw",
                "22 21 0:21 / /a\\040b\\134c rw - tmpfs tmpfs rw",
                "23 22 0:22 / /a\\040b\\134c/d rw shared:1 - tmpfs tmpfs rw",
                "24 1 0:23 / /e rw - tmpfs tmpfs rw"));

    assertThat(mounts.below(21))
        .extracting(MountInfo.Entry::place)
        .containsExactly("/a b\\c", "/a b\\c/d");
  }
}
