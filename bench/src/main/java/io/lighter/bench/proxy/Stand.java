package io.lighter.bench.proxy;

import io.lighter.bench.machine.MachineCpu;
import io.lighter.bench.machine.OtherCpu;
import io.lighter.bench.machine.ProcessTree;
import io.lighter.bench.proxy.traffic.Answer;
import io.lighter.bench.proxy.traffic.Order;
import io.lighter.bench.proxy.traffic.TrafficClient;
import io.lighter.bench.proxy.traffic.TrafficServer;
import io.lighter.bench.proxy.traffic.TrafficServer.Kind;
import io.lighter.bench.report.ProxyData.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A subject at a site, with a server behind it and a client before it, all of them fresh. */
final class Stand implements AutoCloseable {
  private final ProxySubject subject;
  private final Ports ports;
  private final Programs programs;
  private final Site site;
  private final List<Process> processes = new ArrayList<>();
  private Process second;
  private final Process client;
  private final @Nullable Balancer balancer;

  /**
   * Starts all.
   *
   * @param site which is closed with it
   * @param ports that nobody else has
   */
  Stand(Programs programs, Site site, ProxySubject subject, Ports ports, Path folder)
      throws IOException, InterruptedException {
    this.subject = subject;
    this.programs = programs;
    this.site = site;
    this.ports = ports;
    Balancer started = null;
    boolean done = false;
    try {
      List<String> all = new ArrayList<>();
      ports.routes().stream()
          .filter(route -> !route.name().equals(Route.PAIR))
          .forEach(route -> route.backs().forEach(back -> all.add(kind(route).at(back))));
      all.add(Kind.ECHO.at(ports.route(Route.PAIR).backs().getFirst()));
      Process server = start(server(all));
      second = start(server(secondPort()));
      awaitReady(server);
      awaitReady(second);
      started = subject.start(programs, site, folder, ports.routes());
      client =
          start(
              programs.ours(
                  site, Site.Role.CLIENT, started.clientPrefix(), TrafficClient.class, List.of()));
      done = true;
    } finally {
      balancer = started;
      if (!done) {
        close();
      }
    }
  }

  private List<String> secondPort() {
    return List.of(Kind.ECHO.at(ports.route(Route.PAIR).backs().getLast()));
  }

  private Process server(List<String> at) throws IOException {
    return programs.ours(site, Site.Role.SERVER, subject.serverPrefix(), TrafficServer.class, at);
  }

  private Process start(Process process) {
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

  Balancer balancer() {
    if (balancer == null) {
      throw new IllegalStateException("it did not start");
    }
    return balancer;
  }

  /** Has the client do something, and waits for its answer. */
  Answer order(Order.Mode mode, String route, int connections, double seconds, double rate)
      throws IOException {
    begin(mode, route, connections, seconds, rate);
    return answer();
  }

  /** Has the client do something. */
  void begin(Order.Mode mode, String route, int connections, double seconds, double rate)
      throws IOException {
    String front = balancer().front(ports.route(route));
    int colon = front.lastIndexOf(':');
    int port = Integer.parseInt(front.substring(colon + 1));
    Order order = new Order(mode, front.substring(0, colon), port, connections, seconds, rate);
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

  Answer answer() throws IOException {
    String line = client.inputReader().readLine();
    if (line == null) {
      throw new IOException("the client of " + subject.name() + " failed: its message is above");
    }
    return Answer.parse(line);
  }

  /** What an order did, and what it cost. */
  record Measured(Sample sample, Answer answer) {}

  /**
   * Measures one order.
   *
   * @throws IOException also when a connection failed: then there is nothing to compare
   */
  Measured measure(Order.Mode mode, String route, int connections, double seconds, double rate)
      throws IOException {
    OtherCpu others = OtherCpu.start();
    long cpu = cpu();
    MachineCpu machine = MachineCpu.now();
    long begin = System.nanoTime();
    Answer answer = order(mode, route, connections, seconds, rate);
    double micros = (System.nanoTime() - begin) / 1e3;
    double used = (cpu() - cpu) / micros;
    double busy = (MachineCpu.now().busy() - machine.busy()) / micros;
    if (answer.errors() > 0) {
      throw new IOException(
          "%s: %d connections failed (%s)".formatted(subject.name(), answer.errors(), mode));
    }
    Sample sample =
        new Sample(
            answer.count(),
            answer.bytes(),
            answer.times().getValueAtPercentile(50),
            answer.times().getValueAtPercentile(99),
            answer.times().getMaxValue(),
            used,
            busy,
            others.share());
    return new Measured(sample, answer);
  }

  private long cpu() throws IOException {
    Process process = balancer().process();
    return process == null ? 0 : ProcessTree.cpuMicros(process.toHandle());
  }

  /** Kills the second server of {@link Route#PAIR}. */
  void killSecond() throws InterruptedException {
    second.destroyForcibly().waitFor();
    processes.remove(second);
  }

  /** Starts it again. */
  void startSecond() throws IOException {
    second = start(server(secondPort()));
    awaitReady(second);
  }

  @Override
  public void close() throws IOException {
    for (Process process : processes) {
      process.destroyForcibly();
    }
    if (balancer != null) {
      balancer.close();
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
