package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Datagrams over UDP, which promises nothing: when nobody listens, they are gone and count as sent,
 * as with Docker. The name is looked up once.
 */
final class UdpDatagrams implements Datagrams {
  private static final Duration RESOLVE = Duration.ofSeconds(3);

  /** How often and how long, in nanoseconds, to wait for the network device to take more. */
  private static final int WAITS = 200;

  private static final long WAIT = 10_000_000;

  private final DatagramChannel channel;

  private UdpDatagrams(DatagramChannel channel) {
    this.channel = channel;
  }

  static UdpDatagrams open(String driver, HostAndPort target) {
    try {
      InetSocketAddress address = target.resolve(RESOLVE.toNanos()).getFirst();
      DatagramChannel channel = DatagramChannel.open();
      try {
        channel.configureBlocking(false);
        channel.connect(address);
        return new UdpDatagrams(channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new LogDriverException(
          driver + " log driver: cannot send to udp://" + target + ": " + e.getMessage(), e);
    }
  }

  @Override
  public boolean send(byte[] bytes, int offset, int length) {
    ByteBuffer datagram = ByteBuffer.wrap(bytes, offset, length);
    for (int i = 0; i < WAITS; i++) {
      if (write(datagram) > 0) {
        return true;
      }
      LockSupport.parkNanos(WAIT);
    }
    return false;
  }

  private int write(ByteBuffer datagram) {
    try {
      try {
        return channel.write(datagram);
      } catch (PortUnreachableException e) {
        // It tells of an earlier datagram; this one has not been sent yet.
        return channel.write(datagram);
      }
    } catch (PortUnreachableException e) {
      return datagram.remaining();
    } catch (IOException e) {
      throw new LogDriverException("a datagram cannot be sent: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LogDriverException("closing a socket: " + e.getMessage(), e);
    }
  }
}
