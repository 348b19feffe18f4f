package io.lighter.images.build.files;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Name;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * A path below a root without symbolic links in it, as a process whose root this is would find it.
 *
 * @param path relative to the root
 * @param missing how many of its last names are not there
 * @param type S_IF bits of what is there, 0 when something is missing
 */
public record RealPath(Name path, int missing, int type) {
  /** As many links as Linux follows in one path: {@code MAXSYMLINKS}. */
  private static final int MOST_LINKS = 40;

  /** Tells whether all of it is there. */
  public boolean exists() {
    return missing == 0;
  }

  /** Tells whether it is there and is a folder. */
  public boolean isFolder() {
    return type == Fcntl.S_IFDIR;
  }

  /**
   * Resolves a path. Another process may change what it leads to meanwhile: who opens the result
   * forbids links.
   *
   * @param path from the root, with or without a slash before it; {@code ..} leaves no root
   * @param followLast whether a link at its end is followed
   * @throws FileException a file where a folder must be, or a loop
   */
  public static RealPath of(Files files, Fd root, String path, boolean followLast) {
    return of(files, root, NamePath.ROOT, Name.of(path), followLast);
  }

  /** Resolves a path from a folder below the root. */
  static RealPath of(Files files, Fd root, Name folder, Name path, boolean followLast) {
    try (Arena arena = Arena.ofConfined()) {
      return new Walk(files, root, new FileStatus(arena), followLast).run(folder, path);
    }
  }

  private static final class Walk {
    private final Files files;
    private final Fd root;
    private final FileStatus status;
    private final boolean followLast;
    private final Deque<Name> ahead = new ArrayDeque<>();
    private final List<Name> behind = new ArrayList<>();
    private int links;
    private int missing;

    Walk(Files files, Fd root, FileStatus status, boolean followLast) {
      this.files = files;
      this.root = root;
      this.status = status;
      this.followLast = followLast;
    }

    RealPath run(Name folder, Name path) {
      push(folder);
      Deque<Name> start = new ArrayDeque<>(ahead);
      ahead.clear();
      behind.addAll(start);
      push(path);
      int type = Fcntl.S_IFDIR;
      while (!ahead.isEmpty()) {
        Name name = ahead.removeFirst();
        if (name.contentEquals("..")) {
          up();
          type = missing > 0 ? 0 : Fcntl.S_IFDIR;
          continue;
        }
        type = enter(name, type);
      }
      return new RealPath(current(), missing, type);
    }

    private int enter(Name name, int typeBefore) {
      if (missing > 0) {
        behind.add(name);
        missing++;
        return 0;
      }
      if (typeBefore != Fcntl.S_IFDIR) {
        throw new FileException("/" + current() + " is not a folder");
      }
      Name path = NamePath.join(current(), name);
      // A single layer is not merged by overlayfs, so that its whiteouts show.
      if (!files.statx(root, path, Fcntl.AT_SYMLINK_NOFOLLOW, status) || status.isWhiteout()) {
        behind.add(name);
        missing = 1;
        return 0;
      }
      if (status.isSymbolicLink() && (followLast || !ahead.isEmpty())) {
        follow(path);
        return Fcntl.S_IFDIR;
      }
      behind.add(name);
      return status.type();
    }

    private void follow(Name link) {
      if (++links > MOST_LINKS) {
        throw new FileException("/" + link + " leads through more than 40 symbolic links");
      }
      String target = files.readlinkat(root, link.toString());
      if (target.startsWith("/")) {
        behind.clear();
      }
      Deque<Name> rest = new ArrayDeque<>(ahead);
      ahead.clear();
      push(Name.of(target));
      ahead.addAll(rest);
    }

    private void up() {
      if (!behind.isEmpty()) {
        behind.removeLast();
        missing = Math.max(0, missing - 1);
      }
    }

    private void push(Name path) {
      byte[] bytes = path.toBytes();
      int start = 0;
      for (int i = 0; i <= bytes.length; i++) {
        if (i == bytes.length || bytes[i] == '/') {
          boolean self = i - start == 1 && bytes[start] == '.';
          if (i > start && !self) {
            ahead.addLast(Name.of(Arrays.copyOfRange(bytes, start, i)));
          }
          start = i + 1;
        }
      }
    }

    private Name current() {
      Name path = NamePath.ROOT;
      for (Name name : behind) {
        path = NamePath.join(path, name);
      }
      return path;
    }
  }
}
