package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An address that the kernel tells, in memory that is used again for the next one. Not thread-safe.
 *
 * <p>An IP address is 128 bits here whatever its family: {@code ::ffff:a.b.c.d} stands for an IPv4
 * one.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/sockaddr.3type.html">sockaddr_storage(3)</a>
 */
public final class SockaddrBuffer {
  /** The high half of {@code ::ffff:a.b.c.d} is zero, and the low half begins with this. */
  public static final long MAPPED_PREFIX = 0xffff_0000_0000L;

  /** Bytes of struct sockaddr_storage; the length that the kernel fills in follows. */
  private static final int STORAGE_SIZE = 128;

  static final ValueLayout.OfLong NETWORK_LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfInt NETWORK_INT = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort NETWORK_SHORT =
      JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  private final MemorySegment memory;

  /** Makes room in the arena. */
  public SockaddrBuffer(Arena arena) {
    memory = arena.allocate(STORAGE_SIZE + Integer.BYTES, Long.BYTES);
  }

  long address() {
    return memory.address();
  }

  /** Returns where the length is, after it was set to what there is room for. */
  long prepareLength() {
    memory.set(JAVA_INT, STORAGE_SIZE, STORAGE_SIZE);
    return memory.address() + STORAGE_SIZE;
  }

  /** Returns the AF_ value of {@link SocketFlags}. */
  public int family() {
    return memory.get(JAVA_SHORT, 0);
  }

  /** Returns the port of an IP address, 0 to 65535. */
  public int port() {
    return Short.toUnsignedInt(memory.get(NETWORK_SHORT, Sockaddr.PORT));
  }

  /** Returns the high half of an IP address; 0 for an address of another family. */
  public long high() {
    return family() == SocketFlags.AF_INET6 ? memory.get(NETWORK_LONG, Sockaddr.SIN6_ADDR) : 0;
  }

  /** Returns the low half of an IP address; 0 for an address of another family. */
  public long low() {
    return switch (family()) {
      case SocketFlags.AF_INET ->
          MAPPED_PREFIX | Integer.toUnsignedLong(memory.get(NETWORK_INT, Sockaddr.SIN_ADDR));
      case SocketFlags.AF_INET6 -> memory.get(NETWORK_LONG, Sockaddr.SIN6_ADDR + Long.BYTES);
      default -> 0;
    };
  }

  /**
   * Returns the address as a value of its own. A Unix socket without a path has the empty one.
   *
   * @throws IllegalStateException when it is of a family that is not known here
   */
  public SocketAddress toAddress() {
    return switch (family()) {
      case SocketFlags.AF_INET -> inet(bytes(Sockaddr.SIN_ADDR, 4), 0);
      case SocketFlags.AF_INET6 ->
          inet(bytes(Sockaddr.SIN6_ADDR, 16), memory.get(JAVA_INT, Sockaddr.SIN6_SCOPE_ID));
      case SocketFlags.AF_UNIX -> UnixDomainSocketAddress.of(path());
      default -> throw new IllegalStateException("an address of family " + family());
    };
  }

  private byte[] bytes(int offset, int size) {
    return memory.asSlice(offset, size).toArray(JAVA_BYTE);
  }

  private InetSocketAddress inet(byte[] bytes, int scope) {
    try {
      InetAddress ip =
          scope == 0
              ? InetAddress.getByAddress(bytes)
              : Inet6Address.getByAddress(null, bytes, scope);
      return new InetSocketAddress(ip, port());
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }

  private String path() {
    int size = Math.min(memory.get(JAVA_INT, STORAGE_SIZE), STORAGE_SIZE);
    int end = Sockaddr.SUN_PATH;
    while (end < size && memory.get(JAVA_BYTE, end) != 0) {
      end++;
    }
    return new String(bytes(Sockaddr.SUN_PATH, end - Sockaddr.SUN_PATH), StandardCharsets.UTF_8);
  }
}
