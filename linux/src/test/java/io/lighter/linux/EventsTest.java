package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Epoll, and the descriptors that are made to be waited for. */
@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class EventsTest {
  private static final long SECOND = 1_000_000_000;

  private final Linux linux = Linux.kernel();
  private final Epoll epoll = linux.epoll();
  private final Arena arena = Arena.ofShared();
  private final EpollEvents events = new EpollEvents(arena, 4);

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void shouldTellWhichDescriptorsAreReady() {
    EventFds counters = linux.eventFds();
    try (Fd set = epoll.create();
        Fd first = counters.create(0, EventFds.EFD_NONBLOCK);
        Fd second = counters.create(0, EventFds.EFD_NONBLOCK)) {
      assertThat(epoll.add(set, first, Epoll.EPOLLIN, 0x1234_5678_9abc_def0L)).isTrue();
      assertThat(epoll.add(set, second, Epoll.EPOLLIN, -2)).isTrue();
      assertThat(epoll.add(set, second, Epoll.EPOLLIN, -2)).isFalse();
      assertThat(epoll.await(set, events, 0)).isZero();

      counters.add(first, 3);
      counters.add(second, 4);

      assertThat(epoll.await(set, events, -1)).isEqualTo(2);
      assertThat(List.of(events.data(0), events.data(1)))
          .containsExactlyInAnyOrder(0x1234_5678_9abc_def0L, -2L);
      assertThat(events.events(0)).isEqualTo(Epoll.EPOLLIN);
      assertThatThrownBy(() -> events.data(2)).hasMessage("event 2 of 2");
      assertThat(counters.take(first)).isEqualTo(3);
      assertThat(counters.take(first)).isZero();
      assertThat(epoll.remove(set, second)).isTrue();
      assertThat(epoll.remove(set, second)).isFalse();
      assertThat(epoll.awaitNanos(set, events, 1000)).isZero();
      assertThat(epoll.modify(set, second, Epoll.EPOLLOUT, 1)).isFalse();
      assertThat(epoll.modify(set, first, Epoll.EPOLLOUT | Epoll.EPOLLET, 1)).isTrue();
      assertThat(epoll.awaitNanos(set, events, 60 * SECOND)).isEqualTo(1);
      assertThat(epoll.awaitNanos(set, events, 0)).isZero();
    }
  }

  @Test
  void shouldWaitForTheEndOfAProcess() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    program.call(SystemCall.EXECVE, "/bin/cat", List.of("cat"), List.of());
    LaunchImage image = new LaunchImage(program, Sched.CLONE_VM | Sched.CLONE_VFORK, arena);
    Processes processes = linux.processes();
    try (Fd set = epoll.create();
        PidFd child = processes.launch(image)) {
      epoll.add(set, child, Epoll.EPOLLIN, 7);
      processes.signal(child, Signals.SIGKILL);
      assertThat(epoll.await(set, events, 60_000)).isEqualTo(1);
      assertThat(events.data(0)).isEqualTo(7);
      ResourceUsage usage = new ResourceUsage(arena);
      assertThat(processes.reap(child, usage)).isEqualTo(new ExitStatus(0, 9, false));
      assertThat(usage.maxResidentBytes()).isPositive();
      assertThat(usage.minorFaults()).isPositive();
      assertThat(usage.userNanos() + usage.systemNanos()).isNotNegative();
    }
  }

  @Test
  void shouldCountAsASemaphore() {
    EventFds counters = linux.eventFds();
    try (Fd counter = counters.create(2, EventFds.EFD_SEMAPHORE | EventFds.EFD_NONBLOCK)) {
      assertThat(counters.take(counter)).isEqualTo(1);
      assertThat(counters.take(counter)).isEqualTo(1);
      assertThat(counters.take(counter)).isZero();
      assertThat(counters.add(counter, -2)).as("2^64-2").isTrue();
      assertThat(counters.add(counter, 1)).isFalse();
    }
  }

  @Test
  void shouldExpireTimers() {
    TimerFds timers = linux.timerFds();
    try (Fd timer = timers.create(TimerFds.CLOCK_MONOTONIC, TimerFds.TFD_NONBLOCK);
        Fd set = epoll.create()) {
      assertThat(timers.take(timer)).isZero();
      assertThat(timers.remaining(timer)).isZero();
      timers.start(timer, 3600 * SECOND + 5, 0);
      assertThat(timers.remaining(timer)).isBetween(3000 * SECOND, 3600 * SECOND + 5);
      timers.start(timer, 1000, 1000);
      epoll.add(set, timer, Epoll.EPOLLIN, 0);
      assertThat(epoll.await(set, events, 60_000)).isEqualTo(1);
      assertThat(timers.take(timer)).isPositive();
      timers.startAt(timer, 1);
      assertThat(epoll.await(set, events, 60_000)).isEqualTo(1);
      assertThat(timers.take(timer)).isEqualTo(1);
      timers.start(timer, 0, 0);
      assertThat(timers.remaining(timer)).isZero();
    }
  }

  @Test
  void shouldReadSignalsOfItsThread() throws Exception {
    SignalFds signals = linux.signalFds();
    // The mask goes with the thread.
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              long mask = SignalFds.mask(Signals.SIGUSR1);
              long before = signals.sigprocmask(Signals.SIG_BLOCK, mask);
              assertThat(before & mask).isZero();
              assertThat(signals.sigprocmask(Signals.SIG_BLOCK, 0)).isEqualTo(before | mask);
              SignalInfo info = new SignalInfo(arena);
              try (Fd fd = signals.create(mask, SignalFds.SFD_NONBLOCK)) {
                assertThat(signals.take(fd, info)).isFalse();
                signals.raise(Signals.SIGUSR1);
                assertThat(signals.take(fd, info)).isTrue();
                assertThat(info.signal()).isEqualTo(Signals.SIGUSR1);
                assertThat(info.pid()).isEqualTo(ProcessHandle.current().pid());
                assertThat(info.uid()).isEqualTo(linux.credentials().geteuid());
                assertThat(signals.take(fd, info)).isFalse();
              }
              return true;
            });
    Thread thread = new Thread(task);
    thread.start();
    assertThat(task.get()).isTrue();
    thread.join();
    assertThatThrownBy(() -> SignalFds.mask(0)).hasMessageContaining("1 to 64");
  }

  @Test
  void shouldTellWhatHappenedInAFolder(@TempDir Path path) throws IOException {
    Inotify inotify = linux.inotify();
    InotifyEvents changes = new InotifyEvents(arena);
    Files files = linux.files();
    try (Fd queue = inotify.create(Inotify.IN_NONBLOCK);
        Fd folder = files.openat(Fd.WORKING_FOLDER, path.toString(), Fcntl.O_PATH, 0)) {
      int mask = Inotify.IN_CREATE | Inotify.IN_MOVED_FROM | Inotify.IN_MOVED_TO;
      int watch = inotify.addWatch(queue, folder, mask | Inotify.IN_ONLYDIR);
      assertThat(inotify.read(queue, changes)).isFalse();
      assertThat(changes.next()).isFalse();
      Name odd = Name.of(new byte[] {(byte) 0xff});
      files.mknodat(folder, odd, Fcntl.S_IFREG | 0600, 0);
      files.renameat2(folder, odd, folder, Name.of("new"), 0);

      assertThat(inotify.read(queue, changes)).isTrue();

      List<String> seen = new ArrayList<>();
      int cookie = 0;
      while (changes.next()) {
        assertThat(changes.watch()).isEqualTo(watch);
        seen.add(Integer.toHexString(changes.mask()) + " " + changes.name());
        assertThat(cookie).isIn(0, changes.cookie());
        cookie = changes.cookie();
      }
      assertThat(seen).containsExactly("100 \ufffd", "40 \ufffd", "80 new");
      assertThat(cookie).isNotZero();
      assertThat(inotify.removeWatch(queue, watch)).isTrue();
      assertThat(inotify.removeWatch(queue, watch)).isFalse();
      assertThat(inotify.read(queue, changes)).isTrue();
      assertThat(changes.next()).isTrue();
      assertThat(changes.mask()).isEqualTo(Inotify.IN_IGNORED);
      assertThat(changes.name().length()).isZero();
    }
  }

  @Test
  void shouldWaitOnAfterASignalOnlyWithoutABound() {
    int[] left = {2};
    RecordedSystemCalls calls =
        new RecordedSystemCalls((call, printed) -> left[0]-- > 0 ? -Errno.EINTR : 1);
    Epoll recorded = new Linux(calls).epoll();
    Fd set = new Fd(calls, 5);

    assertThat(recorded.await(set, events, 100)).isZero();
    assertThat(recorded.await(set, events, -1)).isEqualTo(1);
    assertThat(calls.recorded()).hasSize(3).allMatch(call -> call.startsWith("epoll_pwait(5, "));
  }

  @Test
  void shouldNameTheOperationThatFailed() {
    RecordedSystemCalls calls = new RecordedSystemCalls((call, printed) -> -Errno.EPERM);

    assertThatThrownBy(() -> new Linux(calls).epoll().remove(new Fd(calls, 5), new Fd(calls, 6)))
        .hasMessage("epoll_ctl(5, EPOLL_CTL_DEL, 6, NULL): EPERM (Operation not permitted)");
  }
}
