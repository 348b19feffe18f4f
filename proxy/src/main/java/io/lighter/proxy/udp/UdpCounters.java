package io.lighter.proxy.udp;

import java.util.concurrent.atomic.LongAdder;

/** What has happened at one service. Any thread may count and read. */
final class UdpCounters {
  final LongAdder flows = new LongAdder();
  final LongAdder received = new LongAdder();
  final LongAdder receivedBytes = new LongAdder();
  final LongAdder answered = new LongAdder();
  final LongAdder answeredBytes = new LongAdder();

  /** Datagrams that nobody got: no endpoint, a limit, a queue that is full. */
  final LongAdder dropped = new LongAdder();

  /** Endpoints found not to be there, by ICMP. */
  final LongAdder unreachable = new LongAdder();

  UdpStatistics read(int open) {
    return new UdpStatistics(
        open,
        flows.sum(),
        received.sum(),
        receivedBytes.sum(),
        answered.sum(),
        answeredBytes.sum(),
        dropped.sum(),
        unreachable.sum());
  }
}
