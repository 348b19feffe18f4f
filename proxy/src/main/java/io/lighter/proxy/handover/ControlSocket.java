package io.lighter.proxy.handover;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.Sockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The socket where a process waits for the one that takes its place, and its file. Only processes
 * of the same user get what they ask for; the file keeps others out already (mode 0600).
 */
final class ControlSocket implements AutoCloseable {
  /** S_IFMT and S_IFSOCK: inode(7). */
  private static final int TYPE = 0170000;

  private static final int SOCKET = 0140000;
  private static final int WAITING = 8;

  private final Fd socket;
  private final Path path;
  private final @Nullable Object inode;

  private ControlSocket(Fd socket, Path path) throws IOException {
    this.socket = socket;
    this.path = path;
    this.inode = inode(path);
  }

  /**
   * Connects to who serves the path; returns null when nobody does, be it that a socket was left
   * there by a process that was killed.
   *
   * @throws IOException when there is something else
   */
  static @Nullable Fd connect(Linux linux, Path path) throws IOException {
    if (isAbsent(path)) {
      return null;
    }
    Sockets sockets = linux.sockets();
    Fd opened = sockets.socket(SocketFlags.AF_UNIX, SocketFlags.SOCK_SEQPACKET, 0);
    boolean connected = false;
    try {
      connected = sockets.connect(opened, path.toString());
      long peer = connected ? sockets.peerCredentials(opened).uid() : 0;
      if (connected && peer != ownUser(linux)) {
        throw new IOException(
            "control: %s is served by a process of user %d, and this one is of user %d"
                .formatted(path, peer, ownUser(linux)));
      }
      return connected ? opened : null;
    } catch (LinuxException e) {
      connected = false;
      throw switch (e.errno()) {
        case Errno.EPROTOTYPE -> foreign(path, e);
        case Errno.EACCES ->
            new IOException("control: %s is another user's (EACCES)".formatted(path), e);
        default -> new IOException("control: %s: %s".formatted(path, e), e);
      };
    } catch (IOException e) {
      connected = false;
      throw e;
    } finally {
      if (!connected) {
        opened.close();
      }
    }
  }

  static IOException foreign(Path path, Exception why) {
    return new IOException(
        "control: %s is served by something else than lighter proxy (%s): give another path"
            .formatted(path, why.getMessage()),
        why);
  }

  static long ownUser(Linux linux) {
    return linux.credentials().geteuid();
  }

  /** Returns whether there is no file; one that is no socket is an error. */
  private static boolean isAbsent(Path path) throws IOException {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode");
      if ((mode & TYPE) != SOCKET) {
        throw new IOException("control: %s is there and no socket: remove it".formatted(path));
      }
      return false;
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  /**
   * Listens at a path, in the place of a socket that nobody serves any more.
   *
   * @throws IOException when that cannot be
   */
  static ControlSocket listen(Linux linux, Path path) throws IOException {
    Path parent = Objects.requireNonNull(path.getParent());
    String temporary = ".%s.%d".formatted(path.getFileName(), ProcessHandle.current().pid());
    Sockets sockets = linux.sockets();
    // Two processes have it for a while, and only one of them gets who connects.
    int type = SocketFlags.SOCK_SEQPACKET | SocketFlags.SOCK_NONBLOCK;
    Fd opened = sockets.socket(SocketFlags.AF_UNIX, type, 0);
    boolean listens = false;
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    try (Fd folder = linux.files().openat(Fd.WORKING_FOLDER, parent.toString(), flags, 0)) {
      Path file = parent.resolve(temporary);
      Files.deleteIfExists(file);
      sockets.bind(opened, folder, temporary);
      // Nobody can connect before it listens, and it is at its path only when all is done.
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      sockets.listen(opened, WAITING);
      isAbsent(path);
      Files.move(file, path, StandardCopyOption.ATOMIC_MOVE);
      ControlSocket control = new ControlSocket(opened, path);
      listens = true;
      return control;
    } catch (LinuxException | IOException e) {
      Files.deleteIfExists(parent.resolve(temporary));
      throw new IOException("control: %s cannot be made: %s".formatted(path, e.getMessage()), e);
    } finally {
      if (!listens) {
        opened.close();
      }
    }
  }

  /** Takes over the socket of the process before this one, which has its path. */
  static ControlSocket inherit(Fd socket, Path path) throws IOException {
    return new ControlSocket(socket, path);
  }

  Fd socket() {
    return socket;
  }

  /** Leaves it, with its file, to the process that has it now. */
  void leave() {
    socket.close();
  }

  /** Listens no longer, and removes the file if it is this socket's still. */
  @Override
  public void close() {
    socket.close();
    try {
      if (inode != null && inode.equals(inode(path))) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // A socket that nobody serves is replaced by the next.
    }
  }

  private static @Nullable Object inode(Path path) throws IOException {
    try {
      return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
