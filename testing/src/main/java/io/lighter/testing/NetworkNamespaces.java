package io.lighter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Network namespaces that this process keeps alive (network_namespaces(7)). */
final class NetworkNamespaces {

  private static final String PREFIX = "net:[";

  private NetworkNamespaces() {}

  /** Each once, as {@code net:[4026531840]}, whatever holds it. */
  static List<String> of(ProcessTree tree, List<Mount> mounts, List<String> descriptors) {
    Set<String> found = new TreeSet<>();
    descriptors.stream().filter(target -> target.startsWith(PREFIX)).forEach(found::add);
    mounts.stream().map(Mount::root).filter(root -> root.startsWith(PREFIX)).forEach(found::add);
    tree.descendants().forEach(process -> ofTask("/proc/" + process.pid()).ifPresent(found::add));
    // A thread that entered another namespace and did not come back holds it as well.
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      tasks.forEach(task -> ofTask(task.toString()).ifPresent(found::add));
    } catch (IOException e) {
      throw new UncheckedIOException("listing /proc/self/task", e);
    }
    return List.copyOf(found);
  }

  private static Optional<String> ofTask(String task) {
    return Links.read(Path.of(task, "ns", "net"));
  }
}
