package io.lighter.overlay;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files in memory to which the same is done as to a container, and that says what {@link
 * LayerChanges} should then tell.
 */
final class ModelFiles {
  private static final Set<PosixFilePermission> USUAL =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> OTHER =
      PosixFilePermissions.fromString("rwx------");

  /** A file: what it is, and whether the container has had its hands on it. */
  private static final class Node {
    final boolean isFolder;
    final String content;
    Set<PosixFilePermission> permissions = USUAL;
    boolean touched;

    Node(boolean isFolder, String content) {
      this.isFolder = isFolder;
      this.content = content;
    }
  }

  private final Random random;
  // Paths without a leading slash; a slash sorts before all that the names here have.
  private final TreeMap<String, Node> files = new TreeMap<>();
  private final TreeMap<String, Node> before = new TreeMap<>();
  private int contents;

  ModelFiles(Random random) {
    this.random = random;
  }

  /** Says that what there is now are the layers of the next container. */
  void commit() {
    before.clear();
    files.replaceAll(
        (path, node) -> {
          Node copy = new Node(node.isFolder, node.content);
          copy.permissions = node.permissions;
          before.put(path, copy);
          return copyOf(copy);
        });
  }

  private static Node copyOf(Node node) {
    Node copy = new Node(node.isFolder, node.content);
    copy.permissions = node.permissions;
    return copy;
  }

  /** Does something at random to the model and to the files below a root. */
  void step(Path root) throws IOException {
    String path = randomPath();
    switch (random.nextInt(9)) {
      case 0, 1 -> write(root, path);
      case 2 -> makeFolder(root, path);
      case 3 -> delete(root, path);
      case 4 -> move(root, path, randomPath());
      case 5 -> chmod(root, path);
      case 6 -> link(root, path, randomPath());
      case 7 -> symlink(root, path);
      default -> remake(root, path);
    }
  }

  /** A path whose folder is there: half of the time one that is there itself. */
  private String randomPath() {
    if (!files.isEmpty() && random.nextBoolean()) {
      return new ArrayList<>(files.keySet()).get(random.nextInt(files.size()));
    }
    List<String> folders = new ArrayList<>();
    folders.add("");
    files.forEach(
        (path, node) -> {
          if (node.isFolder && path.chars().filter(c -> c == '/').count() < 4) {
            folders.add(path + "/");
          }
        });
    return folders.get(random.nextInt(folders.size())) + (char) ('a' + random.nextInt(5));
  }

  private SortedMap<String, Node> below(String path) {
    return files.subMap(path + "/", path + "0");
  }

  private void write(Path root, String path) throws IOException {
    Node node = files.get(path);
    if (node == null || !node.isFolder) {
      String content = "content " + contents++;
      // Not through a link, and not into the other names of the file.
      Files.deleteIfExists(root.resolve(path));
      Files.writeString(root.resolve(path), content);
      files.put(path, touched(new Node(false, content)));
    }
  }

  private static Node touched(Node node) {
    node.touched = true;
    return node;
  }

  private void makeFolder(Path root, String path) throws IOException {
    if (!files.containsKey(path)) {
      Files.createDirectory(root.resolve(path));
      Files.setPosixFilePermissions(root.resolve(path), USUAL);
      files.put(path, new Node(true, ""));
    }
  }

  private void delete(Path root, String path) throws IOException {
    if (files.containsKey(path)) {
      for (String below : List.copyOf(below(path).keySet()).reversed()) {
        Files.delete(root.resolve(below));
      }
      Files.delete(root.resolve(path));
      below(path).clear();
      files.remove(path);
    }
  }

  /** Makes a folder anew, so that it hides what it had, and some of what was in it. */
  private void remake(Path root, String path) throws IOException {
    Node node = files.get(path);
    if (node == null || !node.isFolder) {
      return;
    }
    Map<String, Node> had = new TreeMap<>(below(path));
    delete(root, path);
    makeFolder(root, path);
    for (Map.Entry<String, Node> below : had.entrySet()) {
      if (isFolderOrRoot(parent(below.getKey())) && random.nextInt(3) > 0) {
        if (below.getValue().isFolder) {
          makeFolder(root, below.getKey());
        } else {
          write(root, below.getKey());
        }
      }
    }
  }

  private void move(Path root, String from, String to) throws IOException {
    Node node = files.get(from);
    Node replaced = files.get(to);
    if (node == null || from.equals(to) || to.startsWith(from + "/") || node == replaced) {
      return;
    }
    if (replaced != null && (node.isFolder || replaced.isFolder)) {
      return;
    }
    try {
      Files.move(
          root.resolve(from),
          root.resolve(to),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      // A folder of the layers below: EXDEV.
      return;
    }
    TreeMap<String, Node> moved = new TreeMap<>(below(from));
    below(from).clear();
    files.remove(from);
    files.put(to, touched(node));
    moved.forEach((path, below) -> files.put(to + path.substring(from.length()), below));
  }

  private void chmod(Path root, String path) throws IOException {
    Node node = files.get(path);
    if (node != null && !node.content.startsWith("link")) {
      node.permissions = random.nextBoolean() ? USUAL : OTHER;
      node.touched = true;
      Files.setPosixFilePermissions(root.resolve(path), node.permissions);
    }
  }

  private void link(Path root, String from, String to) throws IOException {
    Node node = files.get(from);
    if (node != null && !node.isFolder && !files.containsKey(to)) {
      Files.createLink(root.resolve(to), root.resolve(from));
      files.put(to, touched(node));
    }
  }

  private void symlink(Path root, String path) throws IOException {
    if (!files.containsKey(path)) {
      String target = "link " + contents++;
      Files.createSymbolicLink(root.resolve(path), Path.of(target));
      files.put(path, touched(new Node(false, target)));
    }
  }

  /** Returns the paths that there are, as a walk of the files finds them. */
  List<String> paths() {
    return List.copyOf(files.keySet());
  }

  static List<String> pathsOf(Path root) throws IOException {
    List<String> paths = new ArrayList<>();
    collect(root, "", paths);
    return paths;
  }

  private static void collect(Path folder, String prefix, List<String> paths) throws IOException {
    for (String name : Scratch.names(folder)) {
      paths.add(prefix + name);
      if (Files.isDirectory(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        collect(folder.resolve(name), prefix + name + "/", paths);
      }
    }
  }

  /** Returns the changes since {@link #commit}, as {@code docker diff} prints them. */
  List<String> changes() {
    TreeMap<String, Character> changes = new TreeMap<>();
    files.forEach(
        (path, now) -> {
          Node then = before.get(path);
          if (then == null) {
            tell(changes, path, 'A');
          } else if (!isSame(then, now)) {
            tell(changes, path, 'C');
          }
        });
    before.forEach(
        (path, then) -> {
          if (!files.containsKey(path) && isFolderOrRoot(parent(path))) {
            tell(changes, path, 'D');
          }
        });
    return changes.entrySet().stream().map(e -> e.getValue() + " /" + e.getKey()).toList();
  }

  private static boolean isSame(Node then, Node now) {
    return (then.isFolder && now.isFolder)
        ? then.permissions.equals(now.permissions)
        : !then.isFolder && !now.isFolder && !now.touched;
  }

  private boolean isFolderOrRoot(@Nullable String path) {
    if (path == null) {
      return true;
    }
    Node node = files.get(path);
    return node != null && node.isFolder;
  }

  private static @Nullable String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? null : path.substring(0, slash);
  }

  private static void tell(Map<String, Character> changes, String path, char kind) {
    changes.put(path, kind);
    for (String above = parent(path); above != null; above = parent(above)) {
      changes.putIfAbsent(above, 'C');
    }
  }
}
