package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Datagrams that go in or out by one call, in memory that is used again. Each is in a place, with
 * the address of its other end and, where the socket tells it, the address of this one.
 *
 * <p>What was received can be sent on from where it lies. Not thread-safe.
 *
 * <p>An IP address is 128 bits here, as in {@link SockaddrBuffer}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recvmmsg.2.html">recvmmsg(2)</a>
 */
public final class DatagramBatch {
  /** What the longest UDP datagram has, with room to spare. */
  public static final int LONGEST = 1 << 16;

  /** struct mmsghdr: a struct msghdr of 56 bytes, and the length; 64-bit architectures. */
  static final int SIZE = 64;

  private static final int MSG_NAME = 0;
  private static final int MSG_NAMELEN = 8;
  private static final int MSG_IOV = 16;
  private static final int MSG_IOVLEN = 24;
  private static final int MSG_CONTROL = 32;
  private static final int MSG_CONTROLLEN = 40;
  private static final int MSG_FLAGS = 48;
  private static final int MSG_LEN = 56;

  /** What follows the headers for each place: an iovec, an address, a control message. */
  private static final int IOV_LEN = 8;

  private static final int NAME = 16;
  private static final int CONTROL = NAME + 32;
  private static final int CONTROL_SIZE = 64;
  private static final int BESIDE = CONTROL + CONTROL_SIZE;

  private static final int CMSG_LEVEL = 8;
  private static final int CMSG_TYPE = 12;
  private static final int CMSG_DATA = 16;

  /** struct in_pktinfo, and in6_pktinfo. */
  private static final int IPI_SPEC_DST = CMSG_DATA + 4;

  private static final int PKTINFO_SIZE = 12;
  private static final int PKTINFO6_SIZE = 20;
  private static final int IPI6_IFINDEX = CMSG_DATA + 16;

  private static final ValueLayout.OfLong NETWORK_LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt NETWORK_INT = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort NETWORK_SHORT =
      JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  private final MemorySegment headers;
  private final MemorySegment beside;
  private final MemorySegment bytes;
  private final int capacity;
  private final int longest;
  private int count;

  /**
   * Makes room in the arena.
   *
   * @param capacity how many datagrams
   * @param longest of how many bytes, up to {@link #LONGEST}; of a longer one the rest is lost
   */
  public DatagramBatch(Arena arena, int capacity, int longest) {
    if (capacity < 1 || longest < 1 || longest > LONGEST) {
      throw new IllegalArgumentException(capacity + " datagrams of " + longest + " bytes");
    }
    this.capacity = capacity;
    this.longest = longest;
    headers = arena.allocate((long) capacity * SIZE, Long.BYTES);
    beside = arena.allocate((long) capacity * BESIDE, Long.BYTES);
    bytes = arena.allocate((long) capacity * longest);
    for (int i = 0; i < capacity; i++) {
      long header = header(i);
      beside.set(JAVA_LONG, besideOf(i), bytes.address() + (long) i * longest);
      headers.set(JAVA_LONG, header + MSG_IOV, beside.address() + besideOf(i));
      headers.set(JAVA_LONG, header + MSG_IOVLEN, 1);
      headers.set(JAVA_LONG, header + MSG_NAME, beside.address() + besideOf(i) + NAME);
      headers.set(JAVA_LONG, header + MSG_CONTROL, beside.address() + besideOf(i) + CONTROL);
    }
  }

  private static long header(int place) {
    return (long) place * SIZE;
  }

  private static long besideOf(int place) {
    return (long) place * BESIDE;
  }

  /** Makes all places ready to be filled. */
  void prepare() {
    for (int i = 0; i < capacity; i++) {
      long header = header(i);
      headers.set(JAVA_INT, header + MSG_NAMELEN, CONTROL - NAME);
      headers.set(JAVA_LONG, header + MSG_CONTROLLEN, CONTROL_SIZE);
      beside.set(JAVA_LONG, besideOf(i) + IOV_LEN, longest);
    }
  }

  /** Takes note of what a call has filled. */
  void filled(int datagrams) {
    count = datagrams;
    for (int i = 0; i < datagrams; i++) {
      beside.set(JAVA_LONG, besideOf(i) + IOV_LEN, headers.get(JAVA_INT, header(i) + MSG_LEN));
    }
  }

  long address(int place) {
    return headers.address() + header(place);
  }

  /** Returns how many there is room for. */
  public int capacity() {
    return capacity;
  }

  /** Returns how many the last call has filled. */
  public int count() {
    return count;
  }

  /** Returns how many bytes the datagram at a place has. */
  public int length(int place) {
    return (int) beside.get(JAVA_LONG, besideOf(place) + IOV_LEN);
  }

  /** Returns the place of its bytes, as long as they may be. */
  public MemorySegment bytes(int place) {
    return bytes.asSlice((long) place * longest, longest);
  }

  /** Says how many of its bytes are to be sent. */
  public void setLength(int place, int length) {
    if (length < 0 || length > longest) {
      throw new IllegalArgumentException(length + " bytes do not fit into " + longest);
    }
    beside.set(JAVA_LONG, besideOf(place) + IOV_LEN, length);
  }

  /** Returns whether a datagram was longer than its place. */
  public boolean isCut(int place) {
    return (headers.get(JAVA_INT, header(place) + MSG_FLAGS) & SocketFlags.MSG_TRUNC) != 0;
  }

  /** Returns the port that it came from, 0 to 65535. */
  public int port(int place) {
    return Short.toUnsignedInt(beside.get(NETWORK_SHORT, besideOf(place) + NAME + Sockaddr.PORT));
  }

  /** Returns the high half of the address that it came from. */
  public long high(int place) {
    long name = besideOf(place) + NAME;
    return isSix(place) ? beside.get(NETWORK_LONG, name + Sockaddr.SIN6_ADDR) : 0;
  }

  /** Returns the low half of the address that it came from. */
  public long low(int place) {
    long name = besideOf(place) + NAME;
    return isSix(place)
        ? beside.get(NETWORK_LONG, name + Sockaddr.SIN6_ADDR + Long.BYTES)
        : SockaddrBuffer.MAPPED_PREFIX
            | Integer.toUnsignedLong(beside.get(NETWORK_INT, name + Sockaddr.SIN_ADDR));
  }

  private boolean isSix(int place) {
    return beside.get(JAVA_SHORT, besideOf(place) + NAME) == SocketFlags.AF_INET6;
  }

  /** Keeps both addresses of a datagram that was received, for an answer by {@link #answerTo}. */
  public void copyEnds(int place, Ends to) {
    to.nameLength = headers.get(JAVA_INT, header(place) + MSG_NAMELEN);
    to.controlLength = headers.get(JAVA_LONG, header(place) + MSG_CONTROLLEN);
    MemorySegment.copy(beside, besideOf(place) + NAME, to.memory, 0, BESIDE - NAME);
    to.turnControl();
  }

  /** Has the datagram at a place go to where another came from, and come from where that went. */
  public void answerTo(int place, Ends from) {
    long header = header(place);
    headers.set(JAVA_INT, header + MSG_NAMELEN, from.nameLength);
    headers.set(JAVA_LONG, header + MSG_CONTROLLEN, from.controlLength);
    headers.set(JAVA_INT, header + MSG_FLAGS, 0);
    // Where a socket is connected the name was left out.
    headers.set(JAVA_LONG, header + MSG_NAME, beside.address() + besideOf(place) + NAME);
    MemorySegment.copy(from.memory, 0, beside, besideOf(place) + NAME, BESIDE - NAME);
  }

  /** Has the datagram at a place go where the socket is connected to. */
  public void sendConnected(int place) {
    long header = header(place);
    headers.set(JAVA_INT, header + MSG_NAMELEN, 0);
    headers.set(JAVA_LONG, header + MSG_CONTROLLEN, 0);
    headers.set(JAVA_INT, header + MSG_FLAGS, 0);
  }

  /** The two addresses of a datagram, kept from one batch for another. */
  public static final class Ends {
    private final MemorySegment memory;
    private int nameLength;
    private long controlLength;

    /** Makes room in the arena. */
    public Ends(Arena arena) {
      memory = arena.allocate(BESIDE - NAME, Long.BYTES);
    }

    /**
     * What told where a datagram went now tells where one is to come from: the same struct, but for
     * the interface, which the route is to choose.
     */
    private void turnControl() {
      long at = CONTROL - NAME;
      if (controlLength == 0) {
        return;
      }
      int level = memory.get(JAVA_INT, at + CMSG_LEVEL);
      int type = memory.get(JAVA_INT, at + CMSG_TYPE);
      if (level == SocketFlags.IPPROTO_IP && type == SocketFlags.IP_PKTINFO) {
        memory.set(JAVA_INT, at + CMSG_DATA, 0);
        int to = memory.get(JAVA_INT, at + IPI_SPEC_DST + Integer.BYTES);
        memory.set(JAVA_INT, at + IPI_SPEC_DST, to);
        controlLength = CMSG_DATA + PKTINFO_SIZE;
      } else if (level == SocketFlags.IPPROTO_IPV6 && type == SocketFlags.IPV6_PKTINFO) {
        // Of a link's own address the interface is a part.
        if (memory.get(NETWORK_SHORT, at + CMSG_DATA) >>> 6 != LINK_LOCAL) {
          memory.set(JAVA_INT, at + IPI6_IFINDEX, 0);
        }
        controlLength = CMSG_DATA + PKTINFO6_SIZE;
      } else {
        controlLength = 0;
      }
    }

    /** fe80::/10, by its first ten bits as a signed short has them. */
    private static final int LINK_LOCAL = (short) 0xfe80 >>> 6;
  }
}
