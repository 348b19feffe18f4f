package io.lighter.runtime.lifecycle;

import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a container that has no cgroup: those in its PID namespace. One that has made a
 * PID namespace of its own within is not found, and ends with the others all the same.
 *
 * @param first the process id of one of them
 */
record NamespaceMembers(int first) {
  private static final Path PROC = Path.of("/proc");

  /** The process ids as the host sees them; none when the first has ended. */
  List<Integer> pids() {
    Path namespace = namespace(Integer.toString(first));
    List<Integer> pids = new ArrayList<>();
    if (namespace == null) {
      return pids;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        String pid = process.getFileName().toString();
        if (namespace.equals(namespace(pid))) {
          pids.add(Integer.valueOf(pid));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("/proc cannot be listed", e);
    }
    return pids;
  }

  /** Sends a signal to all of them. */
  void signal(Linux linux, int signal) {
    for (int pid : pids()) {
      try (PidFd process = linux.processes().pidfdOpen(pid)) {
        // Still there: its number was not handed to a stranger before it was opened.
        if (process != null && pids().contains(pid)) {
          linux.processes().signal(process, signal);
        }
      }
    }
  }

  private static @Nullable Path namespace(String pid) {
    try {
      return Files.readSymbolicLink(PROC.resolve(pid).resolve("ns/pid"));
    } catch (IOException e) {
      return null; // it has ended, or is another user's
    }
  }
}
