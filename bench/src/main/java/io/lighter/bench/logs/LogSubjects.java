package io.lighter.bench.logs;

import io.lighter.bench.machine.PrivateMounts;
import io.lighter.bench.report.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All that log, running. */
final class LogSubjects implements AutoCloseable {
  private static final String JVM =
      "our pipeline, one thread for epoll and one that writes, in a JVM of its own (serial"
          + " collector, 64 MB of heap) that logs through all turns; ";

  private final LogGroups groups;
  private final List<OwnLogging> own = new ArrayList<>();
  private final List<Logging> all = new ArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();

  private LogSubjects(LogGroups groups) {
    this.groups = groups;
  }

  /**
   * Starts them.
   *
   * @param folder where the logs go
   * @param state where sockets go
   */
  static LogSubjects open(Project project, Path folder, Path state, Path program)
      throws IOException, InterruptedException {
    Path cgroup =
        PrivateMounts.CGROUP_MOUNT.resolve("lighter-bench-" + ProcessHandle.current().pid());
    LogSubjects subjects = new LogSubjects(new LogGroups(Files.createDirectory(cgroup), program));
    try {
      subjects.start(project, folder, state);
      return subjects;
    } catch (IOException | RuntimeException | InterruptedException e) {
      try {
        subjects.close();
      } catch (IOException further) {
        e.addSuppressed(further);
      }
      throw e;
    }
  }

  private void start(Project project, Path folder, Path state)
      throws IOException, InterruptedException {
    add(new CatLogging(groups));
    own(OwnLogging.NATIVE, "segments of 64 MiB with their index, not compressed", project);
    own("cri", "the kubelet's format", project);
    own("json-file", "Docker's format", project);
    add(new ConmonLogging(groups));
    Dockerd dockerd = new Dockerd(groups, folder.resolve("dockerd"), state.resolve("d"));
    opened.add(dockerd);
    add(DockerLogging.jsonFile(dockerd));
    add(DockerLogging.local(dockerd));
    add(new ContainerdLogging(groups, state.resolve("c")));
  }

  private void add(Logging subject) {
    opened.add(subject);
    all.add(subject);
  }

  private void own(String format, String what, Project project) throws IOException {
    OwnLogging subject = new OwnLogging(format, JVM + what, groups, project);
    own.add(subject);
    add(subject);
  }

  List<Logging> all() {
    return all;
  }

  /** The program that writes. */
  Path program() {
    return groups.program();
  }

  /** Those that are ours. */
  List<OwnLogging> own() {
    return own;
  }

  @Override
  public void close() throws IOException {
    for (AutoCloseable one : opened.reversed()) {
      try {
        one.close();
      } catch (Exception e) {
        throw new IOException("cannot end " + one, e);
      }
    }
    groups.remove();
  }
}
