package io.lighter.cli.oci;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import io.lighter.linux.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The Unix socket of {@code --console-socket} or {@code --pidfd-socket}, connected: who listens
 * there gets a descriptor, beside its name, and keeps it when this process ends.
 */
final class DescriptorSocket implements AutoCloseable {
  private final Linux linux;
  private final Fd socket;

  private DescriptorSocket(Linux linux, Fd socket) {
    this.linux = linux;
    this.socket = socket;
  }

  /**
   * Connects, before there is anything to hand over.
   *
   * @param flag that names the socket
   * @param path null for none
   * @throws UsageException when nobody listens there
   */
  static @Nullable DescriptorSocket connect(Linux linux, String flag, @Nullable Path path) {
    if (path == null) {
      return null;
    }
    Fd socket = linux.sockets().socket(SocketFlags.AF_UNIX, SocketFlags.SOCK_STREAM, 0);
    // By its folder, since a path of a socket has 107 bytes at most.
    try (Fd folder =
        linux
            .files()
            .openat(Fd.WORKING_FOLDER, parent(path), Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0)) {
      if (!linux.sockets().connect(socket, folder, path.getFileName().toString())) {
        throw new UsageException("--" + flag + " " + path + ": nobody listens there");
      }
      return new DescriptorSocket(linux, socket);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** Gives a terminal's master away, if there is one. */
  static void giveTerminal(@Nullable DescriptorSocket socket, @Nullable Fd master) {
    if (socket != null && master != null) {
      socket.send("/dev/ptmx", master);
    }
  }

  /** Gives the pidfd of a container's first process away, in the words of runc. */
  static void giveFirst(@Nullable DescriptorSocket socket, PidFd process) {
    if (socket != null) {
      socket.send("standard", process);
    }
  }

  /** Gives the pidfd of a further process away. */
  static void giveFurther(@Nullable DescriptorSocket socket, PidFd process) {
    if (socket != null) {
      socket.send("setns", process);
    }
  }

  /**
   * Connects to the socket of {@code --pidfd-socket}.
   *
   * @param path null for none
   */
  static @Nullable DescriptorSocket forPidfd(Linux linux, @Nullable Path path) {
    if (path != null && linux.missing().contains(SystemCall.PIDFD_OPEN)) {
      throw new UsageException("--pidfd-socket " + path + ": there is no pidfd_open(2) here");
    }
    return connect(linux, "pidfd-socket", path);
  }

  private static String parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? "/" : parent.toString();
  }

  /** Hands a descriptor over; it stays the caller's, too. */
  private void send(String name, Fd descriptor) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined();
        SocketMessage message = new SocketMessage(arena, text.length, 1)) {
      MemorySegment.copy(text, 0, message.data(), JAVA_BYTE, 0, text.length);
      message.setLength(text.length);
      message.add(descriptor);
      linux.sockets().sendmsg(socket, message, 0);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
