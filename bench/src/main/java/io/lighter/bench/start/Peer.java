package io.lighter.bench.start;

import io.lighter.bench.machine.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The command-line runtimes that we compare with, as Debian installs them. */
public enum Peer {
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

  public static @Nullable Peer named(String title) {
    for (Peer peer : values()) {
      if (peer.title.equals(title)) {
        return peer;
      }
    }
    return null;
  }

  /** The versions of those among the subjects that are peers. */
  public static Map<String, String> versions(List<String> subjects)
      throws IOException, InterruptedException {
    Map<String, String> versions = new LinkedHashMap<>();
    for (String subject : subjects) {
      Peer peer = named(subject);
      if (peer != null) {
        versions.put(subject, peer.version());
      }
    }
    return versions;
  }

  public String title() {
    return title;
  }

  /**
   * Asks the program for its version.
   *
   * @throws IOException when it is not installed
   */
  public String version() throws IOException, InterruptedException {
    return Command.lines(List.of(program().toString(), "--version")).getFirst();
  }

  ContainerSubject subject(Subjects make, ContainerUnderTest container)
      throws IOException, InterruptedException {
    return make.peer(title, program(), description(), given(container));
  }

  /** The container under test as this one is given it. */
  public ContainerUnderTest given(ContainerUnderTest container) {
    return filtered ? container : container.unfiltered();
  }

  private String description() throws IOException, InterruptedException {
    String timed =
        version()
            + ": its `run` by vfork and exec, with mount(2) and umount2(2) of the overlay root";
    return filtered
        ? timed
        : timed + "; without the system-call filter, as a bound for versions that cache it";
  }

  /**
   * Returns the path of the program.
   *
   * @throws IOException when it is not installed
   */
  public Path program() throws IOException {
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
