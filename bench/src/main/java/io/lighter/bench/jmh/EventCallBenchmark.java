package io.lighter.bench.jmh;

import io.lighter.linux.Epoll;
import io.lighter.linux.EpollEvents;
import io.lighter.linux.EventFds;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.linux.Pipes;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import io.lighter.linux.SocketPair;
import io.lighter.linux.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the calls cost that a loop over logs, terminals and exits makes again and again. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class EventCallBenchmark {
  private static final int CHUNK = 4096;

  private final Linux linux = Linux.kernel();
  private final Files files = linux.files();
  private final Epoll epoll = linux.epoll();
  private final EventFds counters = linux.eventFds();
  private final Pipes pipes = linux.pipes();
  private final Sockets sockets = linux.sockets();
  private final Arena arena = Arena.ofConfined();
  private final EpollEvents events = new EpollEvents(arena, 16);
  private final MemorySegment chunk = arena.allocate(CHUNK);
  private final SocketMessage out = new SocketMessage(arena, 1, 1);
  private final SocketMessage in = new SocketMessage(arena, 1, 1);
  private final Fd set = epoll.create();
  private final Fd counter = counters.create(0, EventFds.EFD_NONBLOCK);
  private final Pipe from = pipes.create(0);
  private final Pipe to = pipes.create(0);
  private final SocketPair pair = sockets.socketpair(SocketFlags.SOCK_STREAM);

  @Setup
  public void watch() {
    epoll.add(set, counter, Epoll.EPOLLIN, 1);
  }

  @TearDown
  public void close() {
    set.close();
    counter.close();
    from.close();
    to.close();
    pair.close();
    arena.close();
  }

  @Benchmark
  public boolean epollCtl() {
    return epoll.modify(set, counter, Epoll.EPOLLIN, 1);
  }

  @Benchmark
  public int epollPwaitOfNothing() {
    return epoll.await(set, events, 0);
  }

  /** Three calls: add, wait, take. */
  @Benchmark
  public long addAwaitTake() {
    counters.add(counter, 1);
    epoll.await(set, events, -1);
    return events.data(0) + counters.take(counter);
  }

  /** Three calls for a page of data: write, splice, read. */
  @Benchmark
  public long writeSpliceRead() {
    files.write(from.write(), chunk);
    pipes.splice(from.read(), to.write(), CHUNK, 0);
    return files.read(to.read(), chunk);
  }

  /** Three calls: sendmsg with a descriptor, recvmsg, close; a descriptor's object is 24 bytes. */
  @Benchmark
  public int passADescriptor() {
    out.setLength(1);
    out.add(counter);
    sockets.sendmsg(pair.first(), out, 0);
    sockets.recvmsg(pair.second(), in, 0);
    int came = in.descriptors();
    in.clear();
    return came;
  }
}
