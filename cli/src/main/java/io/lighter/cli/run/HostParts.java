package io.lighter.cli.run;

import io.lighter.runtime.spec.Mount;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The machine's own root for a container in a user namespace. There no overlay can have {@code /}
 * as its lower layer: mounts that came from outside are locked together, and the kernel clones no
 * folder without the mounts in it ({@code has_locked_children} of fs/namespace.c, CVE-2021-3732).
 * So the container's root is a frame with the host's folders and links, and each folder that has no
 * mounts in it gets an overlay of its own. What is a mount point itself is empty, as it is in an
 * overlay of {@code /}.
 */
public final class HostParts {
  private static final int MOUNT_POINT = 4;
  private static final int PERMISSIONS = 07777;

  /** What every container has of its own. */
  private static final Set<String> OWN = Set.of("/proc", "/sys", "/dev");

  private final Path frame;
  private final Path layers;
  private final Set<String> mountPoints;
  private final List<Mount> mounts = new ArrayList<>();

  private HostParts(Path folder, Set<String> mountPoints) throws IOException {
    this.frame = Files.createDirectory(folder.resolve("frame"));
    this.layers = Files.createDirectory(folder.resolve("layers"));
    this.mountPoints = mountPoints;
  }

  /**
   * Makes the frame and finds the parts of {@code /}.
   *
   * @param folder a folder of the container's own
   * @throws IOException when something cannot be made or read
   */
  public static HostParts in(Path folder) throws IOException {
    HostParts parts = new HostParts(folder, mountPoints());
    parts.addEntries(Path.of("/"));
    return parts;
  }

  /** Returns what is the lower layer of the container's root. */
  public Path frame() {
    return frame;
  }

  /** Returns what must be mounted on the frame before anything else. */
  public List<Mount> mounts() {
    return List.copyOf(mounts);
  }

  /** Those of this process: proc_pid_mountinfo(5). */
  private static Set<String> mountPoints() throws IOException {
    Set<String> points = new HashSet<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      points.add(line.split(" ", -1)[MOUNT_POINT]);
    }
    return points;
  }

  private void addEntries(Path folder) throws IOException {
    Path copy = inFrame(folder);
    if (Files.isReadable(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          add(entry, inFrame(entry));
        }
      }
    }
    // At last, because it may take the right to write away.
    Files.setAttribute(copy, "unix:mode", mode(folder));
  }

  private Path inFrame(Path path) {
    return frame.resolve(Path.of("/").relativize(path));
  }

  private static int mode(Path folder) throws IOException {
    return (Integer) Files.getAttribute(folder, "unix:mode") & PERMISSIONS;
  }

  private void add(Path path, Path copy) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    String name = path.toString();
    if (found.isSymbolicLink()) {
      Files.createSymbolicLink(copy, Files.readSymbolicLink(path));
    } else if (found.isDirectory()) {
      Files.createDirectory(copy);
      addFolder(path, copy);
    } else if (found.isRegularFile()) {
      Files.createFile(copy);
      mounts.add(new Mount(name, "bind", name, List.of("bind", "ro", "nosuid", "nodev")));
    }
  }

  private void addFolder(Path path, Path copy) throws IOException {
    String name = path.toString();
    boolean empty = OWN.contains(name) || mountPoints.contains(name) || !isPlain(name);
    if (!empty && mountPoints.stream().anyMatch(point -> point.startsWith(name + "/"))) {
      addEntries(path);
      return;
    }
    Files.setAttribute(copy, "unix:mode", mode(path));
    if (!empty) {
      addOverlay(path);
    }
  }

  /** The options of an overlay have no way to write other names that all kernels read alike. */
  private static boolean isPlain(String name) {
    return name.chars().noneMatch(c -> c == ',' || c == ':' || c == '\\');
  }

  private void addOverlay(Path folder) throws IOException {
    Path layer = Files.createDirectory(layers.resolve(Integer.toString(mounts.size())));
    Path upper = Files.createDirectory(layer.resolve("upper"));
    Path work = Files.createDirectory(layer.resolve("work"));
    Files.setAttribute(upper, "unix:mode", mode(folder));
    mounts.add(
        new Mount(
            folder.toString(),
            "overlay",
            "overlay",
            List.of(
                "nodev",
                "lowerdir=" + folder,
                "upperdir=" + upper,
                "workdir=" + work,
                "userxattr",
                "volatile")));
  }
}
