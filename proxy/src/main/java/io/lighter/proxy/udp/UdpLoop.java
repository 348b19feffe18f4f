package io.lighter.proxy.udp;

import io.lighter.linux.DatagramBatch;
import io.lighter.linux.Epoll;
import io.lighter.linux.EpollEvents;
import io.lighter.linux.Errno;
import io.lighter.linux.EventFds;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.proxy.thread.ThreadEnd;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One thread with its own sockets at all frontends: the kernel gives each client to one loop,
 * always the same as long as their number is.
 *
 * <p>Once as many flows have been there as are there at a time, it allocates nothing.
 */
final class UdpLoop {
  private static final int EVENTS = 256;
  private static final int DATAGRAMS = 32;

  /** Batches in a row of one socket before the others have their turn. */
  private static final int TURN = 4;

  /** How often the flows are looked through for those that have ended, in milliseconds. */
  private static final int TICK = 100;

  /** What the epoll tells of is a listener or a flow, by the bit above its number. */
  private static final long BELL = -1;

  static final long LISTENER = 1L << 32;

  private final Linux linux;
  private final Epoll epoll;
  private final EventFds eventFds;
  private final Fd set;
  private final Fd bell;
  private final Arena arena = Arena.ofShared();
  private final EpollEvents events = new EpollEvents(arena, EVENTS);
  private final DatagramBatch batch = new DatagramBatch(arena, DATAGRAMS, DatagramBatch.LONGEST);
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final Thread thread;

  private final LoopFlows flows;
  private final LoopFrontends frontends;
  private boolean stopping;

  UdpLoop(Linux linux, int number, UdpSockets sockets) {
    this.linux = linux;
    this.epoll = linux.epoll();
    this.eventFds = linux.eventFds();
    this.set = epoll.create();
    this.bell = eventFds.create(0, EventFds.EFD_NONBLOCK);
    epoll.add(set, bell, Epoll.EPOLLIN, BELL);
    this.flows = new LoopFlows(linux, set, arena);
    this.frontends = new LoopFrontends(linux, set, sockets, number, flows);
    this.thread = Thread.ofPlatform().daemon().name("udp-loop-" + number).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Has the loop's thread do something, soon. */
  void execute(Runnable command) {
    commands.add(command);
    eventFds.add(bell, 1);
  }

  /** Ends the thread, waits for it, and closes everything. */
  void stop() {
    execute(() -> stopping = true);
    ThreadEnd.await(thread);
    set.close();
    bell.close();
    arena.close();
  }

  /**
   * Takes these frontends. By the loop's thread.
   *
   * @param wanted null for those that are gone
   * @return what keeps some of them from being there, an empty list for nothing
   */
  List<String> listen(Map<InetSocketAddress, @Nullable UdpService> wanted) {
    return frontends.listen(wanted);
  }

  /** Returns what this loop listens at. For its thread. */
  LoopFrontends frontends() {
    return frontends;
  }

  private void run() {
    long ticked = System.nanoTime();
    while (!stopping) {
      int count = epoll.await(set, events, flows.count() == 0 ? -1 : TICK);
      long now = System.nanoTime();
      for (int i = 0; i < count; i++) {
        take(events.data(i), now);
      }
      if (now - ticked >= TICK * 1_000_000L) {
        ticked = now;
        frontends.tick(now);
      }
    }
    frontends.removeAll();
  }

  private void take(long data, long now) {
    if (data == BELL) {
      eventFds.take(bell);
      Runnable command;
      while ((command = commands.poll()) != null) {
        command.run();
      }
    } else if ((data & LISTENER) != 0) {
      UdpListener listener = frontends.get((int) data);
      for (int i = 0; listener != null && i < listener.sockets().size(); i++) {
        fromClients(listener, listener.sockets().get(i), now);
      }
    } else {
      Flow flow = flows.get((int) data);
      UdpListener listener = flow.listener;
      UdpEndpoint endpoint = flow.endpoint;
      if (listener != null && endpoint != null) {
        fromEndpoint(flow, listener, endpoint, now);
      }
    }
  }

  private void fromClients(UdpListener listener, Fd socket, long now) {
    for (int turn = 0; turn < TURN; turn++) {
      if (linux.datagrams().receive(socket, batch) <= 0) {
        return; // of an error here the next call knows more
      }
      int count = batch.count();
      int place = 0;
      while (place < count) {
        Flow flow = flow(listener, place, now);
        int end = place + 1;
        while (end < count && isOf(flow, listener, end)) {
          end++;
        }
        pass(listener, flow, place, end, now);
        place = end;
      }
      if (count < batch.capacity()) {
        return;
      }
    }
  }

  private boolean isOf(@Nullable Flow flow, UdpListener listener, int place) {
    return flow != null
        && flow.isOf(listener, batch.high(place), batch.low(place), batch.port(place));
  }

  /** Finds the flow of a datagram, or begins it; null when it has none. */
  private @Nullable Flow flow(UdpListener listener, int place, long now) {
    long high = batch.high(place);
    long low = batch.low(place);
    int port = batch.port(place);
    Flow flow = flows.find(listener, high, low, port);
    if (flow != null) {
      UdpEndpoint endpoint = flow.endpoint;
      if (endpoint != null && !listener.service().isOver(endpoint, now)) {
        return flow;
      }
      flows.end(flow);
    }
    UdpEndpoint endpoint = listener.service().admit(batch, place, now);
    return endpoint == null ? null : flows.begin(listener, endpoint, batch, place, now);
  }

  /** Passes datagrams of one client on. */
  private void pass(UdpListener listener, @Nullable Flow flow, int from, int to, long now) {
    UdpCounters counters = listener.service().counters();
    long bytes = 0;
    for (int place = from; place < to; place++) {
      bytes += batch.length(place);
      batch.sendConnected(place);
    }
    counters.received.add(to - from);
    counters.receivedBytes.add(bytes);
    int sent = flow == null ? 0 : send(flow, from, to, now);
    if (sent < to - from) {
      counters.dropped.add(to - from - sent);
    }
    if (flow != null && flow.listener != null) {
      listener.used(flow, now);
    }
  }

  private int send(Flow flow, int from, int to, long now) {
    int place = from;
    while (place < to) {
      int answer = linux.datagrams().send(flow.socket, batch, place, to - place);
      if (answer == -Errno.ECONNREFUSED) {
        unreachable(flow, now);
        return place - from;
      }
      if (answer <= 0) {
        return place - from;
      }
      place += answer;
    }
    return to - from;
  }

  private void fromEndpoint(Flow flow, UdpListener listener, UdpEndpoint endpoint, long now) {
    UdpCounters counters = listener.service().counters();
    for (int turn = 0; turn < TURN; turn++) {
      int count = linux.datagrams().receive(flow.socket, batch);
      if (count == -Errno.ECONNREFUSED) {
        unreachable(flow, now);
        return;
      }
      if (count <= 0) {
        return;
      }
      endpoint.works();
      long bytes = 0;
      for (int place = 0; place < count; place++) {
        bytes += batch.length(place);
        batch.answerTo(place, flow.ends);
      }
      counters.answered.add(count);
      counters.answeredBytes.add(bytes);
      answer(listener, count);
      listener.used(flow, now);
      if (count < batch.capacity()) {
        return;
      }
    }
  }

  private void answer(UdpListener listener, int count) {
    Fd socket = listener.socket();
    int place = 0;
    while (place < count) {
      int answer =
          socket == null ? -1 : linux.datagrams().send(socket, batch, place, count - place);
      if (answer <= 0) {
        // Of one datagram that cannot go the others are not to suffer.
        listener.service().counters().dropped.increment();
        answer = 1;
      }
      place += answer;
    }
  }

  /** Nobody is at the endpoint's port: the client's next datagram goes to another. */
  private void unreachable(Flow flow, long now) {
    UdpListener listener = flow.listener;
    UdpEndpoint endpoint = flow.endpoint;
    if (listener != null && endpoint != null) {
      listener.service().counters().unreachable.increment();
      endpoint.failed(listener.service().behaviour().ejection(), now);
      flows.end(flow);
    }
  }
}
