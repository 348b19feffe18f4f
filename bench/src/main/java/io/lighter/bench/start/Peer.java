package io.lighter.bench.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command-line runtimes that we compare with, as Debian installs them. */
enum Peer {
  CRUN("crun", "/usr/bin/crun", true),
  /**
   * Crun 1.8 compiles the system-call filter anew for every container, which is most of its time;
   * newer ones keep what they compiled. What is left without a filter is a bound for those.
   */
  CRUN_UNFILTERED("crun-unfiltered", "/usr/bin/crun", false),
  RUNC("runc", "/usr/sbin/runc", true);

  private final String title;
  private final String program;
  private final boolean filtered;

  Peer(String title, String program, boolean filtered) {
    this.title = title;
    this.program = program;
    this.filtered = filtered;
  }

  static @Nullable Peer named(String title) {
    for (Peer peer : values()) {
      if (peer.title.equals(title)) {
        return peer;
      }
    }
    return null;
  }

  String title() {
    return title;
  }

  /**
   * Asks the program for its version.
   *
   * @throws IOException when it is not installed
   */
  String version() throws IOException, InterruptedException {
    return Command.lines(List.of(program().toString(), "--version")).getFirst();
  }

  Subject subject(Subjects make, ContainerUnderTest container)
      throws IOException, InterruptedException {
    return make.peer(
        title, program(), description(), filtered ? container : container.unfiltered());
  }

  private String description() throws IOException, InterruptedException {
    String timed =
        version()
            + ": its `run` by vfork and exec, with mount(2) and umount2(2) of the overlay root";
    return filtered
        ? timed
        : timed + "; without the system-call filter, as a bound for versions that cache it";
  }

  private Path program() throws IOException {
    Path path = Path.of(program);
    if (!Files.isExecutable(path)) {
      throw new IOException(
          path
              + " is missing: apt-get install "
              + path.getFileName()
              + ", or leave "
              + title
              + " out with --subjects");
    }
    return path;
  }
}
