package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The address of a socket, encoded once as the kernel takes it: struct sockaddr_in, sockaddr_in6 or
 * sockaddr_un. Immutable.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/sockaddr.3type.html">sockaddr(3)</a>
 */
public final class Sockaddr {
  /** Offsets and sizes: the family is at 0 in all of them. */
  static final int PORT = 2;

  static final int SIN_ADDR = 4;
  static final int SIN_SIZE = 16;
  static final int SIN6_ADDR = 8;
  static final int SIN6_SCOPE_ID = 24;
  static final int SIN6_SIZE = 28;
  static final int SUN_PATH = 2;

  /** Bytes of a path in struct sockaddr_un with its NUL. */
  static final int SUN_PATH_SIZE = 108;

  private final int family;
  private final byte[] bytes;

  private Sockaddr(int family, byte[] bytes) {
    this.family = family;
    this.bytes = bytes;
  }

  /**
   * Encodes an address.
   *
   * @throws IllegalArgumentException when it is of no kind that is known here, unresolved, or a
   *     path of more than 107 bytes
   */
  public static Sockaddr of(SocketAddress address) {
    return switch (address) {
      case InetSocketAddress inet -> of(inet);
      case UnixDomainSocketAddress unix -> of(unix.getPath().toString());
      default -> throw new IllegalArgumentException("not an address of a socket: " + address);
    };
  }

  private static Sockaddr of(InetSocketAddress inet) {
    return switch (inet.getAddress()) {
      case Inet4Address four -> {
        byte[] bytes = new byte[SIN_SIZE];
        struct(bytes, SocketFlags.AF_INET, inet.getPort()).put(SIN_ADDR, four.getAddress());
        yield new Sockaddr(SocketFlags.AF_INET, bytes);
      }
      case Inet6Address six -> {
        byte[] bytes = new byte[SIN6_SIZE];
        struct(bytes, SocketFlags.AF_INET6, inet.getPort())
            .put(SIN6_ADDR, six.getAddress())
            .order(ByteOrder.nativeOrder())
            .putInt(SIN6_SCOPE_ID, six.getScopeId());
        yield new Sockaddr(SocketFlags.AF_INET6, bytes);
      }
      case null, default ->
          throw new IllegalArgumentException("an address that is not resolved: " + inet);
    };
  }

  private static ByteBuffer struct(byte[] bytes, int family, int port) {
    ByteBuffer struct = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    struct.putShort(0, (short) family);
    // The port is in network byte order.
    return struct.order(ByteOrder.BIG_ENDIAN).putShort(PORT, (short) port);
  }

  /** Encodes a path of at most 107 bytes without a NUL. */
  static Sockaddr of(String path) {
    Name name = Name.of(path);
    if (name.length() >= SUN_PATH_SIZE) {
      throw new IllegalArgumentException(
          "the path of a socket has at most 107 bytes, this one has "
              + name.length()
              + ": use a shorter one, or its folder's descriptor: "
              + path);
    }
    if (path.indexOf(0) >= 0) {
      throw new IllegalArgumentException(
          "the path of a socket holds a NUL byte: " + path.replace('\0', '?'));
    }
    byte[] bytes = new byte[SUN_PATH + name.length() + 1];
    name.copyTo(MemorySegment.ofArray(bytes), SUN_PATH);
    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putShort(0, (short) SocketFlags.AF_UNIX);
    return new Sockaddr(SocketFlags.AF_UNIX, bytes);
  }

  /** Returns the AF_ value of {@link SocketFlags} that a socket for it is opened with. */
  public int family() {
    return family;
  }

  int size() {
    return bytes.length;
  }

  /** Writes it where structs of a call go. */
  void writeTo(CallMemory memory) {
    MemorySegment.copy(bytes, 0, memory.struct(), JAVA_BYTE, 0, bytes.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sockaddr address && Arrays.equals(bytes, address.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
