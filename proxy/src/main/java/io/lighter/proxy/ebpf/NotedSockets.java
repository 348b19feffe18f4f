package io.lighter.proxy.ebpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.lighter.linux.BpfMaps;
import io.lighter.linux.InetSocket;
import io.lighter.linux.SocketFlags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What the programs have noted of sockets. Not thread-safe, and of use as long as its arena. */
final class NotedSockets {
  private final BpfMaps calls;
  private final Tables tables;
  private final MemorySegment key;
  private final MemorySegment index;
  private final MemorySegment origin;
  private final MemorySegment connection;

  NotedSockets(BpfMaps calls, Tables tables, Arena arena) {
    this.calls = calls;
    this.tables = tables;
    this.key = arena.allocate(Layout.ORIGIN_KEY_SIZE, Long.BYTES);
    this.index = arena.allocate(JAVA_INT);
    this.origin = arena.allocate(Layout.ORIGIN_SIZE, Long.BYTES);
    this.connection = arena.allocate(Layout.CONNECTION_SIZE, Long.BYTES);
  }

  /** Returns the service by which a socket was connected to what it is connected to, or 0. */
  int service(int protocol, InetSocket socket) {
    Place place = Place.of(socket.remote().getAddress());
    short networkOrder = Short.reverseBytes((short) socket.remote().getPort());
    key.set(JAVA_LONG, 0, socket.cookie());
    key.set(JAVA_LONG, Layout.ORIGIN_KEY_ADDRESS, place.first());
    key.set(JAVA_LONG, Layout.ORIGIN_KEY_ADDRESS + Long.BYTES, place.second());
    key.set(JAVA_LONG, Layout.ORIGIN_KEY_PORT, Short.toUnsignedLong(networkOrder));
    if (protocol == SocketFlags.IPPROTO_TCP) {
      return hasConnection(socket.cookie()) && isConnectionOfKey()
          ? connection.get(JAVA_INT, Layout.CONNECTION_SERVICE)
          : 0;
    }
    return calls.lookup(tables.map(Layout.ORIGINS), key, origin)
        ? origin.get(JAVA_INT, Layout.ORIGIN_SERVICE)
        : 0;
  }

  private boolean hasConnection(long cookie) {
    index.set(JAVA_INT, 0, (int) cookie & Layout.PLACES - 1);
    return (calls.lookup(tables.map(Layout.CONNECTIONS), index, connection)
            && connection.get(JAVA_LONG, 0) == cookie)
        || calls.lookup(
            tables.map(Layout.OTHER_CONNECTIONS), key.asSlice(0, Long.BYTES), connection);
  }

  /** Address and port are together in both, at the same distance. */
  private boolean isConnectionOfKey() {
    long size = Layout.ORIGIN_KEY_PORT + Integer.BYTES - Layout.ORIGIN_KEY_ADDRESS;
    return connection
            .asSlice(Layout.CONNECTION_ADDRESS, size)
            .mismatch(key.asSlice(Layout.ORIGIN_KEY_ADDRESS, size))
        < 0;
  }
}
