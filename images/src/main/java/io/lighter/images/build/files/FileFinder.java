package io.lighter.images.build.files;

import io.lighter.images.dockerfile.CleanPath;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.images.dockerfile.PathPattern;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the files that the sources of COPY and ADD name. Not thread-safe. */
public final class FileFinder implements AutoCloseable {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
  private static final long BELOW =
      Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_SYMLINKS | Fcntl.RESOLVE_NO_MAGICLINKS;

  private final Arena arena = Arena.ofConfined();
  private final Files files;
  private final FileTree tree;
  private final IgnoreRules excluded;
  private final boolean parents;
  private final FileStatus status;
  private final FolderEntries entries;

  /**
   * Looks in a tree.
   *
   * @param excluded what is left out, by the path below each source
   * @param parents the folders above a source, from a {@code /./} in it on, are part of what is
   *     copied
   */
  public FileFinder(Linux linux, FileTree tree, IgnoreRules excluded, boolean parents) {
    this.files = linux.files();
    this.tree = tree;
    this.excluded = excluded;
    this.parents = parents;
    this.status = new FileStatus(arena);
    this.entries = new FolderEntries(files, arena);
  }

  /**
   * Finds what a source names. A pattern that nothing matches names nothing.
   *
   * @param source as written; {@code ..} leaves no root
   * @throws FileException when there is no such file, and it is no pattern
   */
  public List<Selection> find(String source) {
    String clean = CleanPath.rooted(source).substring(1);
    int pivot = source.indexOf("/./");
    String above = pivot < 0 ? "" : CleanPath.rooted(source.substring(0, pivot)).substring(1);
    List<Selection> found = new ArrayList<>();
    for (String path : PathPattern.isPattern(clean) ? matches(clean) : List.of(clean)) {
      Selection selection = select(source, PathPattern.literal(path), above);
      if (selection != null) {
        found.add(selection);
      } else if (!PathPattern.isPattern(clean)) {
        throw missing(source, clean);
      }
    }
    return found;
  }

  private FileException missing(String source, String path) {
    boolean ignored = tree.ignores(path);
    return new FileException(
        source
            + (ignored
                ? " is left out of " + tree.name() + " by .dockerignore"
                : " is not in " + tree.name()));
  }

  private @Nullable Selection select(String source, String path, String above) {
    RealPath real = RealPath.of(files, tree.root(), path, true);
    String ownPath = real.path().toString();
    if (!real.exists() || (!real.isFolder() && tree.ignores(path))) {
      return null;
    }
    List<Name> found = new ArrayList<>();
    if (real.isFolder()) {
      boolean ignored = tree.ignores(path);
      collect(real.path(), NamePath.ROOT, path, 0, found);
      if (ignored && found.isEmpty()) {
        return null;
      }
    } else if (!excluded.ignores(lastName(path))) {
      found.add(NamePath.ROOT);
    }
    String kept = "";
    if (parents) {
      String below = path.startsWith(above) ? path.substring(above.length()) : path;
      kept = CleanPath.rooted(real.isFolder() ? below : parentOf(below)).substring(1);
    }
    String base = path.isEmpty() ? ownPath : lastName(path);
    return new Selection(tree, source, real.path(), Name.of(base), kept, real.isFolder(), found);
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String parentOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /** Adds what is in a folder, and returns whether anything was. */
  private boolean collect(Name folder, Name below, String path, int depth, List<Name> found) {
    if (depth > MOST_DEPTH) {
      throw new FileException("/" + folder + " is more than 1000 folders deep");
    }
    boolean any = false;
    for (Listed listed : list(folder)) {
      Name entry = NamePath.join(below, listed.name());
      String entryPath = path.isEmpty() ? listed.name().toString() : path + "/" + listed.name();
      boolean ignored = tree.ignores(entryPath) || excluded.ignores(entry.toString());
      boolean mayHold = tree.ignored().mayTakeBack() || excluded.mayTakeBack();
      if (!listed.isFolder()) {
        if (!ignored) {
          found.add(entry);
          any = true;
        }
      } else if (!ignored || mayHold) {
        int at = found.size();
        found.add(entry);
        boolean inside =
            collect(NamePath.join(folder, listed.name()), entry, entryPath, depth + 1, found);
        if (ignored && !inside) {
          // Nothing in it is taken back, so that it is not there itself.
          found.subList(at, found.size()).clear();
        } else {
          any = true;
        }
      }
    }
    return any;
  }

  private static final int MOST_DEPTH = 1000;

  private record Listed(Name name, boolean isFolder) implements Comparable<Listed> {
    @Override
    public int compareTo(Listed other) {
      return name.compareTo(other.name);
    }
  }

  private List<Listed> list(Name folder) {
    List<Listed> listed = new ArrayList<>();
    try (Fd opened = files.openat2(tree.root(), NamePath.forCall(folder), FOLDER, 0, BELOW)) {
      entries.start(opened);
      while (entries.next()) {
        Name name = Name.of(entries.name().toBytes());
        if (files.statx(opened, name, Fcntl.AT_SYMLINK_NOFOLLOW, status) && isCopied()) {
          listed.add(new Listed(name, status.isFolder()));
        }
      }
    }
    Collections.sort(listed);
    return listed;
  }

  /** A single layer is not merged by overlayfs, so that its whiteouts show. */
  private boolean isCopied() {
    return status.type() != Fcntl.S_IFSOCK && !status.isWhiteout();
  }

  /** The paths, links not resolved, that match a pattern; sorted. */
  private List<String> matches(String pattern) {
    if (parents && pattern.contains("**")) {
      return matchesAtAnyDepth(pattern);
    }
    List<String> paths = List.of("");
    for (String part : pattern.split("/", -1)) {
      PathPattern match = PathPattern.of(part);
      List<String> next = new ArrayList<>();
      for (String path : paths) {
        if (!PathPattern.isPattern(part)) {
          next.add(join(path, part));
        } else {
          addMatches(path, match, next);
        }
      }
      paths = next;
    }
    return paths.stream().filter(path -> exists(path)).toList();
  }

  private boolean exists(String path) {
    return RealPath.of(files, tree.root(), PathPattern.literal(path), true).exists();
  }

  private void addMatches(String path, PathPattern match, List<String> next) {
    RealPath folder = RealPath.of(files, tree.root(), PathPattern.literal(path), true);
    if (!folder.isFolder()) {
      return;
    }
    for (Listed listed : list(folder.path())) {
      if (match.matches(listed.name().toString())) {
        next.add(join(path, quoted(listed.name().toString())));
      }
    }
  }

  private List<String> matchesAtAnyDepth(String pattern) {
    PathPattern match = PathPattern.withDoubleStars(pattern);
    List<Name> all = new ArrayList<>();
    collect(NamePath.ROOT, NamePath.ROOT, "", 0, all);
    List<String> paths = new ArrayList<>();
    String taken = null;
    for (Name name : all) {
      String path = name.toString();
      // What is in a folder that matches comes with it.
      if ((taken == null || !path.startsWith(taken + "/")) && match.matches(path)) {
        paths.add(quoted(path));
        taken = path;
      }
    }
    return paths;
  }

  private static String quoted(String path) {
    return path.replaceAll("[\\\\*?\\[]", "\\\\$0");
  }

  private static String join(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }

  @Override
  public void close() {
    arena.close();
  }
}
