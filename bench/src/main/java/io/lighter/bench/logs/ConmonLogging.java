package io.lighter.bench.logs;

import io.lighter.bench.machine.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;

/** A conmon for each container, with its k8s-file driver. */
final class ConmonLogging implements Logging {
  private static final String CONMON = "conmon";

  private final LogGroups groups;
  private final LoggerGroup group;
  private final String version;

  ConmonLogging(LogGroups groups) throws IOException, InterruptedException {
    this.groups = groups;
    this.group = groups.logger(name());
    this.version = Command.lines(List.of(CONMON, "--version")).getFirst();
  }

  @Override
  public String name() {
    return CONMON;
  }

  @Override
  public String description() {
    return version
        + ", driver k8s-file, whose file is CRI's with another form of the time; one process a"
        + " container, over a runtime that only starts the writer";
  }

  @Override
  public LoggerGroup group() {
    return group;
  }

  @Override
  public boolean isInRecords() {
    return true;
  }

  @Override
  public Turn start(LogWriter writer, Path folder) throws IOException {
    Path log = folder.resolve("log");
    Path runtime = folder.resolve("runtime");
    String command = groups.writerCommand(writer).stream().collect(Collectors.joining(" "));
    Files.createFile(
        runtime,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(runtime, runtime(groups.writer().folder(), command));
    Path bundle = Files.createDirectory(folder.resolve("bundle"));
    String name = "writer";
    Process conmon =
        new ProcessBuilder(
                group.entered(
                    List.of(
                        CONMON,
                        "--sync",
                        "--cid=" + name,
                        "--name=" + name,
                        "--cuuid=" + name,
                        "--runtime=" + runtime,
                        "--bundle=" + bundle,
                        "--container-pidfile=" + bundle.resolve("pid"),
                        "--socket-dir-path=" + bundle,
                        "--log-path=k8s-file:" + log,
                        "--log-level=error")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new Turn() {
      @Override
      public List<Path> logs() {
        return List.of(log);
      }

      @Override
      public void finish() throws InterruptedException {
        conmon.waitFor();
      }
    };
  }

  /** What conmon calls to create a container: it starts the writer and says its pid. */
  private static String runtime(Path cgroup, String command) {
    return """
    #!/bin/sh
    while [ $# -gt 0 ]; do
      [ "$1" = --pid-file ] && pid_file=$2
      shift
    done
    (echo 0 >%s/cgroup.procs && exec %s) &
    printf %%s $! >"$pid_file"
    """
        .formatted(cgroup, command);
  }

  @Override
  public void close() throws IOException {
    group.kill();
  }
}
