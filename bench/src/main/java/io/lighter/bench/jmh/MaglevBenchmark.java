package io.lighter.bench.jmh;

import io.lighter.proxy.choice.AddressHash;
import io.lighter.proxy.choice.MaglevTable;
import io.lighter.proxy.service.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A Maglev table: what each change of a service pays to build it, and each new connection to look
 * into it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class MaglevBenchmark {
  @Param({"10", "100", "1000"})
  private int endpoints;

  private final List<Endpoint> list = new ArrayList<>();
  private MaglevTable table = MaglevTable.of(List.of());
  private long client;

  @Setup
  public void make() throws UnknownHostException {
    for (int i = 0; i < endpoints; i++) {
      byte[] address = {10, 1, (byte) (i >> 8), (byte) i};
      list.add(new Endpoint(new InetSocketAddress(InetAddress.getByAddress(address), 8080)));
    }
    table = MaglevTable.of(list);
  }

  @Benchmark
  public MaglevTable build() {
    return MaglevTable.of(list);
  }

  /** With the hash of the client's address, another each time. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public int lookUp() {
    return table.endpoint(AddressHash.ofClient(0, client++));
  }
}
