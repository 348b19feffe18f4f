package io.lighter.runtime.logs.read;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of one log, as moby names them: {@code NAME} is being written, {@code NAME.1} or {@code
 * NAME.1.gz} is the one before it, and so on. Immutable, thread-safe.
 */
record RotatedNames(Linux linux, Path newest) {
  private static final Pattern NUMBER = Pattern.compile("(\\d{1,9})(\\.gz)?");

  /** After so many attempts a log that is rotated all the time is read as it was met. */
  private static final int ATTEMPTS = 200;

  /** Opens all that are there at one time, the oldest first. */
  List<OpenFile> open() {
    List<OpenFile> files = openOnce();
    for (int i = 0; i < ATTEMPTS && hasChanged(files); i++) {
      files.forEach(OpenFile::close);
      files = openOnce();
    }
    return files;
  }

  /** Returns whether a rotation was under way, so that a file may be there twice, or compressed. */
  private boolean hasChanged(List<OpenFile> files) {
    return !Objects.equals(OpenFile.keyOf(linux, newest), keyOf(files, newest))
        || !Objects.equals(keyOfFirst(), keyOfFirst(files));
  }

  private OpenFile.@Nullable Key keyOfFirst() {
    OpenFile.Key plain = OpenFile.keyOf(linux, name(1, ""));
    return plain == null ? OpenFile.keyOf(linux, name(1, ".gz")) : plain;
  }

  private OpenFile.@Nullable Key keyOfFirst(List<OpenFile> files) {
    OpenFile.Key plain = keyOf(files, name(1, ""));
    return plain == null ? keyOf(files, name(1, ".gz")) : plain;
  }

  private static OpenFile.@Nullable Key keyOf(List<OpenFile> files, Path path) {
    for (OpenFile file : files) {
      if (file.path().equals(path)) {
        return file.key();
      }
    }
    return null;
  }

  private List<OpenFile> openOnce() {
    List<OpenFile> files = new ArrayList<>();
    Set<OpenFile.Key> known = new HashSet<>();
    try {
      // The newest first: a rotation meanwhile moves files to where they are met a second time.
      int oldest = oldest();
      for (int number = 0; number <= oldest; number++) {
        OpenFile file = number == 0 ? open(newest) : open(number);
        if (file != null && known.add(file.key())) {
          files.add(file);
        } else if (file != null) {
          file.close();
        }
      }
    } catch (RuntimeException e) {
      files.forEach(OpenFile::close);
      throw e;
    }
    Collections.reverse(files);
    return files;
  }

  /**
   * Returns the highest number that a file has. Not all below it need be there: a rotation that was
   * killed has left one out.
   */
  private int oldest() {
    String prefix = newest.getFileName() + ".";
    int oldest = 0;
    try (DirectoryStream<Path> names =
        Files.newDirectoryStream(newest.toAbsolutePath().resolveSibling("."))) {
      for (Path path : names) {
        String name = path.getFileName().toString();
        if (name.startsWith(prefix)) {
          Matcher number = NUMBER.matcher(name.substring(prefix.length()));
          oldest = number.matches() ? Math.max(oldest, Integer.parseInt(number.group(1))) : oldest;
        }
      }
      return oldest;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("the files of the log " + newest + " cannot be listed", e);
    }
  }

  /** Of two, the one that is not compressed: the other may not be complete yet. */
  private @Nullable OpenFile open(int number) {
    OpenFile plain = open(name(number, ""));
    return plain == null ? open(name(number, ".gz")) : plain;
  }

  private Path name(int number, String ending) {
    return newest.resolveSibling(newest.getFileName() + "." + number + ending);
  }

  private @Nullable OpenFile open(Path path) {
    int flags = Fcntl.O_RDONLY | Fcntl.O_NOFOLLOW;
    Fd fd = linux.files().openatIfExists(Fd.WORKING_FOLDER, path.toString(), flags);
    return fd == null ? null : new OpenFile(linux, path, fd);
  }
}
