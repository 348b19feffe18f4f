package io.lighter.runtime.logs.read;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of one log, as moby names them: {@code NAME} is being written, {@code NAME.1} or {@code
 * NAME.1.gz} is the one before it, and so on. Immutable, thread-safe.
 */
record RotatedNames(Linux linux, Path newest) {
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
    int count = files.size();
    return !Objects.equals(OpenFile.keyOf(linux, newest), key(files, count - 1))
        || !Objects.equals(keyOfFirst(), key(files, count - 2));
  }

  private OpenFile.@Nullable Key keyOfFirst() {
    OpenFile.Key plain = OpenFile.keyOf(linux, name(1, ""));
    return plain == null ? OpenFile.keyOf(linux, name(1, ".gz")) : plain;
  }

  private static OpenFile.@Nullable Key key(List<OpenFile> files, int index) {
    return index < 0 ? null : files.get(index).key();
  }

  private List<OpenFile> openOnce() {
    List<OpenFile> files = new ArrayList<>();
    Set<OpenFile.Key> known = new HashSet<>();
    try {
      // The newest first: a rotation meanwhile moves files to where they are met a second time.
      OpenFile file = open(newest);
      for (int number = 1; file != null || number == 1; number++) {
        if (file != null && known.add(file.key())) {
          files.add(file);
        } else if (file != null) {
          file.close();
        }
        file = open(number);
      }
    } catch (RuntimeException e) {
      files.forEach(OpenFile::close);
      throw e;
    }
    Collections.reverse(files);
    return files;
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
