package io.lighter.proxy.udp;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.proxy.relay.OfferedSocket;
import io.lighter.proxy.service.NoEndpoint;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The frontends of a loop, by their addresses and by their numbers. Of the loop's thread. */
final class LoopFrontends {
  private final Linux linux;
  private final Fd set;
  private final UdpSockets sockets;
  private final int loop;
  private final LoopFlows flows;
  private final Map<InetSocketAddress, UdpListener> listeners = new HashMap<>();
  private final List<@Nullable UdpListener> numbered = new ArrayList<>();

  /**
   * Has none yet.
   *
   * @param set of the loop, whose number comes after the sockets of all
   */
  LoopFrontends(Linux linux, Fd set, UdpSockets sockets, int loop, LoopFlows flows) {
    this.linux = linux;
    this.set = set;
    this.sockets = sockets;
    this.loop = loop;
    this.flows = flows;
  }

  /** Returns the one that the epoll told of; null when it is gone. */
  @Nullable UdpListener get(int number) {
    return numbered.get(number);
  }

  /**
   * Takes frontends, each for a service, or no longer for any.
   *
   * @param wanted null for those that are gone
   * @return what keeps some of them from being there, an empty list for nothing
   */
  List<String> listen(Map<InetSocketAddress, @Nullable UdpService> wanted) {
    List<String> problems = new ArrayList<>();
    wanted.forEach(
        (address, service) -> {
          UdpListener present = listeners.get(address);
          if (present != null && present.service() != service) {
            remove(present);
          }
          if (service != null) {
            String problem = listen(address, service);
            if (problem != null) {
              problems.add(problem);
            }
          }
        });
    return problems;
  }

  private @Nullable String listen(InetSocketAddress address, UdpService service) {
    UdpListener listener = listeners.computeIfAbsent(address, a -> added(service, a));
    flows.endOver(listener, System.nanoTime());
    return openOrClose(listener);
  }

  private UdpListener added(UdpService service, InetSocketAddress address) {
    int number = numbered.indexOf(null);
    if (number < 0) {
      number = numbered.size();
      numbered.add(null);
    }
    UdpListener listener = new UdpListener(linux, sockets, loop, set, number, service, address);
    numbered.set(number, listener);
    return listener;
  }

  /** Ends all flows, and closes all sockets. */
  void removeAll() {
    for (UdpListener listener : new ArrayList<>(numbered)) {
      if (listener != null) {
        remove(listener);
      }
    }
  }

  private void remove(UdpListener listener) {
    while (listener.oldest() != null) {
      flows.end(Objects.requireNonNull(listener.oldest()));
    }
    listener.closeSockets();
    listeners.remove(listener.frontend(), listener);
    numbered.set(listener.number(), null);
  }

  /** Reads at sockets that another process read until now. */
  void begin() {
    for (UdpListener listener : listeners.values()) {
      listener.begin();
      openOrClose(listener);
    }
  }

  /** Offers all sockets of clients to another process. */
  List<OfferedSocket> offer(UdpLoop owner) {
    List<OfferedSocket> offered = new ArrayList<>();
    try {
      for (UdpListener listener : listeners.values()) {
        for (Fd socket : listener.sockets()) {
          offered.add(new OfferedUdpSocket(owner, listener, linux.files().dup(socket)));
        }
      }
      return offered;
    } catch (RuntimeException e) {
      offered.forEach(OfferedSocket::close);
      throw e;
    }
  }

  /** Leaves a frontend to another process, and keeps the flows until nobody uses them. */
  void release(UdpListener listener) {
    if (listeners.remove(listener.frontend(), listener)) {
      listener.leave();
      endIfLeft(listener);
    }
  }

  /** Returns how many flows there are of frontends that have been left to another process. */
  int flowsLeft() {
    int left = 0;
    for (UdpListener listener : numbered) {
      left += listener != null && listener.isLeaving() ? listener.flows() : 0;
    }
    return left;
  }

  private void endIfLeft(UdpListener listener) {
    if (listener.isLeaving() && listener.flows() == 0) {
      remove(listener);
    }
  }

  /** A frontend is closed while clients are to hear that nobody is there. */
  private @Nullable String openOrClose(UdpListener listener) {
    boolean wanted =
        listener.service().takesNew()
            || listener.flows() > 0
            || listener.service().behaviour().noEndpoint() == NoEndpoint.DROP;
    if (!wanted) {
      listener.closeSockets();
      return null;
    }
    try {
      listener.open();
      return null;
    } catch (RuntimeException e) {
      return listener + ": " + e.getMessage();
    }
  }

  /** Ends what nobody has used for long, and what has drained for long enough. */
  void tick(long now) {
    for (int i = 0; i < numbered.size(); i++) {
      UdpListener listener = numbered.get(i);
      if (listener == null) {
        continue;
      }
      long longest = listener.service().behaviour().timeouts().flow().toNanos();
      Flow flow;
      while ((flow = listener.oldest()) != null && now - flow.lastUsed > longest) {
        flows.end(flow);
      }
      if (listener.isLeaving()) {
        endIfLeft(listener);
        continue;
      }
      if (listener.service().drains()) {
        flows.endOver(listener, now);
      }
      if (listener.flows() == 0) {
        openOrClose(listener);
      }
    }
  }
}
