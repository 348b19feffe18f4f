package io.lighter.proxy.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the cgroup v2 tree is. */
final class CgroupRoot {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");

  private CgroupRoot() {}

  /**
   * Returns its root, which has all processes of the machine, or of this container.
   *
   * @throws IOException when it is mounted nowhere
   */
  static Path find() throws IOException {
    List<String> mounts = Files.readAllLines(MOUNTS);
    for (String mount : mounts) {
      String[] words = mount.split(" ", 4);
      if (words.length == 4 && words[2].equals("cgroup2")) {
        return Path.of(words[1]);
      }
    }
    throw new IOException("no cgroup v2 tree is mounted");
  }
}
