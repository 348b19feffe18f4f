package io.lighter.bench.proxy;

import io.lighter.bench.proxy.Site.Role;
import io.lighter.bench.proxy.traffic.Answer;
import io.lighter.bench.proxy.traffic.Order;
import io.lighter.bench.proxy.traffic.TrafficClient;
import io.lighter.bench.proxy.traffic.TrafficServer;
import io.lighter.bench.proxy.traffic.TrafficServer.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A site with servers and a client, all of them fresh. Subjects share them, so that what differs
 * between two subjects is the subjects: two JVMs of one program may differ by more than these do.
 */
final class Stand implements AutoCloseable {
  private static final String PROCESSES = "cgroup.procs";

  private final Programs programs;
  private final Site site;
  private final @Nullable Path cgroup;
  private final List<Process> processes = new ArrayList<>();
  private final String secondBack;
  private Process second;
  private final Process client;

  /**
   * Starts all.
   *
   * @param site which is closed with it
   * @param cgroup for servers and client; null for this process's own
   */
  Stand(Programs programs, Site site, @Nullable Path cgroup) throws IOException {
    this.programs = programs;
    this.site = site;
    this.cgroup = cgroup;
    boolean done = false;
    try {
      List<Route> routes = ports(0).routes();
      List<String> all = new ArrayList<>();
      routes.stream()
          .filter(route -> !route.name().equals(Route.PAIR))
          .forEach(route -> route.backs().forEach(back -> all.add(kind(route).at(back))));
      List<String> pair = ports(0).route(Route.PAIR).backs();
      all.add(Kind.ECHO.at(pair.getFirst()));
      secondBack = Kind.ECHO.at(pair.getLast());
      Process server = start(Role.SERVER, TrafficServer.class, all);
      second = start(Role.SERVER, TrafficServer.class, List.of(secondBack));
      awaitReady(server);
      awaitReady(second);
      client = start(Role.CLIENT, TrafficClient.class, List.of());
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private Process start(Role role, Class<?> program, List<String> arguments) throws IOException {
    List<String> prefix =
        cgroup == null
            ? List.of()
            : List.of(
                "sh", "-c", "echo $$ > " + cgroup.resolve(PROCESSES) + " && exec \"$@\"", "sh");
    Process process = programs.ours(site, role, prefix, program, arguments);
    processes.add(process);
    return process;
  }

  private static Kind kind(Route route) {
    return switch (route.name()) {
      case Route.SINK -> Kind.SINK;
      case Route.SOURCE -> Kind.SOURCE;
      default -> Kind.ECHO;
    };
  }

  private static void awaitReady(Process server) throws IOException {
    if (!"ready".equals(server.inputReader().readLine())) {
      throw new IOException("the server did not start: its message is above");
    }
  }

  Site site() {
    return site;
  }

  /**
   * Returns the ports of one of those that share the stand.
   *
   * @param place which, from 0
   */
  Ports ports(int place) {
    return Ports.at(site, place);
  }

  /**
   * Has the client be in a cgroup from now on: its sockets belong to the one that it is in when it
   * makes them (cgroups(7), {@code net/core/sock.c}).
   */
  void moveClient(Path to) throws IOException {
    Files.writeString(to.resolve(PROCESSES), String.valueOf(client.pid()));
  }

  /** Has the client do something. */
  void begin(Order order) throws IOException {
    say(order.line());
  }

  /** Has the client stop what it does; its answer comes. */
  void stop() throws IOException {
    say(Order.STOP);
  }

  private void say(String line) throws IOException {
    client.outputWriter().write(line + "\n");
    client.outputWriter().flush();
  }

  /** Waits for the client's answer. */
  Answer answer() throws IOException {
    String line = client.inputReader().readLine();
    if (line == null) {
      throw new IOException("the client failed: its message is above");
    }
    return Answer.parse(line);
  }

  /** Kills the second server of {@link Route#PAIR}. */
  void killSecond() throws InterruptedException {
    second.destroyForcibly().waitFor();
    processes.remove(second);
  }

  /** Starts it again. */
  void startSecond() throws IOException {
    second = start(Role.SERVER, TrafficServer.class, List.of(secondBack));
    awaitReady(second);
  }

  @Override
  public void close() throws IOException {
    for (Process process : processes) {
      process.destroyForcibly();
    }
    for (Process process : processes) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    site.close();
  }
}
