package io.lighter.runtime.lifecycle;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Polling;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The socket by which a process in a container says that it is ready, as services of systemd do. It
 * lies in the container's folder, and the container has that at {@code /run/notify}, where runc and
 * crun show it: {@link CreateOptions#withNotifySocket}. For one thread at a time.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/sd_notify.3.html">sd_notify(3)</a>
 */
public final class NotifySocket implements AutoCloseable {
  private static final String FOLDER = "notify";
  private static final String SOCKET = "notify.sock";
  private static final String IN_CONTAINER = "/run/notify";

  /** More than systemd takes of one message: NOTIFY_BUFFER_MAX of its src/core/manager.c. */
  private static final int LONGEST = 8 * 1024;

  private static final String READY = "READY=";

  private final Linux linux;
  private final Fd socket;

  private NotifySocket(Linux linux, Fd socket) {
    this.linux = linux;
    this.socket = socket;
  }

  /** Makes the folder in a container's, and returns a specification that shows it to it. */
  static Spec shown(Spec spec, Path container) {
    Path folder = container.resolve(FOLDER);
    try {
      Files.createDirectory(folder);
      // Whatever the umask: the process may be any user.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + folder + " cannot be made", e);
    }
    List<String> options = List.of("bind", "nosuid", "noexec", "nodev", "ro");
    List<Mount> mounts = new ArrayList<>(spec.mounts());
    mounts.add(new Mount(IN_CONTAINER, "bind", folder.toString(), options));
    return spec.with(
        s -> {
          s.mounts = mounts;
          s.process = told(spec.process());
        });
  }

  private static @Nullable Process told(@Nullable Process process) {
    if (process == null) {
      return null;
    }
    List<String> env = new ArrayList<>(process.env());
    env.removeIf(setting -> setting.startsWith("NOTIFY_SOCKET="));
    env.add("NOTIFY_SOCKET=" + IN_CONTAINER + "/" + SOCKET);
    return process.with(p -> p.env = env);
  }

  /** Listens; null when the container was made without such a socket. */
  static @Nullable NotifySocket open(Linux linux, Path container) {
    Path path = container.resolve(FOLDER);
    if (!Files.isDirectory(path)) {
      return null;
    }
    Fd socket = linux.sockets().socket(SocketFlags.AF_UNIX, SocketFlags.SOCK_DGRAM, 0);
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    try (Fd folder = linux.files().openat(Fd.WORKING_FOLDER, path.toString(), flags, 0)) {
      linux.files().unlinkat(folder, SOCKET, 0); // of a call that was killed
      if (!linux.sockets().bind(socket, folder, SOCKET)) {
        throw new LifecycleException("somebody else listens at " + path.resolve(SOCKET));
      }
      Files.setPosixFilePermissions(
          path.resolve(SOCKET), PosixFilePermissions.fromString("rwxrwxrwx"));
      return new NotifySocket(linux, socket);
    } catch (IOException e) {
      socket.close();
      throw new UncheckedIOException("the socket " + path.resolve(SOCKET) + " is not there", e);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Waits until a process has said something.
   *
   * @param millis how long at most
   * @return the line by which it says whether it is ready, such as {@code READY=1}; null when it
   *     has said something else, or nothing
   */
  public @Nullable String await(int millis) {
    if (new Polling(linux).poll(socket, Polling.POLLIN, millis) == 0) {
      return null;
    }
    try (Arena arena = Arena.ofConfined();
        SocketMessage message = new SocketMessage(arena, LONGEST, SocketMessage.SCM_MAX_FD)) {
      int length = linux.sockets().recvmsg(socket, message, SocketFlags.MSG_DONTWAIT);
      if (length <= 0) {
        return null;
      }
      byte[] text = message.data().asSlice(0, length).toArray(JAVA_BYTE);
      return new String(text, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(READY))
          .findFirst()
          .orElse(null);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
