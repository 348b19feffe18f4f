package io.lighter.runtime.criu;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of CRIU's files, opened once. CRIU follows links in it and believes what it reads, so
 * that it must be root's, as must all in it, and hold files only.
 *
 * @param fd the folder
 * @param path its path, for errors
 */
public record ImageFolder(Fd fd, Path path) implements AutoCloseable {
  /** The first file that CRIU writes and reads. */
  private static final String INVENTORY = "inventory.img";

  private static final String IMAGE_SUFFIX = ".img";
  private static final int WRITABLE_BY_OTHERS = 022;

  /** The end of a log that may have the errors. */
  private static final int LOG_END = 64 * 1024;

  private static final int MOST_LINES = 8;

  /**
   * Opens a folder to write to, and makes it when it is not there.
   *
   * @throws CriuException when others could change what is in it, or it is none
   */
  public static ImageFolder forWriting(Linux linux, Path path) {
    make(path);
    return open(linux, path);
  }

  private static void make(Path path) {
    try {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // It is looked at below.
    } catch (IOException e) {
      throw new CriuException(path + " cannot be made: " + e, e);
    }
  }

  /**
   * Opens the folder of the log, which may hold other things, and makes it when it is not there.
   *
   * @throws CriuException when others could change what is in it, or it is none
   */
  public static ImageFolder forLog(Linux linux, Path path) {
    make(path);
    ImageFolder folder = openFolder(linux, path);
    try {
      folder.checkFolder(linux);
      return folder;
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /**
   * Opens a folder that is there.
   *
   * @throws CriuException when others could change what is in it, or it is none
   */
  public static ImageFolder open(Linux linux, Path path) {
    ImageFolder folder = openFolder(linux, path);
    try {
      folder.checkFolder(linux);
      folder.checkFiles(linux);
      return folder;
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static ImageFolder openFolder(Linux linux, Path path) {
    try {
      int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
      return new ImageFolder(
          linux.files().openat(Fd.WORKING_FOLDER, path.toString(), flags, 0), path);
    } catch (LinuxException e) {
      throw new CriuException(path + " is no folder of a checkpoint: " + e.getMessage(), e);
    }
  }

  private void checkFolder(Linux linux) {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(fd, status);
      checkOwner(path, status);
    }
  }

  private void checkFiles(Linux linux) {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      for (Path file : files()) {
        String name = String.valueOf(file.getFileName());
        int flags = Fcntl.O_PATH | Fcntl.O_NOFOLLOW;
        try (Fd opened = linux.files().openat(fd, name, flags, 0)) {
          linux.files().statx(opened, status);
        }
        checkFile(path.resolve(name), status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be listed", e);
    }
  }

  private static void checkFile(Path file, FileStatus status) {
    if (!status.isRegularFile()) {
      throw new CriuException(
          file
              + " is no plain file, and CRIU would follow it out of the folder: images are not to"
              + " be believed that others have made");
    }
    checkOwner(file, status);
  }

  private static void checkOwner(Path file, FileStatus status) {
    if (status.uid() != 0 || (status.permissions() & WRITABLE_BY_OTHERS) != 0) {
      throw new CriuException(
          file
              + " could be changed by others than root (owner "
              + status.uid()
              + String.format(", mode %04o", status.permissions())
              + "), and what is in it becomes processes: make it root's, with chmod go-w, if you"
              + " know who made it");
    }
  }

  /** By the descriptor: whatever has the path now. */
  private Path opened() {
    return Path.of(fd.procPath());
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(opened())) {
      entries.forEach(files::add);
    }
    return files;
  }

  /**
   * Refuses a folder that has a checkpoint.
   *
   * @throws CriuException when it has one
   */
  public void requireEmpty() {
    if (Files.exists(opened().resolve(INVENTORY), LinkOption.NOFOLLOW_LINKS)) {
      throw new CriuException(
          path + " has a checkpoint already, which would be mixed with this: name another folder");
    }
  }

  /**
   * Refuses a folder that has none.
   *
   * @throws CriuException when it has none
   */
  public void requireImage() {
    if (!Files.isRegularFile(opened().resolve(INVENTORY), LinkOption.NOFOLLOW_LINKS)) {
      throw new CriuException(
          path + " has no checkpoint: " + INVENTORY + " is missing; a checkpoint writes it");
    }
  }

  /** Removes the images of a dump that failed; its log stays. */
  public void removeImages() {
    try {
      for (Path file : files()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(IMAGE_SUFFIX) || name.equals(Descriptors.FILE)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("half a checkpoint stays in " + path, e);
    }
  }

  /** Removes a file of a run before this, if there is one. */
  public void remove(String name) {
    try {
      Files.deleteIfExists(opened().resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(path.resolve(name) + " cannot be replaced", e);
    }
  }

  void write(String name, String text) {
    try {
      remove(name);
      Path file = opened().resolve(name);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(path.resolve(name) + " cannot be written", e);
    }
  }

  /** Reads a small file. */
  byte[] read(String name, int most) {
    try {
      Path file = opened().resolve(name);
      if (Files.size(file) > most) {
        throw new CriuException(path.resolve(name) + " is too long to be what it should be");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new CriuException(path.resolve(name) + " is missing: a checkpoint writes it", e);
    } catch (IOException e) {
      throw new UncheckedIOException(path.resolve(name) + " cannot be read", e);
    }
  }

  /** Returns the errors of a log, the last ones, for a message. */
  public String errors(String log) {
    List<String> found = new ArrayList<>();
    try (RandomAccessFile file = new RandomAccessFile(opened().resolve(log).toFile(), "r")) {
      byte[] end = new byte[(int) Math.min(LOG_END, file.length())];
      file.seek(file.length() - end.length);
      file.readFully(end);
      for (String line : new String(end, StandardCharsets.UTF_8).split("\n", -1)) {
        // The limits of CRIU itself are no reason for anything.
        if (line.contains("Error") && !line.contains("RLIMIT_NOFILE for self")) {
          found.add(line.strip());
        }
      }
    } catch (IOException e) {
      return "";
    }
    return String.join("\n  ", found.subList(Math.max(0, found.size() - MOST_LINES), found.size()));
  }

  @Override
  public void close() {
    fd.close();
  }
}
