package io.lighter.proxy.udp;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.proxy.relay.Binding;
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
  private final Binding binding;
  private final LoopFlows flows;
  private final Map<InetSocketAddress, UdpListener> listeners = new HashMap<>();
  private final List<@Nullable UdpListener> numbered = new ArrayList<>();

  LoopFrontends(Linux linux, Fd set, Binding binding, LoopFlows flows) {
    this.linux = linux;
    this.set = set;
    this.binding = binding;
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
    UdpListener listener = new UdpListener(linux, number, service, address);
    numbered.set(number, listener);
    return listener;
  }

  /** Ends all flows, and closes all sockets. */
  void removeAll() {
    List.copyOf(listeners.values()).forEach(this::remove);
  }

  private void remove(UdpListener listener) {
    while (listener.oldest() != null) {
      flows.end(Objects.requireNonNull(listener.oldest()));
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
      listener.open(set, binding, UdpLoop.LISTENER | listener.number());
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
      if (listener.service().drains()) {
        flows.endOver(listener, now);
      }
      if (listener.flows() == 0) {
        openOrClose(listener);
      }
    }
  }
}
