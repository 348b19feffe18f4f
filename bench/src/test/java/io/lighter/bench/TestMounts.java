package io.lighter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the tests find what a run mounts for itself. */
public final class TestMounts {
  private TestMounts() {}

  /** Where cgroup v2 is mounted. */
  public static Path cgroup() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/mounts"))) {
      return lines
          .map(line -> line.split(" ", -1))
          .filter(words -> words[2].equals("cgroup2"))
          .map(words -> Path.of(words[1]))
          .findFirst()
          .orElseThrow(() -> new IOException("no cgroup v2 is mounted"));
    }
  }
}
