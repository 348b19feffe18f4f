package io.lighter.bench.machine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs this program again in a mount namespace of its own, with a tmpfs for everything that a run
 * writes, and with cgroup v2 alone at {@code /sys/fs/cgroup}: crun refuses a machine whose
 * controllers are of version 1, and nothing that a run mounts can then stay behind.
 */
public final class PrivateMounts {

  private static final String FOLDER = "lighter.bench.folder";

  /** Where cgroup v2 is in that namespace. */
  public static final Path CGROUP_MOUNT = Path.of("/sys/fs/cgroup");

  /**
   * unshare(1) has made the namespace; the mounts are done before the JVM takes the shell's place.
   */
  private static final String SCRIPT =
      """
      if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then
        umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup || exit 1
      fi
      mount -t tmpfs -o mode=0700 lighter-bench "$1" || exit 1
      shift
      exec "$@"
      """;

  private PrivateMounts() {}

  /** The tmpfs, when this is the second JVM; else null. */
  public static @Nullable Path folder() {
    String folder = System.getProperty(FOLDER);
    return folder == null ? null : Path.of(folder);
  }

  /**
   * Runs {@code io.lighter.bench.Main} with {@code args} in the namespace, with this JVM's flags.
   *
   * @return its exit status
   */
  public static int run(List<String> args) throws IOException, InterruptedException {
    return run(args, List.of());
  }

  /**
   * The same with further flags for the JVM.
   *
   * @return its exit status
   */
  public static int run(List<String> args, List<String> flags)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("lighter-bench");
    try {
      List<String> command = new ArrayList<>();
      // Whoever ends this process means the run.
      command.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
      command.addAll(List.of("unshare", "--mount", "--propagation", "private"));
      command.addAll(List.of("sh", "-c", SCRIPT, "sh", folder.toString()));
      // Not /proc/self/exe, which is no file any more once a runtime has been opened.
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
      command.addAll(flags);
      command.add("-D" + FOLDER + "=" + folder);
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add("io.lighter.bench.Main");
      command.addAll(args);
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } finally {
      Files.deleteIfExists(folder);
    }
  }
}
