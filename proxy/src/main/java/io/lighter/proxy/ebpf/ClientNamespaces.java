package io.lighter.proxy.ebpf;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The network namespaces in which the processes of a cgroup are. Safe for use by many threads.
 *
 * @param cgroup open for as long as this is used
 */
record ClientNamespaces(Linux linux, Fd cgroup) {
  /** Opens each once, by what the kernel calls it. They are the caller's. */
  Map<Path, Fd> open() {
    Map<Path, Fd> found = new HashMap<>();
    try (Stream<Path> folders = Files.walk(Path.of(cgroup.procPath() + "/."))) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        for (String process : processes(folder)) {
          Path namespace = Path.of("/proc", process, "ns/net");
          add(namespace, found);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      found.values().forEach(Fd::close);
      throw new IllegalStateException("looking for the processes of the cgroup", e);
    }
    return found;
  }

  private static List<String> processes(Path folder) {
    try {
      return Files.readAllLines(folder.resolve("cgroup.procs"));
    } catch (IOException e) {
      // Removed meanwhile, or a cgroup of threads, whose processes are above it.
      return List.of();
    }
  }

  private void add(Path namespace, Map<Path, Fd> found) {
    try {
      Path name = Files.readSymbolicLink(namespace);
      if (!found.containsKey(name)) {
        int flags = Fcntl.O_RDONLY;
        Fd fd = linux.files().openat(Fd.WORKING_FOLDER, namespace.toString(), flags, 0);
        found.put(name, fd);
      }
    } catch (IOException | LinuxException e) {
      // The process has ended, and its sockets with it.
      return;
    }
  }
}
