package io.lighter.cli.oci;

import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The Unix socket of {@code --console-socket}, connected: who listens there gets the master of the
 * container's terminal as a descriptor, beside its name, and keeps it when this process ends.
 */
final class ConsoleSocket implements AutoCloseable {
  private static final byte[] NAME = "/dev/ptmx".getBytes(StandardCharsets.UTF_8);

  private final Linux linux;
  private final Fd socket;

  private ConsoleSocket(Linux linux, Fd socket) {
    this.linux = linux;
    this.socket = socket;
  }

  /**
   * Connects.
   *
   * @throws UsageException when nobody listens there
   */
  static ConsoleSocket connect(Linux linux, Path path) {
    Fd socket = linux.sockets().socket(SocketFlags.AF_UNIX, SocketFlags.SOCK_STREAM, 0);
    // By its folder, since a path of a socket has 107 bytes at most.
    try (Fd folder =
        linux
            .files()
            .openat(Fd.WORKING_FOLDER, parent(path), Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0)) {
      if (!linux.sockets().connect(socket, folder, path.getFileName().toString())) {
        throw new UsageException("--console-socket " + path + ": nobody listens there");
      }
      return new ConsoleSocket(linux, socket);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static String parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? "/" : parent.toString();
  }

  /** Hands a terminal's master over; it stays the caller's, too. */
  void send(Fd master) {
    try (Arena arena = Arena.ofConfined();
        SocketMessage message = new SocketMessage(arena, NAME.length, 1)) {
      MemorySegment.copy(
          NAME, 0, message.data(), java.lang.foreign.ValueLayout.JAVA_BYTE, 0, NAME.length);
      message.setLength(NAME.length);
      message.add(master);
      linux.sockets().sendmsg(socket, message, 0);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
