package io.lighter.proxy.udp;

import io.lighter.linux.Epoll;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A frontend at one loop: its socket, which shares its address with those of the other loops, and
 * its flows. Of the loop's thread.
 *
 * <p>When there is nobody to pass datagrams to, the socket can be closed for a while; then the
 * kernel tells clients so by ICMP.
 */
final class UdpListener {
  private final Linux linux;
  private final int number;
  private final UdpService service;
  private final InetSocketAddress frontend;
  private final UdpSockets all;
  private final int loop;
  private final Fd epoll;

  /** Mostly one; more when they are another process' that had more loops. */
  private final List<Fd> sockets = new ArrayList<>(1);

  private boolean leaving;

  /** The flows by when they were last used. */
  private @Nullable Flow oldest;

  private @Nullable Flow newest;
  private int flows;

  /**
   * Makes one that is closed.
   *
   * @param all of the relay
   * @param loop which one it is of
   * @param epoll of the loop
   * @param number by which the epoll tells of it
   */
  UdpListener(
      Linux linux,
      UdpSockets all,
      int loop,
      Fd epoll,
      int number,
      UdpService service,
      InetSocketAddress frontend) {
    this.linux = linux;
    this.all = all;
    this.loop = loop;
    this.epoll = epoll;
    this.number = number;
    this.service = service;
    this.frontend = frontend;
  }

  int number() {
    return number;
  }

  InetSocketAddress frontend() {
    return frontend;
  }

  UdpService service() {
    return service;
  }

  /** Returns the socket that answers are sent by; null while it is closed. */
  @Nullable Fd socket() {
    return sockets.isEmpty() ? null : sockets.getFirst();
  }

  /** Returns all sockets that clients' datagrams come by. */
  List<Fd> sockets() {
    return sockets;
  }

  int flows() {
    return flows;
  }

  @Nullable Flow oldest() {
    return oldest;
  }

  /**
   * Opens it, if it is closed, and has it watched. Sockets of a process before this one are taken
   * and not watched before {@link #begin}, nor are others opened beside them.
   *
   * @throws LinuxException EADDRNOTAVAIL, EACCES: what keeps it from being there
   * @throws IllegalStateException when another program has the address
   */
  void open() {
    if (isOpen()) {
      return;
    }
    sockets.addAll(all.inherit(frontend, loop));
    boolean held = all.isHeld(frontend);
    if (sockets.isEmpty() && !held) {
      sockets.add(all.open(frontend));
    }
    for (Fd socket : sockets) {
      linux.epoll().add(epoll, socket, held ? 0 : Epoll.EPOLLIN, UdpLoop.LISTENER | number);
    }
  }

  /** Reads what comes, and what waits. */
  void begin() {
    watch(Epoll.EPOLLIN);
  }

  /** Reads nothing for now. */
  void hold() {
    watch(0);
  }

  private void watch(int events) {
    for (Fd socket : sockets) {
      linux.epoll().modify(epoll, socket, events, UdpLoop.LISTENER | number);
    }
  }

  /** Reads nothing any more: another process does. Answers to the flows that there are go on. */
  void leave() {
    leaving = true;
    // A copy elsewhere would keep what is closed here in the set: epoll(7), "Questions and
    // answers".
    sockets.forEach(socket -> linux.epoll().remove(epoll, socket));
  }

  /** Returns whether another process reads what clients send. */
  boolean isLeaving() {
    return leaving;
  }

  /** Closes the sockets; the flows stay. */
  void closeSockets() {
    if (!leaving) {
      sockets.forEach(socket -> linux.epoll().remove(epoll, socket));
    }
    all.close(frontend, sockets);
    sockets.clear();
  }

  boolean isOpen() {
    return !sockets.isEmpty();
  }

  void add(Flow flow) {
    append(flow);
    flows++;
  }

  void remove(Flow flow) {
    unlink(flow);
    flows--;
  }

  /** A datagram of it has come or gone. */
  void used(Flow flow, long now) {
    flow.lastUsed = now;
    if (newest != flow) {
      unlink(flow);
      append(flow);
    }
  }

  private void append(Flow flow) {
    flow.older = newest;
    flow.newer = null;
    if (newest == null) {
      oldest = flow;
    } else {
      Objects.requireNonNull(newest).newer = flow;
    }
    newest = flow;
  }

  private void unlink(Flow flow) {
    Flow older = flow.older;
    Flow newer = flow.newer;
    if (older == null) {
      oldest = newer;
    } else {
      older.newer = newer;
    }
    if (newer == null) {
      newest = older;
    } else {
      newer.older = older;
    }
    flow.older = null;
    flow.newer = null;
  }

  @Override
  public String toString() {
    return "udp://" + frontend + " of service " + service.name();
  }
}
