package io.lighter.runtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A file of accounts in a root that an image or a running container has made, so one that may be
 * anything: a link to elsewhere, a FIFO that nobody writes to, a device, a terabyte of nothing.
 */
enum AccountFile {
  PASSWD("etc/passwd"),
  GROUP("etc/group");

  /** Largest size that is read, in bytes: about 20,000 accounts. */
  static final int MAX_SIZE = 1 << 20;

  private static final int CHUNK = 16 << 10;

  private final String path;

  AccountFile(String path) {
    this.path = path;
  }

  /**
   * Reads the file below a root, whatever its links say.
   *
   * @return the content, empty when there is no such file; what is not UTF-8 has U+FFFD in its
   *     place, which no name of a {@link UserRequest} holds
   * @throws UserLookupException if it is there and is not a regular file of at most {@link
   *     #MAX_SIZE} bytes
   */
  String read(Linux linux, Fd root) {
    try (Fd pinned = find(linux.files(), root)) {
      return pinned == null ? "" : read(linux.files(), pinned);
    } catch (LinuxException e) {
      throw new UserLookupException(
          "the container's /"
              + path
              + " cannot be read: "
              + (e.errno() == Errno.ELOOP ? "its symbolic links never end" : e.getMessage()),
          e);
    }
  }

  /**
   * Opens the file without acting on it: to open a device may rewind a tape or start a watchdog,
   * which only O_PATH leaves alone.
   */
  private @Nullable Fd find(Files files, Fd root) {
    try {
      return files.openat2(
          root, path, Fcntl.O_PATH, 0, Fcntl.RESOLVE_IN_ROOT | Fcntl.RESOLVE_NO_MAGICLINKS);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return null;
      }
      throw e;
    }
  }

  private String read(Files files, Fd pinned) {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      files.statx(pinned, status);
      if (!status.isRegularFile()) {
        throw new UserLookupException(
            "the container's /" + path + " is " + kind(status) + " where a regular file belongs");
      }
      checkSize(status.size());
      // By the descriptor that was checked: the path may lead elsewhere by now.
      try (Fd file =
          files.openat(
              Fd.WORKING_FOLDER,
              pinned.procPath(),
              Fcntl.O_RDONLY | Fcntl.O_NONBLOCK | Fcntl.O_NOCTTY,
              0)) {
        return read(files, file, arena.allocate(CHUNK));
      }
    }
  }

  private String read(Files files, Fd file, MemorySegment chunk) {
    ByteArrayOutputStream content = new ByteArrayOutputStream(CHUNK);
    long bytes = files.read(file, chunk);
    while (bytes > 0) {
      // Counted too, since it may grow meanwhile and procfs tells no sizes.
      checkSize(content.size() + bytes);
      content.writeBytes(chunk.asSlice(0, bytes).toArray(JAVA_BYTE));
      bytes = files.read(file, chunk);
    }
    if (bytes < 0) {
      throw new UserLookupException("the container's /" + path + " has no content to read yet");
    }
    return content.toString(UTF_8);
  }

  private void checkSize(long size) {
    if (size > MAX_SIZE) {
      throw new UserLookupException(
          "the container's /" + path + " has more than the " + MAX_SIZE + " bytes that are read");
    }
  }

  private static String kind(FileStatus status) {
    return switch (status.type()) {
      case Fcntl.S_IFDIR -> "a folder";
      case Fcntl.S_IFIFO -> "a FIFO";
      case Fcntl.S_IFSOCK -> "a socket";
      case Fcntl.S_IFCHR, Fcntl.S_IFBLK -> "a device";
      default -> "of an unknown type";
    };
  }
}
