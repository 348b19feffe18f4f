package io.lighter.runtime.logs.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Polling;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import io.lighter.linux.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams to a Unix socket of a path, which the JDK does not have. The receiver's queue is short
 * (net.unix.max_dgram_qlen), so sending waits for it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
final class UnixDatagrams implements Datagrams {
  /** The longest that is sent; the kernel takes somewhat less than SO_SNDBUF, mostly 208 KiB. */
  static final int MOST_BYTES = 128 * 1024;

  /** How long to wait for the receiver, in milliseconds. */
  private static final int WAIT = 2_000;

  private final Linux linux;
  private final Polling polling;
  private final String path;
  private final Reconnects reconnects = Reconnects.forEver();
  private final Arena arena = Arena.ofShared();
  private final SocketMessage message = new SocketMessage(arena, MOST_BYTES, 1);
  private @Nullable Fd socket;
  private int failures;
  private long nextTry;

  private UnixDatagrams(Linux linux, String path) {
    this.linux = linux;
    this.polling = new Polling(linux);
    this.path = path;
  }

  /**
   * Connects to a path.
   *
   * @return null when nobody listens there
   */
  static @Nullable UnixDatagrams connect(Linux linux, String path) {
    UnixDatagrams datagrams = new UnixDatagrams(linux, path);
    try {
      if (datagrams.connect() != null) {
        return datagrams;
      }
    } catch (RuntimeException e) {
      datagrams.close();
      throw e;
    }
    datagrams.close();
    return null;
  }

  private @Nullable Fd connect() {
    Fd fresh = linux.sockets().socket(SocketFlags.AF_UNIX, SocketFlags.SOCK_DGRAM, 0);
    try {
      if (linux.sockets().connect(fresh, path)) {
        socket = fresh;
        return fresh;
      }
    } catch (LinuxException e) {
      fresh.close();
      throw e;
    }
    fresh.close();
    return null;
  }

  @Override
  public boolean send(byte[] bytes, int offset, int length) {
    if (length > MOST_BYTES) {
      throw new LogDriverException(
          "a message of " + length + " bytes; one to " + path + " may have " + MOST_BYTES);
    }
    message.clear();
    MemorySegment.copy(bytes, offset, message.data(), JAVA_BYTE, 0, length);
    message.setLength(length);
    return send();
  }

  /** Sends an open file and no bytes; as {@link #send}. */
  boolean sendFile(Fd file) {
    message.clear();
    message.add(file);
    return send();
  }

  private boolean send() {
    Fd to = socket != null ? socket : reconnect();
    if (to == null) {
      return false;
    }
    try {
      boolean sent = trySend(to);
      failures = sent ? 0 : failures;
      return sent;
    } catch (LinuxException e) {
      if (isGone(e.errno())) {
        drop();
        return false;
      }
      throw new LogDriverException("sending to " + path + ": " + e.getMessage(), e);
    }
  }

  private boolean trySend(Fd to) {
    if (linux.sockets().sendmsg(to, message, SocketFlags.MSG_DONTWAIT) != Sockets.AGAIN) {
      return true;
    }
    polling.poll(to, Polling.POLLOUT, WAIT);
    return linux.sockets().sendmsg(to, message, SocketFlags.MSG_DONTWAIT) != Sockets.AGAIN;
  }

  private static boolean isGone(int errno) {
    return errno == Errno.ECONNREFUSED
        || errno == Errno.ECONNRESET
        || errno == Errno.ENOTCONN
        || errno == Errno.EPIPE;
  }

  private @Nullable Fd reconnect() {
    if (failures > 0 && System.nanoTime() - nextTry < 0) {
      return null;
    }
    Fd fresh = connect();
    if (fresh == null) {
      failures++;
      Duration wait = reconnects.delay().apply(failures);
      nextTry = System.nanoTime() + wait.toNanos();
    }
    return fresh;
  }

  private void drop() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }

  @Override
  public void close() {
    drop();
    arena.close();
  }
}
