package io.lighter.cli.engines;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cli.OurProgram;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A host for engines within this one: mounts, process ids and cgroups of its own, so that they have
 * the cgroup v2 of a modern host and nothing of theirs outlives it. Of the file system they share
 * with us what is below the test's folder; {@code /run}, {@code /var/lib} and {@code /dev/shm} are
 * their own.
 */
public final class EngineHost implements AutoCloseable {
  private static final Duration ENDING = Duration.ofSeconds(20);

  /** The first process of the host; it says when all is ready and ends with its stdin. */
  private static final String INIT =
      """
      set -e
      umount -R /sys/fs/cgroup
      mount -t cgroup2 cgroup2 /sys/fs/cgroup
      mkdir /sys/fs/cgroup/leaf
      echo 1 >/sys/fs/cgroup/leaf/cgroup.procs
      for own in /run /var/lib /dev/shm; do mount -t tmpfs tmpfs $own; done
      echo ready
      exec cat >/dev/null
      """;

  /** Processes only in leaves, so that the engines can make cgroups beside them. */
  private static final String ENTER = "echo $$ >/sys/fs/cgroup/leaf/cgroup.procs && exec \"$@\"";

  private final Path folder;
  private final Cgroup cgroup;
  private final Process outside;
  private final String inside;
  private final Map<String, String> environment;

  private EngineHost(Path folder, Cgroup cgroup, Process outside, Map<String, String> environment) {
    this.folder = folder;
    this.cgroup = cgroup;
    this.outside = outside;
    this.inside = Long.toString(outside.children().findFirst().orElseThrow().pid());
    this.environment = environment;
  }

  /** What came of a command. */
  public record Outcome(int status, String output, String error) {}

  /**
   * Starts it.
   *
   * @param folder is shared with it
   * @param environment of what runs in it, besides our own
   */
  static EngineHost start(Path folder, Map<String, String> environment) throws IOException {
    return start(folder, environment, INIT);
  }

  /**
   * Starts one whose first process is another.
   *
   * @param init script of a shell, which makes the cgroup {@code leaf} and then says {@code ready}
   */
  static EngineHost start(Path folder, Map<String, String> environment, String init)
      throws IOException {
    CgroupTree tree = CgroupTree.locate(Linux.kernel());
    String path = "/lighter-engines-" + ProcessHandle.current().pid();
    Cgroup cgroup = tree.create(path);
    List<String> unshare =
        List.of(
            "unshare",
            "--mount",
            "--pid",
            "--uts",
            "--cgroup",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "--propagation=private",
            "sh",
            "-c",
            init);
    // Born outside: a cgroup namespace shows what its maker is in.
    List<String> command = new ArrayList<>(List.of("sh", "-c", "read go; exec \"$@\"", "sh"));
    command.addAll(unshare);
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("init.err").toFile()).start();
    cgroup.add((int) process.pid());
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    if (!"ready".equals(process.inputReader(UTF_8).readLine())) {
      throw new IOException(Files.readString(folder.resolve("init.err")));
    }
    try (Cgroup leaf = tree.open(path + "/leaf")) {
      leaf.add((int) process.pid());
    }
    Files.createDirectories(folder.resolve("tmp"));
    return new EngineHost(folder, cgroup, process, environment);
  }

  /** An executable that does as a link named {@code lighter-runtime} to the launcher does. */
  public Path runtime() throws IOException {
    Path runtime = folder.resolve("lighter-runtime");
    if (!Files.exists(runtime)) {
      String program = "'" + String.join("' '", OurProgram.command()) + "'";
      Files.writeString(runtime, "#!/bin/sh\nexec " + program + " oci \"$@\"\n");
      Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return runtime;
  }

  /** Starts a command in the host; its errors are in a file of its name in the folder. */
  public Process start(String... command) throws IOException {
    return start(folder.resolve(command[0] + ".err"), command);
  }

  private Process start(Path errors, String... command) throws IOException {
    List<String> entering =
        new ArrayList<>(
            List.of("nsenter", "--target", inside, "--mount", "--pid", "--cgroup", "--"));
    entering.addAll(List.of("sh", "-c", ENTER, "sh"));
    entering.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(entering).redirectError(errors.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("TMPDIR", folder.resolve("tmp").toString());
    return builder.start();
  }

  /** Runs a command to its end. */
  public Outcome run(String... command) throws IOException, InterruptedException {
    return runWith("", command);
  }

  /** Runs a command to its end, with something to read. */
  Outcome runWith(String input, String... command) throws IOException, InterruptedException {
    Path errors = Files.createTempFile(folder, "command", ".err");
    Process process = start(errors, command);
    try (var stdin = process.outputWriter(UTF_8)) {
      stdin.write(input);
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output, Files.readString(errors));
  }

  /** Returns the process id of its first process, as it is outside. */
  public int init() {
    return Integer.parseInt(inside);
  }

  /** Ends everything that runs in it. */
  @Override
  public void close() {
    try (cgroup) {
      outside.getOutputStream().close();
      outside.destroyForcibly().waitFor();
      cgroup.destroy(ENDING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
