package io.lighter.proxy.udp;

import io.lighter.linux.Connections;
import io.lighter.linux.DatagramBatch;
import io.lighter.linux.Epoll;
import io.lighter.linux.EpollEvents;
import io.lighter.linux.Errno;
import io.lighter.linux.EventFds;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.SocketFlags;
import io.lighter.proxy.relay.Binding;
import io.lighter.proxy.service.NoEndpoint;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
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
  private static final Logger LOGGER = System.getLogger(UdpLoop.class.getName());

  private static final int EVENTS = 256;
  private static final int DATAGRAMS = 32;

  /** Batches in a row of one socket before the others have their turn. */
  private static final int TURN = 4;

  /** How often the flows are looked through for those that have ended, in milliseconds. */
  private static final int TICK = 100;

  /** What the epoll tells of is a listener or a flow, by the bit above its number. */
  private static final long BELL = -1;

  private static final long LISTENER = 1L << 32;

  private final Linux linux;
  private final Binding binding;
  private final Epoll epoll;
  private final EventFds eventFds;
  private final Connections connections;
  private final Fd set;
  private final Fd bell;
  private final Arena arena = Arena.ofShared();
  private final EpollEvents events = new EpollEvents(arena, EVENTS);
  private final DatagramBatch batch = new DatagramBatch(arena, DATAGRAMS, DatagramBatch.LONGEST);
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final Thread thread;

  private final Map<InetSocketAddress, UdpListener> listeners = new HashMap<>();
  private final List<@Nullable UdpListener> numbered = new ArrayList<>();
  private final FlowTable table = new FlowTable();
  private final List<Flow> flows = new ArrayList<>();
  private final ArrayDeque<Flow> unused = new ArrayDeque<>();
  private boolean stopping;

  UdpLoop(Linux linux, int number, Binding binding) {
    this.linux = linux;
    this.binding = binding;
    this.epoll = linux.epoll();
    this.eventFds = linux.eventFds();
    this.connections = linux.connections();
    this.set = epoll.create();
    this.bell = eventFds.create(0, EventFds.EFD_NONBLOCK);
    epoll.add(set, bell, Epoll.EPOLLIN, BELL);
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
  void stop() throws InterruptedException {
    execute(() -> stopping = true);
    thread.join();
    set.close();
    bell.close();
    arena.close();
  }

  /**
   * Takes these frontends, and no others. By the loop's thread.
   *
   * @return what keeps some of them from being there, an empty list for nothing
   */
  List<String> listen(Map<InetSocketAddress, UdpService> wanted) {
    List<String> problems = new ArrayList<>();
    for (UdpListener listener : List.copyOf(listeners.values())) {
      if (wanted.get(listener.frontend()) != listener.service()) {
        remove(listener);
      }
    }
    wanted.forEach(
        (frontend, service) ->
            listeners.computeIfAbsent(frontend, address -> added(service, address)));
    for (UdpListener listener : listeners.values()) {
      endOver(listener, System.nanoTime());
      String problem = openOrClose(listener);
      if (problem != null) {
        problems.add(problem);
      }
    }
    return problems;
  }

  private UdpListener added(UdpService service, InetSocketAddress address) {
    int number = numbered.indexOf(null);
    if (number < 0) {
      number = numbered.size();
      numbered.add(null);
    }
    UdpListener listener = new UdpListener(linux, number, service, address);
    numbered.set(number, listener);
    return listener;
  }

  private void remove(UdpListener listener) {
    while (listener.oldest() != null) {
      end(listener.oldest());
    }
    listener.closeSocket();
    listeners.remove(listener.frontend());
    numbered.set(listener.number(), null);
  }

  /** A frontend is closed while clients are to hear that nobody is there. */
  private @Nullable String openOrClose(UdpListener listener) {
    boolean wanted =
        listener.service().takesNew()
            || listener.flows() > 0
            || listener.service().behaviour().noEndpoint() == NoEndpoint.DROP;
    if (!wanted) {
      listener.closeSocket();
      return null;
    }
    try {
      listener.open(set, binding, LISTENER | listener.number());
      return null;
    } catch (RuntimeException e) {
      return listener + ": " + e.getMessage();
    }
  }

  private void run() {
    long ticked = System.nanoTime();
    while (!stopping) {
      int count = epoll.await(set, events, table.count() == 0 ? -1 : TICK);
      long now = System.nanoTime();
      for (int i = 0; i < count; i++) {
        take(events.data(i), now);
      }
      if (now - ticked >= TICK * 1_000_000L) {
        ticked = now;
        tick(now);
      }
    }
    for (UdpListener listener : List.copyOf(listeners.values())) {
      remove(listener);
    }
  }

  private void take(long data, long now) {
    if (data == BELL) {
      eventFds.take(bell);
      Runnable command;
      while ((command = commands.poll()) != null) {
        command.run();
      }
    } else if ((data & LISTENER) != 0) {
      UdpListener listener = numbered.get((int) data);
      if (listener != null) {
        fromClients(listener, now);
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

  private void fromClients(UdpListener listener, long now) {
    for (int turn = 0; turn < TURN; turn++) {
      Fd socket = listener.socket();
      if (socket == null || linux.datagrams().receive(socket, batch) <= 0) {
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
    Flow flow = table.find(listener, high, low, port);
    if (flow != null) {
      UdpEndpoint endpoint = flow.endpoint;
      if (endpoint != null && !listener.service().isOver(endpoint, now)) {
        return flow;
      }
      end(flow);
    }
    UdpEndpoint endpoint = listener.service().admit(batch, place, now);
    return endpoint == null ? null : begin(listener, endpoint, place, now);
  }

  private @Nullable Flow begin(UdpListener listener, UdpEndpoint endpoint, int place, long now) {
    Flow flow = unused.poll();
    if (flow == null) {
      flow = new Flow(linux, arena, flows.size());
      flows.add(flow);
    }
    int type = SocketFlags.SOCK_DGRAM | SocketFlags.SOCK_NONBLOCK;
    int answer = connections.socket(flow.socket, endpoint.address().family(), type);
    if (answer == 0) {
      answer = connections.connect(flow.socket, endpoint.address());
      if (answer == 0) {
        epoll.add(set, flow.socket, Epoll.EPOLLIN, flow.number);
      }
    }
    if (answer != 0) {
      LOGGER.log(
          Level.DEBUG,
          "no socket for a client of {0}: {1}",
          listener.service().name(),
          Errno.name(-answer));
      flow.socket.close();
      unused.push(flow);
      return null;
    }
    flow.high = batch.high(place);
    flow.low = batch.low(place);
    flow.port = batch.port(place);
    flow.listener = listener;
    flow.endpoint = endpoint;
    flow.lastUsed = now;
    batch.copyEnds(place, flow.ends);
    table.add(flow);
    listener.add(flow);
    endpoint.flows().getAndIncrement();
    listener.service().open().getAndIncrement();
    listener.service().counters().flows.increment();
    return flow;
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
      end(flow);
    }
  }

  /** Ends what nobody has used for long, and what has drained for long enough. */
  private void tick(long now) {
    for (int i = 0; i < numbered.size(); i++) {
      UdpListener listener = numbered.get(i);
      if (listener == null) {
        continue;
      }
      long longest = listener.service().behaviour().timeouts().flow().toNanos();
      Flow flow;
      while ((flow = listener.oldest()) != null && now - flow.lastUsed > longest) {
        end(flow);
      }
      if (listener.service().drains()) {
        endOver(listener, now);
      }
      if (listener.flows() == 0) {
        openOrClose(listener);
      }
    }
  }

  /** Ends the flows of endpoints that are gone. */
  private void endOver(UdpListener listener, long now) {
    Flow flow = listener.oldest();
    while (flow != null) {
      Flow next = flow.newer;
      UdpEndpoint endpoint = flow.endpoint;
      if (endpoint != null && listener.service().isOver(endpoint, now)) {
        end(flow);
      }
      flow = next;
    }
  }

  private void end(@Nullable Flow flow) {
    if (flow == null || flow.listener == null || flow.endpoint == null) {
      return;
    }
    table.remove(flow);
    flow.listener.remove(flow);
    flow.listener.service().open().getAndDecrement();
    flow.endpoint.flows().getAndDecrement();
    flow.socket.close();
    flow.listener = null;
    flow.endpoint = null;
    unused.push(flow);
  }
}
