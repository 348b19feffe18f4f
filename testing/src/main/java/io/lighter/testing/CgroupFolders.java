package io.lighter.testing;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cgroups of every hierarchy that is mounted, v1 and v2, except those of somebody else: a
 * folder named {@code ...-PID} for a process that lives and is neither this one nor below it, with
 * all that is in it. So several test runs can share a machine.
 */
final class CgroupFolders {

  private static final Pattern OWNED = Pattern.compile(".*-(\\d{1,10})");

  private CgroupFolders() {}

  static List<String> below(List<Mount> mounts, ProcessTree tree) {
    List<String> folders = new ArrayList<>();
    mounts.stream()
        .filter(mount -> mount.type().equals("cgroup") || mount.type().equals("cgroup2"))
        .forEach(mount -> collect(Path.of(mount.point()), tree, folders));
    return folders;
  }

  private static void collect(Path folder, ProcessTree tree, List<String> found) {
    try (DirectoryStream<Path> children =
        Files.newDirectoryStream(
            folder, child -> Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS))) {
      for (Path child : children) {
        if (!isOfAnother(child.getFileName().toString(), tree)) {
          found.add(child.toString());
          collect(child, tree, found);
        }
      }
    } catch (IOException | DirectoryIteratorException gone) {
      // Removed while it was listed: then nothing of it is left.
      return;
    }
  }

  private static boolean isOfAnother(String name, ProcessTree tree) {
    Matcher owned = OWNED.matcher(name);
    return owned.matches() && tree.isForeign(Long.parseLong(owned.group(1)));
  }
}
