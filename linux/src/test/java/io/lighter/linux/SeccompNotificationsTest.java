package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thread of this JVM whose memfd_create is notified of, and another that answers. */
@RequiresRoot
@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class SeccompNotificationsTest {
  private static final int FLAGS = SeccompFilter.SECCOMP_FILTER_FLAG_SPEC_ALLOW;

  private final Linux linux = Linux.kernel();
  private final SeccompNotifications notifications = linux.seccompNotifications();
  private final Arena arena = Arena.ofShared();
  private final SeccompNotification call = new SeccompNotification(arena, notifications.sizes());
  private final CompletableFuture<Fd> opened = new CompletableFuture<>();

  @AfterEach
  void close() {
    arena.close();
  }

  private static SockFprog notifyingOfMemoryFiles() {
    return SockFprog.of(
        ClassicBpf.instruction(ClassicBpf.LD_W_ABS, 0, 0, SeccompFilter.DATA_NR),
        ClassicBpf.instruction(ClassicBpf.JEQ_K, 0, 1, SystemCall.MEMFD_CREATE.number()),
        ClassicBpf.instruction(ClassicBpf.RET_K, 0, 0, SeccompFilter.SECCOMP_RET_USER_NOTIF),
        ClassicBpf.instruction(ClassicBpf.RET_K, 0, 0, SeccompFilter.SECCOMP_RET_ALLOW));
  }

  /** Runs something on a filtered thread. */
  private <T> Future<T> filtered(Callable<T> action) {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              opened.complete(linux.seccomp().loadWithListener(notifyingOfMemoryFiles(), FLAGS));
              return action.call();
            });
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private Future<Fd> creating() {
    return filtered(() -> linux.memoryFiles().create("notified", 0));
  }

  @Test
  void shouldKnowTheSizes() {
    SeccompNotificationSizes sizes = notifications.sizes();
    assertThat(sizes.notification()).isGreaterThanOrEqualTo(80);
    assertThat(sizes.response()).isGreaterThanOrEqualTo(24);
    assertThat(sizes.data()).isGreaterThanOrEqualTo(64);
  }

  @Test
  void shouldTellOfACallAndLetItFail() throws Exception {
    Future<Fd> created = creating();
    try (Fd listener = opened.get()) {
      assertThat(notifications.receive(listener, call)).isTrue();
      assertThat(call.number()).isEqualTo(SystemCall.MEMFD_CREATE.number());
      assertThat(call.architecture())
          .isEqualTo(SystemCallAbi.of(Architecture.current()).auditArchitecture());
      assertThat(call.pid()).isPositive();
      assertThat(call.instructionPointer()).isNotZero();
      assertThat(MemorySegment.ofAddress(call.argument(0)).reinterpret(64).getString(0))
          .isEqualTo("notified");
      assertThat(call.argument(1)).isEqualTo(1);
      assertThat(notifications.isValid(listener, call.id())).isTrue();
      assertThat(notifications.isValid(listener, call.id() + 1)).isFalse();

      assertThat(notifications.fail(listener, call.id(), Errno.EDQUOT)).isTrue();

      assertThatThrownBy(created::get).hasMessageContaining("EDQUOT");
      assertThat(notifications.isValid(listener, call.id())).isFalse();
      assertThat(notifications.fail(listener, call.id(), Errno.EDQUOT)).isFalse();
      assertThat(notifications.addFd(listener, call.id(), listener, 0))
          .isEqualTo(SeccompNotifications.GONE);
    }
  }

  @Test
  void shouldLetACallProceed() throws Exception {
    Future<Fd> created = creating();
    try (Fd listener = opened.get()) {
      assertThat(notifications.receive(listener, call)).isTrue();
      assertThat(notifications.proceed(listener, call.id())).isTrue();
      try (Fd file = created.get()) {
        assertThat(linux.files().readlinkat(Fd.WORKING_FOLDER, file.procPath()))
            .contains("memfd:notified");
      }
    }
  }

  @Test
  void shouldReturnADescriptorAsTheResultOfACall() throws Exception {
    Future<Fd> created = creating();
    try (Fd listener = opened.get();
        Pipe pipe = linux.pipes().create(0)) {
      assertThat(notifications.receive(listener, call)).isTrue();
      int number = notifications.succeedWithFd(listener, call.id(), pipe.write(), Fcntl.O_CLOEXEC);
      try (Fd given = created.get()) {
        assertThat(given.number()).isEqualTo(number);
        assertThat(linux.descriptors().isCloseOnExec(given)).isTrue();
        linux.files().write(given, arena.allocateFrom(JAVA_BYTE, (byte) 'x'));
        assertThat(linux.files().read(pipe.read(), arena.allocate(1))).isEqualTo(1);
      }
    }
  }

  @Test
  void shouldGiveADescriptorAndAnyResult() throws Exception {
    Future<Fd> created = creating();
    try (Fd listener = opened.get();
        Pipe pipe = linux.pipes().create(0)) {
      assertThat(notifications.receive(listener, call)).isTrue();
      int number = notifications.addFd(listener, call.id(), pipe.read(), 0);
      assertThat(number).isPositive();
      assertThat(notifications.succeed(listener, call.id(), number)).isTrue();
      try (Fd given = created.get()) {
        assertThat(linux.descriptors().isCloseOnExec(given)).isFalse();
      }
    }
  }

  @Test
  void shouldAllowOneListenerOnly() throws Exception {
    Future<Fd> second =
        filtered(() -> linux.seccomp().loadWithListener(notifyingOfMemoryFiles(), 0));
    try (Fd first = opened.get()) {
      assertThat(first.isOpen()).isTrue();
      assertThatThrownBy(second::get).hasMessageContaining("EBUSY");
    }
  }

  @Test
  void shouldRefuseAnErrnoThatIsNone() {
    for (int none : new int[] {0, -1, 4096}) {
      assertThatThrownBy(() -> notifications.fail(Fd.WORKING_FOLDER, 1, none))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldDuplicateADescriptorOfAnotherProcess() {
    try (Pipe ready = linux.pipes().create(0);
        Pipe go = linux.pipes().create(0)) {
      LaunchProgram program = new LaunchProgram();
      Step file = program.call(SystemCall.MEMFD_CREATE, "theirs", 1);
      program.call(SystemCall.WRITE, ready.write(), "x", 1);
      program.call(SystemCall.READ, go.read(), LaunchProgram.Struct.of("room", 0L), 1);
      program.call(SystemCall.EXECVE, "/bin/true", List.of("true"), List.of());
      LaunchImage image =
          new LaunchImage(program, Sched.CLONE_VM | Sched.CLONE_CLEAR_SIGHAND, arena);
      try (PidFd child = linux.processes().launch(image)) {
        linux.files().read(ready.read(), arena.allocate(1));
        try (Fd ours =
            Objects.requireNonNull(linux.processes().pidfdGetfd(child, image.result(file)))) {
          assertThat(linux.files().readlinkat(Fd.WORKING_FOLDER, ours.procPath()))
              .contains("memfd:theirs");
          assertThat(linux.descriptors().isCloseOnExec(ours)).isTrue();
        }
        assertThatThrownBy(() -> linux.processes().pidfdGetfd(child, 65_000))
            .hasMessageContaining("EBADF");
        linux.files().write(go.write(), arena.allocate(1));
        assertThat(linux.processes().waitFor(child).shellStatus()).isZero();
        assertThat(linux.processes().pidfdGetfd(child, 0)).isNull();
      }
    }
  }
}
