package io.lighter.bench.proxy;

import io.lighter.bench.machine.ProcessCpu;
import io.lighter.bench.proxy.ProxySubject.PortPair;
import io.lighter.bench.report.ProxyData;
import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Sample;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The rounds: in each every subject does everything, in turn. */
final class ProxyRounds {
  private static final int ATTEMPTS = 200;
  private static final long BETWEEN_MILLIS = 50;
  private static final double LOAD = 0.8;

  /** Processors: the client and the server have the first, the balancer the second. */
  private static final String TRAFFIC = "0";

  private static final String BALANCER = "1";

  private final Path folder;
  private final List<ProxySubject> subjects;
  private final List<String> java;
  private final double seconds;
  private final PortPair echo;
  private final PortPair sink;
  private final Map<String, Map<Cell, List<Sample>>> samples = new LinkedHashMap<>();
  private double rate;

  ProxyRounds(Path folder, List<ProxySubject> subjects, List<String> java, double seconds)
      throws IOException {
    this.folder = folder;
    this.subjects = subjects;
    this.java = java;
    this.seconds = seconds;
    this.echo = new PortPair(freePort(), freePort());
    this.sink = new PortPair(freePort(), freePort());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  void run(int rounds) throws IOException, InterruptedException {
    rate = calibrated();
    for (int round = 0; round < rounds; round++) {
      for (ProxySubject subject : subjects) {
        System.err.println("round " + (round + 1) + " of " + rounds + ": " + subject.name());
        Map<Cell, Sample> found = measure(subject, List.of(Cell.values()));
        Map<Cell, List<Sample>> kept =
            samples.computeIfAbsent(subject.name(), _ -> new LinkedHashMap<>());
        found.forEach(
            (cell, sample) -> kept.computeIfAbsent(cell, _ -> new ArrayList<>()).add(sample));
      }
    }
  }

  /** Four fifths of what the peer does. */
  private double calibrated() throws IOException, InterruptedException {
    for (ProxySubject subject : subjects) {
      if (subject.name().equals("haproxy")) {
        Sample sample = measure(subject, List.of(Cell.TURNS_16)).get(Cell.TURNS_16);
        return LOAD * Objects.requireNonNull(sample).count();
      }
    }
    throw new IllegalStateException("haproxy is among the subjects");
  }

  double rate() {
    return rate;
  }

  /** All by one process of the balancer, which has done each once before it is measured. */
  private Map<Cell, Sample> measure(ProxySubject subject, List<Cell> cells)
      throws IOException, InterruptedException {
    Process server = start(pinned(TRAFFIC, traffic(TrafficServer.class, echo.back(), sink.back())));
    Process balancer = null;
    try {
      awaitPort(echo.back());
      List<String> command = subject.command(folder, List.of(echo, sink));
      if (command != null) {
        balancer = start(pinned(BALANCER, command));
        if (subject.clientPrefix().isEmpty()) {
          awaitPort(echo.front());
        } else if (balancer.inputReader().readLine() == null) {
          throw new IOException(subject.name() + " did not start: its messages are above");
        }
      }
      Map<Cell, Sample> found = new LinkedHashMap<>();
      for (Cell cell : cells) {
        client(subject, cell, balancer, seconds / 2);
      }
      for (Cell cell : cells) {
        found.put(cell, client(subject, cell, balancer, seconds));
      }
      return found;
    } finally {
      if (balancer != null) {
        end(balancer);
      }
      server.destroyForcibly().waitFor();
    }
  }

  private static void end(Process balancer) throws InterruptedException {
    balancer.destroy();
    if (!balancer.waitFor(5, TimeUnit.SECONDS)) {
      balancer.destroyForcibly().waitFor();
    }
  }

  private Sample client(ProxySubject subject, Cell cell, @Nullable Process balancer, double time)
      throws IOException, InterruptedException {
    PortPair ports = cell.isBulk() ? sink : echo;
    List<String> command = new ArrayList<>(subject.clientPrefix());
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                subject.address(ports),
                subject.port(ports),
                cell.mode(),
                cell.connections(),
                time));
    if (cell == Cell.LATENCY) {
      arguments.add(rate);
    }
    command.addAll(pinned(TRAFFIC, traffic(TrafficClient.class, arguments.toArray())));
    double before = cpu(balancer);
    Process client = start(command);
    String line = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (client.waitFor() != 0) {
      throw new IOException("the client of " + subject.name() + " failed: " + cell);
    }
    // Half as much again was warming up.
    double used = (cpu(balancer) - before) / (1.5 * time);
    String[] words = line.strip().split(" ", -1);
    return new Sample(
        Double.parseDouble(words[0]),
        Double.parseDouble(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        used);
  }

  private static double cpu(@Nullable Process process) throws IOException {
    if (process == null) {
      return 0;
    }
    return ProcessCpu.parse(Files.readString(Path.of("/proc/" + process.pid() + "/stat"))) / 1e6;
  }

  private List<String> traffic(Class<?> program, Object... arguments) {
    List<String> command = new ArrayList<>(java);
    command.add(program.getName());
    for (Object argument : arguments) {
      command.add(String.valueOf(argument));
    }
    return command;
  }

  private static List<String> pinned(String processor, List<String> command) {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", processor));
    pinned.addAll(command);
    return pinned;
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void awaitPort(int port) throws IOException, InterruptedException {
    for (int i = 0; i < ATTEMPTS; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        Thread.sleep(BETWEEN_MILLIS);
      }
    }
    throw new IOException("nobody listens at port " + port);
  }

  List<ProxyData.Subject> found() {
    List<ProxyData.Subject> found = new ArrayList<>();
    for (ProxySubject subject : subjects) {
      found.add(
          new ProxyData.Subject(
              subject.name(),
              subject.description(),
              samples.getOrDefault(subject.name(), Map.of())));
    }
    return found;
  }
}
