package io.lighter.runtime;

import io.lighter.runtime.spec.IdMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Maps the ids of a new user namespace, from outside.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">
 *     user_namespaces(7)</a>, "Defining user and group ID mappings"
 */
final class IdMappingFiles {
  private IdMappingFiles() {}

  /**
   * Writes both maps.
   *
   * @param pid the first process of the namespace
   * @throws StartException when the kernel refuses them
   */
  static void write(int pid, List<IdMapping> uids, List<IdMapping> gids) {
    write(pid, "uid_map", "linux.uidMappings", uids);
    write(pid, "gid_map", "linux.gidMappings", gids);
  }

  private static void write(int pid, String file, String field, List<IdMapping> mappings) {
    StringBuilder text = new StringBuilder();
    for (IdMapping mapping : mappings) {
      text.append(mapping.containerId())
          .append(' ')
          .append(mapping.hostId())
          .append(' ')
          .append(mapping.size())
          .append('\n');
    }
    try {
      // By one write: the kernel takes no second.
      Files.writeString(Path.of("/proc", String.valueOf(pid), file), text);
    } catch (IOException e) {
      throw new StartException(
          field
              + ": the kernel refuses the mapping ("
              + e.getMessage()
              + "); ranges must not overlap, and must be mapped in the namespace of this process",
          e);
    }
  }
}
