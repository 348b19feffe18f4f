package io.lighter.proxy.udp;

import io.lighter.linux.DatagramBatch;
import io.lighter.linux.Linux;
import io.lighter.linux.SocketSlot;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * A client at one frontend, and its socket towards an endpoint. Of one loop's thread, which uses it
 * again for another client when this one is gone.
 */
final class Flow {
  /** Its place in the loop's list, by which the epoll tells of it. */
  final int number;

  final SocketSlot socket;
  final DatagramBatch.Ends ends;

  long high;
  long low;
  int port;
  long lastUsed;
  @Nullable UdpListener listener;
  @Nullable UdpEndpoint endpoint;

  /** Its neighbours in the listener's list, the one that was used longest ago first. */
  @Nullable Flow older;

  @Nullable Flow newer;

  Flow(Linux linux, Arena arena, int number) {
    this.number = number;
    this.socket = new SocketSlot(linux);
    this.ends = new DatagramBatch.Ends(arena);
  }

  boolean isOf(UdpListener at, long clientHigh, long clientLow, int clientPort) {
    return listener == at && low == clientLow && high == clientHigh && port == clientPort;
  }
}
