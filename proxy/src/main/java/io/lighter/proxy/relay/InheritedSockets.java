package io.lighter.proxy.relay;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.Sockets;
import io.lighter.proxy.service.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Listening sockets of a process whose place this one takes, with all who wait in their queues. Who
 * serves one of their addresses takes them, and opens none of its own there.
 *
 * <p>They are the other process' until it has given them up: nobody is to read or accept before.
 *
 * <p>Safe for use by many threads.
 */
public final class InheritedSockets implements AutoCloseable {
  /** None, as a process has that comes after no other. */
  public static final InheritedSockets NONE = new InheritedSockets(Linux.kernel(), List.of());

  private record Place(Transport transport, InetSocketAddress address) {}

  private final Linux linux;
  private final List<Fd> sockets;
  private final Map<Place, List<Integer>> places = new HashMap<>();
  private final BitSet taken = new BitSet();
  private boolean closed;

  /**
   * Asks each what it is.
   *
   * @param sockets bound ones of TCP or UDP; they are this object's from now on
   */
  public InheritedSockets(Linux linux, List<Fd> sockets) {
    this.linux = linux;
    this.sockets = List.copyOf(sockets);
    Sockets calls = linux.sockets();
    for (int i = 0; i < sockets.size(); i++) {
      Fd socket = sockets.get(i);
      int type = calls.option(socket, SocketFlags.SO_TYPE);
      Transport transport = type == SocketFlags.SOCK_DGRAM ? Transport.UDP : Transport.TCP;
      if (calls.localAddress(socket) instanceof InetSocketAddress address) {
        places.computeIfAbsent(new Place(transport, address), p -> new ArrayList<>()).add(i);
      }
    }
  }

  /** Returns whether there are any of an address. */
  public synchronized boolean has(Transport transport, InetSocketAddress address) {
    return !closed && places.containsKey(new Place(transport, address));
  }

  /**
   * Takes those of an address, or a share of them.
   *
   * @param share which of all shares, from 0
   * @param shares how many there are
   * @return copies, which are the caller's; an empty list for none
   */
  public synchronized List<Fd> take(
      Transport transport, InetSocketAddress address, int share, int shares) {
    List<Fd> copies = new ArrayList<>();
    List<Integer> numbers = places.getOrDefault(new Place(transport, address), List.of());
    if (closed) {
      return copies;
    }
    try {
      for (int i = share; i < numbers.size(); i += shares) {
        copies.add(linux.files().dup(sockets.get(numbers.get(i))));
      }
    } catch (RuntimeException e) {
      copies.forEach(Fd::close);
      throw e;
    }
    for (int i = share; i < numbers.size(); i += shares) {
      taken.set(numbers.get(i));
    }
    return copies;
  }

  /** Returns which of them have been taken, by their places in the list. */
  public synchronized BitSet taken() {
    return (BitSet) taken.clone();
  }

  /** Closes what is here; copies that were taken stay open. */
  @Override
  public synchronized void close() {
    closed = true;
    sockets.forEach(Fd::close);
  }
}
