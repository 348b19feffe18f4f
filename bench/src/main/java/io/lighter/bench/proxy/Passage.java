package io.lighter.bench.proxy;

import io.lighter.bench.machine.MachineCpu;
import io.lighter.bench.machine.OtherCpu;
import io.lighter.bench.machine.ProcessTree;
import io.lighter.bench.proxy.traffic.Answer;
import io.lighter.bench.proxy.traffic.Order;
import io.lighter.bench.report.ProxyData.Sample;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The way from a stand's client to its servers through a balancer.
 *
 * @param name of the subject
 * @param cgroup where the client is when it takes this way
 */
record Passage(String name, Stand stand, Ports ports, Balancer balancer, Path cgroup)
    implements AutoCloseable {
  /**
   * Starts a subject's balancer.
   *
   * @param place which of those that share the stand it is, from 0
   * @param elsewhere a cgroup for clients that no balancer serves
   */
  static Passage open(
      Stand stand, ProxySubject subject, int place, Programs programs, Path folder, Path elsewhere)
      throws IOException, InterruptedException {
    Ports ports = stand.ports(place);
    Balancer balancer = subject.start(programs, stand.site(), folder, ports.routes());
    Path served = subject.cgroup();
    return new Passage(subject.name(), stand, ports, balancer, served == null ? elsewhere : served);
  }

  /** Has the client do something, and waits for its answer. */
  Answer order(Order.Mode mode, String route, int connections, double seconds, double rate)
      throws IOException {
    begin(mode, route, connections, seconds, rate);
    return stand.answer();
  }

  /** Has the client do something. */
  void begin(Order.Mode mode, String route, int connections, double seconds, double rate)
      throws IOException {
    stand.moveClient(cgroup);
    stand.begin(order(ports.route(route), mode, connections, seconds, rate));
  }

  private Order order(Route route, Order.Mode mode, int connections, double seconds, double rate) {
    String front = balancer.front(route);
    int colon = front.lastIndexOf(':');
    int port = Integer.parseInt(front.substring(colon + 1));
    return new Order(mode, front.substring(0, colon), port, connections, seconds, rate);
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
    stand.moveClient(cgroup);
    Order order = order(ports.route(route), mode, connections, seconds, rate);
    OtherCpu others = OtherCpu.start();
    long cpu = cpu();
    MachineCpu machine = MachineCpu.now();
    long begin = System.nanoTime();
    stand.begin(order);
    Answer answer = stand.answer();
    double micros = (System.nanoTime() - begin) / 1e3;
    double used = (cpu() - cpu) / micros;
    double busy = (MachineCpu.now().busy() - machine.busy()) / micros;
    if (answer.errors() > 0) {
      throw new IOException(
          "%s: %d connections failed (%s)".formatted(name, answer.errors(), mode));
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
    Process process = balancer.process();
    return process == null ? 0 : ProcessTree.cpuMicros(process.toHandle());
  }

  /** Ends the balancer; the stand stays. */
  @Override
  public void close() throws IOException {
    balancer.close();
  }
}
