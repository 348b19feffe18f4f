package io.lighter.bench.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts the programs of a run, each at its place and on its processor. None of them outlives the
 * thread that started it.
 *
 * @param java a JVM as this one, with the same class path
 */
record Programs(List<String> java) {
  /** Processors: the client and the server have the first, the balancer the second. */
  private static final String TRAFFIC = "0";

  private static final String BALANCER = "1";
  private static final int ATTEMPTS = 500;
  private static final long BETWEEN_MILLIS = 10;
  private static final String LISTENS = "0A";

  Programs {
    java = List.copyOf(java);
  }

  /** A program of ours. */
  Process ours(Site site, Site.Role role, Class<?> program, List<String> arguments)
      throws IOException {
    return ours(site, role, List.of(), program, arguments);
  }

  /**
   * The same.
   *
   * @param prefix what has to be before it
   */
  Process ours(
      Site site, Site.Role role, List<String> prefix, Class<?> program, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(java);
    command.add(program.getName());
    command.addAll(arguments);
    return builder(site, role, command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** A process that is still to be started. */
  static ProcessBuilder builder(Site site, Site.Role role, List<String> command) {
    List<String> whole = new ArrayList<>(site.prefix(role));
    whole.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    whole.addAll(List.of("taskset", "-c", role == Site.Role.BALANCER ? BALANCER : TRAFFIC));
    whole.addAll(command);
    return new ProcessBuilder(whole);
  }

  /** Waits until somebody in a process's network namespace listens at ports. */
  static void awaitPorts(Process process, List<Integer> ports)
      throws IOException, InterruptedException {
    Path sockets = Path.of("/proc/" + process.pid() + "/net/tcp");
    for (int i = 0; i < ATTEMPTS && process.isAlive(); i++) {
      List<Integer> open = listening(Files.readAllLines(sockets));
      if (open.containsAll(ports)) {
        return;
      }
      Thread.sleep(BETWEEN_MILLIS);
    }
    throw new IOException(
        process.info().command().orElse("the balancer") + " does not listen: its message is above");
  }

  /** The lines of proc_net_tcp(5): {@code N: ADDRESS:PORT ADDRESS:PORT STATE …}, in hexadecimal. */
  static List<Integer> listening(List<String> lines) {
    List<Integer> ports = new ArrayList<>();
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      String[] words = line.strip().split(" +", -1);
      if (words[3].equals(LISTENS)) {
        ports.add(Integer.parseInt(words[1].substring(words[1].indexOf(':') + 1), 16));
      }
    }
    return ports;
  }

  /** Asks a process to end, and has it killed when it takes longer than five seconds. */
  static void end(Process process) {
    process.destroy();
    try {
      if (process.waitFor(5, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
