package io.lighter.proxy.udp;

import io.lighter.linux.Connections;
import io.lighter.linux.DatagramBatch;
import io.lighter.linux.Epoll;
import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.SocketFlags;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The flows of a loop: those that are, and those that were and are used again. Of the loop's
 * thread.
 */
final class LoopFlows {
  private static final Logger LOGGER = System.getLogger(LoopFlows.class.getName());

  private final Linux linux;
  private final Connections connections;
  private final Epoll epoll;
  private final Fd set;
  private final Arena arena;
  private final FlowTable table = new FlowTable();
  private final List<Flow> numbered = new ArrayList<>();
  private final ArrayDeque<Flow> unused = new ArrayDeque<>();

  /**
   * Makes one without flows.
   *
   * @param set the epoll that tells of answers, by the numbers of the flows
   * @param arena of what flows have outside the heap; closed after the last use of this
   */
  LoopFlows(Linux linux, Fd set, Arena arena) {
    this.linux = linux;
    this.connections = linux.connections();
    this.epoll = linux.epoll();
    this.set = set;
    this.arena = arena;
  }

  int count() {
    return table.count();
  }

  /** Returns the flow of a number that the epoll told; it may have ended. */
  Flow get(int number) {
    return numbered.get(number);
  }

  /** Returns the flow of a client, or null. */
  @Nullable Flow find(UdpListener listener, long high, long low, int port) {
    return table.find(listener, high, low, port);
  }

  /**
   * Begins the flow of a datagram.
   *
   * @return null when there is no socket for it
   */
  @Nullable Flow begin(
      UdpListener listener, UdpEndpoint endpoint, DatagramBatch batch, int place, long now) {
    Flow flow = unused.poll();
    if (flow == null) {
      flow = new Flow(linux, arena, numbered.size());
      numbered.add(flow);
    }
    int type = SocketFlags.SOCK_DGRAM | SocketFlags.SOCK_NONBLOCK;
    int answer = connections.socket(flow.socket, endpoint.address().family(), type);
    if (answer == 0 && listener.service().behaviour().transparent()) {
      answer = endpoint.giveSource(connections, flow.socket, batch.high(place), batch.low(place));
    }
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

  /** Ends the flows of endpoints that are gone. */
  void endOver(UdpListener listener, long now) {
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

  /** Ends a flow, unless it has ended. */
  void end(@Nullable Flow flow) {
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
