package io.lighter.runtime.logs.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Polling;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A socket of datagrams at a path. */
final class UnixReceiver implements AutoCloseable {
  private static final int WAIT_MILLIS = 10_000;

  private final Linux linux = Linux.kernel();
  private final Path path;
  private final Fd socket = linux.sockets().socket(SocketFlags.AF_UNIX, SocketFlags.SOCK_DGRAM, 0);
  private final Arena arena = Arena.ofShared();
  private final SocketMessage message = new SocketMessage(arena, 256 * 1024, 1);
  private int seals;

  private UnixReceiver(Path path) {
    this.path = path;
    if (!linux.sockets().bind(socket, path.toString())) {
      throw new IllegalStateException("there is something at " + path);
    }
  }

  static UnixReceiver bind(Path path) {
    return new UnixReceiver(path);
  }

  /** Receives one; its file, if it carried one, is read in place of its bytes. */
  byte[] nextBytes() {
    new Polling(linux).poll(socket, Polling.POLLIN, WAIT_MILLIS);
    int length = linux.sockets().recvmsg(socket, message, SocketFlags.MSG_DONTWAIT);
    if (length < 0) {
      throw new AssertionError("no datagram came to " + path);
    }
    if (message.descriptors() == 0) {
      return message.data().asSlice(0, length).toArray(JAVA_BYTE);
    }
    try (Fd file = message.take(0)) {
      seals = linux.memoryFiles().seals(file);
      return Files.readAllBytes(Path.of(file.procPath()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the seals of the last file that came. */
  int seals() {
    return seals;
  }

  String next() {
    return new String(nextBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (!socket.isOpen()) {
      return;
    }
    message.close();
    socket.close();
    arena.close();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
