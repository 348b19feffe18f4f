package io.lighter.runtime.seccomp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Polling;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import io.lighter.linux.Sockets;
import io.lighter.linux.Stat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * The program that answers for a container the system calls of {@code SCMP_ACT_NOTIFY}: it listens
 * on the Unix socket {@code linux.seccomp.listenerPath}.
 *
 * <p>Who calls {@link #handOver} can close the listener afterwards, and should: when the agent ends
 * and nobody else has it, the calls fail with ENOSYS instead of waiting for ever.
 *
 * <p>Safe for use by many threads.
 */
public final class SeccompAgent {
  static final String FIELD = "linux.seccomp.listenerPath";

  /** How long an agent may take to accept and to read: a start waits for it. */
  private static final long PATIENCE_MILLIS = 10_000;

  private static final long BETWEEN_CONNECTS_NANOS = 5_000_000;

  /** The longest path that struct sockaddr_un holds, without its NUL. */
  private static final int LONGEST_PATH = 107;

  private final Linux linux;
  private final String path;
  private final long patienceMillis;

  /**
   * Names an agent.
   *
   * @param path absolute, on the host
   */
  public SeccompAgent(Linux linux, String path) {
    this(linux, path, PATIENCE_MILLIS);
  }

  SeccompAgent(Linux linux, String path, long patienceMillis) {
    this.linux = linux;
    this.path = path;
    this.patienceMillis = patienceMillis;
  }

  /**
   * Sends the listener with what the specification says about it, over a connection of its own.
   *
   * @param listener stays the caller's
   * @throws SeccompAgentException naming field and path, when there is no socket, nobody listens,
   *     or the agent does not accept or read within ten seconds
   */
  public void handOver(Fd listener, ContainerProcessState state) {
    int type = SocketFlags.SOCK_STREAM | SocketFlags.SOCK_NONBLOCK;
    try (Fd socket = linux.sockets().socket(SocketFlags.AF_UNIX, type, 0)) {
      long deadline = System.nanoTime() + patienceMillis * 1_000_000;
      connect(socket, deadline);
      send(socket, listener, state.toJson().getBytes(StandardCharsets.UTF_8), deadline);
    } catch (LinuxException | IllegalArgumentException e) {
      throw new SeccompAgentException(
          path, "handing over the listener failed: " + e.getMessage(), e);
    }
  }

  private void connect(Fd socket, long deadline) {
    while (!connects(socket)) {
      if (millisTo(deadline) == 0) {
        throw failure("the agent accepts no connections, although it listens");
      }
      LockSupport.parkNanos(BETWEEN_CONNECTS_NANOS);
    }
  }

  /** Returns false when more connections wait to be accepted than the agent wants to wait. */
  private boolean connects(Fd socket) {
    try {
      if (!connectOnce(socket)) {
        boolean there = linux.files().faccessat2(Fd.WORKING_FOLDER, path, Stat.F_OK, 0);
        throw failure(
            there
                ? "nobody listens on this socket; start the agent"
                : "there is no such socket; start the agent, which makes it");
      }
      return true;
    } catch (LinuxException e) {
      if (e.errno() == Errno.EAGAIN) {
        return false;
      }
      throw e;
    }
  }

  private boolean connectOnce(Fd socket) {
    if (path.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH) {
      return linux.sockets().connect(socket, path);
    }
    Path file = Path.of(path);
    try (Fd folder = linux.files().openatIfExists(Fd.WORKING_FOLDER, parent(file), Fcntl.O_PATH)) {
      return folder != null && linux.sockets().connect(socket, folder, name(file));
    }
  }

  private static String parent(Path file) {
    return String.valueOf(file.toAbsolutePath().getParent());
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** Sends all bytes, the descriptor with the first of them. */
  private void send(Fd socket, Fd listener, byte[] json, long deadline) {
    Polling polling = new Polling(linux);
    try (Arena arena = Arena.ofConfined();
        SocketMessage message = new SocketMessage(arena, json.length, 1)) {
      message.add(listener);
      int sent = 0;
      while (sent < json.length) {
        MemorySegment.copy(json, sent, message.data(), JAVA_BYTE, 0, json.length - sent);
        message.setLength(json.length - sent);
        int taken = linux.sockets().sendmsg(socket, message, SocketFlags.MSG_DONTWAIT);
        if (taken != Sockets.AGAIN) {
          sent += taken;
          continue;
        }
        int left = millisTo(deadline);
        if (left == 0) {
          throw failure("the agent does not read");
        }
        polling.poll(socket, Polling.POLLOUT, left);
      }
    }
  }

  private static int millisTo(long deadline) {
    return (int) Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
  }

  private SeccompAgentException failure(String reason) {
    return new SeccompAgentException(path, reason, null);
  }
}
