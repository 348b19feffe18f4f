package io.lighter.cli.oci;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.linux.Polling;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import io.lighter.runtime.lifecycle.LifecycleException;
import io.lighter.runtime.lifecycle.NotifySocket;
import io.lighter.runtime.lifecycle.Status;
import io.lighter.runtime.lifecycle.StoredContainer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Passes it on to who has called us, a service of systemd mostly, when the process of a container
 * says that it is ready. Nothing else that it says is passed on, as with runc: who starts
 * containers decides what its service manager hears.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/sd_notify.3.html">sd_notify(3)</a>
 */
final class Readiness implements AutoCloseable {
  private static final String VARIABLE = "NOTIFY_SOCKET";

  /** How often it is looked whether the container has ended without a word. */
  private static final int GLANCE_MILLIS = 100;

  /** How long the service manager may take to read what it was told, as runc has it. */
  private static final int BARRIER_MILLIS = 30_000;

  private final Linux linux;
  private final NotifySocket socket;
  private final StoredContainer container;
  private final String caller;
  private volatile boolean closed;

  private Readiness(Linux linux, NotifySocket socket, StoredContainer container, String caller) {
    this.linux = linux;
    this.socket = socket;
    this.container = container;
    this.caller = caller;
  }

  /** Returns whether the caller wants to be told. */
  static boolean isWanted(Map<String, String> environment) {
    return !environment.getOrDefault(VARIABLE, "").isEmpty();
  }

  /** Listens to a container that is about to start; null when nobody wants to be told of it. */
  static @Nullable Readiness of(Linux linux, StoredContainer container, Invocation call) {
    Map<String, String> environment = call.caller().environment();
    String told = environment.getOrDefault(VARIABLE, "");
    NotifySocket socket = told.isEmpty() ? null : container.notifySocket();
    return socket == null ? null : new Readiness(linux, socket, container, told);
  }

  /**
   * Waits until the container is ready or has ended, and tells the caller. Its process becomes the
   * main one of the service, since this one ends.
   */
  static void await(@Nullable Readiness readiness, int pid) {
    String ready = readiness == null ? null : readiness.await();
    if (readiness != null && ready != null) {
      readiness.tell(ready, pid);
    }
  }

  /** Does the same beside what this thread does, without a change of the main process. */
  static void watch(@Nullable Readiness readiness) {
    if (readiness != null) {
      Thread.ofPlatform().daemon().name("readiness").start(readiness::passOn);
    }
  }

  private void passOn() {
    String ready = await();
    if (ready != null) {
      tell(ready, 0);
    }
  }

  private @Nullable String await() {
    while (!closed) {
      String ready = look();
      if (ready != null || hasEnded()) {
        return ready;
      }
    }
    return null;
  }

  private synchronized @Nullable String look() {
    return closed ? null : socket.await(GLANCE_MILLIS);
  }

  private boolean hasEnded() {
    try {
      return container.state().status() == Status.STOPPED;
    } catch (LifecycleException e) {
      return true; // deleted
    }
  }

  private void tell(String ready, int mainPid) {
    Fd to = linux.sockets().socket(SocketFlags.AF_UNIX, SocketFlags.SOCK_DGRAM, 0);
    try (to) {
      if (!connect(to)) {
        throw new LifecycleException(
            "the container is ready, but nobody listens at NOTIFY_SOCKET=" + caller);
      }
      send(to, ready + "\n", null);
      if (mainPid > 0) {
        send(to, "MAINPID=" + mainPid + "\n", null);
        awaitRead(to);
      }
    }
  }

  private boolean connect(Fd to) {
    if (caller.startsWith("@")) {
      return linux.sockets().connectAbstract(to, caller.substring(1));
    }
    Path path = Path.of(caller).toAbsolutePath();
    String folder = path.resolveSibling(".").toString();
    // By its folder, since a path of a socket has 107 bytes at most.
    try (Fd opened =
        linux.files().openat(Fd.WORKING_FOLDER, folder, Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0)) {
      return linux.sockets().connect(to, opened, path.getFileName().toString());
    }
  }

  /** A service manager knows whose message it is only as long as the sender lives. */
  private void awaitRead(Fd to) {
    try (Pipe barrier = linux.pipes().create(0)) {
      send(to, "BARRIER=1", barrier.write());
      barrier.write().close();
      new Polling(linux).poll(barrier.read(), Polling.POLLIN, BARRIER_MILLIS);
    }
  }

  private void send(Fd to, String text, @Nullable Fd descriptor) {
    byte[] bytes = text.getBytes(UTF_8);
    try (Arena arena = Arena.ofConfined();
        SocketMessage message = new SocketMessage(arena, bytes.length, 1)) {
      MemorySegment.copy(bytes, 0, message.data(), JAVA_BYTE, 0, bytes.length);
      message.setLength(bytes.length);
      if (descriptor != null) {
        message.add(descriptor);
      }
      linux.sockets().sendmsg(to, message, 0);
    }
  }

  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      socket.close();
    }
  }
}
