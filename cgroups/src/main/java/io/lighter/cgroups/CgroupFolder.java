package io.lighter.cgroups;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A cgroup as what it looks like: a folder with files. For a process whose whole life is shorter
 * than what the way to the kernel's own calls takes to be made, some 50 ms of a JVM; everybody else
 * has {@link Cgroup}. Immutable.
 *
 * @param folder where it is, whether or not it is there
 */
public record CgroupFolder(Path folder) {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  /**
   * Finds a cgroup in the mount namespace of this process.
   *
   * @param path from the root of the v2 tree, such as {@code /lighter/web}
   * @return null when cgroup v2 is mounted nowhere
   */
  public static @Nullable CgroupFolder locate(String path) {
    CgroupName.checkPath(path);
    try {
      String mountinfo = new String(Files.readAllBytes(MOUNTS), StandardCharsets.UTF_8);
      String mountPoint = CgroupMounts.parse(mountinfo).unified();
      return mountPoint == null ? null : new CgroupFolder(Path.of(mountPoint + path));
    } catch (IOException e) {
      throw new CgroupException("proc(5) must be mounted at /proc: " + e);
    }
  }

  /** Returns whether all its processes are stopped; not when it is not there. */
  public boolean isFrozen() {
    return events().contains("frozen 1");
  }

  private String events() {
    try {
      return new String(
          Files.readAllBytes(folder.resolve(EventsFile.NAME)), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return ""; // removed, as it may be at any time
    }
  }

  /**
   * Removes it if nobody is in it.
   *
   * @return whether it is gone; if not, it has processes or cgroups below, or the kernel refused
   */
  public boolean removeIfEmpty() {
    try {
      Files.delete(folder);
      return true;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
