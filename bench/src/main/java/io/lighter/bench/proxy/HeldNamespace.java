package io.lighter.bench.proxy;

import io.lighter.bench.machine.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace that is held by a process, which ends when its input does: that is when this
 * process ends, in whatever way. The kernel removes the namespace with the last process in it, and
 * the devices with the namespace.
 *
 * <p>Its clients have all ports to connect from, and may use one again after a second: a
 * measurement of short connections would else be one of how many ports there are.
 */
record HeldNamespace(Process holder) implements AutoCloseable {
  private static final String HOLDER =
      """
      ip link set lo up &&
      echo 1 > /proc/sys/net/ipv4/ip_forward &&
      echo 1 > /proc/sys/net/ipv4/tcp_tw_reuse &&
      echo 1024 65535 > /proc/sys/net/ipv4/ip_local_port_range &&
      echo ready &&
      exec cat
      """;

  /** Makes one, with its loopback up. */
  static HeldNamespace make() throws IOException {
    Process holder =
        new ProcessBuilder("unshare", "--net", "sh", "-c", HOLDER)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    HeldNamespace made = new HeldNamespace(holder);
    if (!"ready".equals(holder.inputReader().readLine())) {
      made.close();
      throw new IOException(
          "no network namespace: what is wrong is above; `ip` is in Debian's package iproute2");
    }
    return made;
  }

  /** Returns the id of the process that holds it. */
  long pid() {
    return holder.pid();
  }

  /** Returns what has to be before a command, so that it runs in here. */
  List<String> prefix() {
    return List.of("nsenter", "--net=/proc/" + pid() + "/ns/net");
  }

  /** Runs a script of the shell in here. */
  void run(String script) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix());
    command.addAll(List.of("sh", "-c", script));
    Command.silently(command);
  }

  @Override
  public void close() throws IOException {
    holder.getOutputStream().close();
    try {
      holder.waitFor();
    } catch (InterruptedException e) {
      holder.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
