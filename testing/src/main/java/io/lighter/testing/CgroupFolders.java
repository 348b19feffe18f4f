package io.lighter.testing;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The cgroups of every hierarchy that is mounted, v1 and v2. */
final class CgroupFolders {

  private CgroupFolders() {}

  static List<String> below(List<Mount> mounts) {
    List<String> folders = new ArrayList<>();
    mounts.stream()
        .filter(mount -> mount.type().equals("cgroup") || mount.type().equals("cgroup2"))
        .forEach(mount -> collect(Path.of(mount.point()), folders));
    return folders;
  }

  private static void collect(Path folder, List<String> found) {
    try (DirectoryStream<Path> children =
        Files.newDirectoryStream(
            folder, child -> Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS))) {
      for (Path child : children) {
        found.add(child.toString());
        collect(child, found);
      }
    } catch (IOException | DirectoryIteratorException gone) {
      // Removed while it was listed: then nothing of it is left.
      return;
    }
  }
}
