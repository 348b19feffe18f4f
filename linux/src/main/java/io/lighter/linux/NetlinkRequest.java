package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A message to the kernel that is being written, in memory that is used again for the next one:
 * {@code struct nlmsghdr}, a struct of the protocol, attributes.
 *
 * <p>No length is ever cut down to the sixteen bits of an attribute (CVE-2021-43784): what does not
 * fit is refused. Not thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">netlink(7)</a>
 */
public final class NetlinkRequest {
  /** Bytes of struct nlmsghdr, and offsets in it. */
  static final int HEADER = 16;

  static final int TYPE = 4;
  static final int FLAGS = 6;
  static final int SEQUENCE = 8;
  static final int PORT = 12;

  /** Bytes of struct nlattr, whose length and type are sixteen bits each. */
  static final int ATTRIBUTE = 4;

  private static final int LONGEST_ATTRIBUTE = 0xFFFF;

  private final MemorySegment memory;
  private String shown = "";
  private int length;

  NetlinkRequest(MemorySegment memory) {
    this.memory = memory;
  }

  NetlinkRequest begin(int type, int flags, String shown) {
    this.shown = shown;
    this.length = 0;
    struct(HEADER);
    memory.set(JAVA_SHORT, TYPE, (short) type);
    memory.set(JAVA_SHORT, FLAGS, (short) (flags | NetlinkFlags.NLM_F_REQUEST));
    return this;
  }

  /** Adds a struct of the protocol, all zero, and returns it to be filled in. */
  public MemorySegment struct(int bytes) {
    return memory.asSlice(reserve(bytes), bytes);
  }

  /** Adds a number of four bytes, in the order of the machine. */
  public NetlinkRequest addInt(int type, int value) {
    memory.set(JAVA_INT, attribute(type, Integer.BYTES), value);
    return this;
  }

  /** Adds bytes. */
  public NetlinkRequest addBytes(int type, byte[] value) {
    MemorySegment.copy(value, 0, memory, JAVA_BYTE, attribute(type, value.length), value.length);
    return this;
  }

  /**
   * Adds a text with its NUL.
   *
   * @throws IllegalArgumentException when it holds a NUL, behind which the kernel would not read
   */
  public NetlinkRequest addText(int type, String value) {
    if (value.indexOf(0) >= 0) {
      throw new IllegalArgumentException(
          shown + ": a text holds a NUL byte: " + value.replace('\0', '?'));
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    int at = attribute(type, bytes.length + 1);
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, at, bytes.length);
    return this;
  }

  /**
   * Begins an attribute that consists of those which follow.
   *
   * @return what {@link #endNest} takes
   */
  public int beginNest(int type) {
    return attribute(type | NetlinkFlags.NLA_F_NESTED, 0) - ATTRIBUTE;
  }

  /** Ends an attribute that {@link #beginNest} began. */
  public NetlinkRequest endNest(int nest) {
    setAttributeLength(nest, length - nest);
    return this;
  }

  private int attribute(int type, int size) {
    int at = reserve(ATTRIBUTE + size);
    setAttributeLength(at, ATTRIBUTE + size);
    memory.set(JAVA_SHORT, at + 2L, (short) type);
    return at + ATTRIBUTE;
  }

  private void setAttributeLength(int at, int bytes) {
    if (bytes > LONGEST_ATTRIBUTE) {
      throw new IllegalArgumentException(
          shown + ": an attribute has at most 65535 bytes with its header, not " + bytes);
    }
    memory.set(JAVA_SHORT, at, (short) bytes);
  }

  private int reserve(int bytes) {
    int at = length;
    int end = NetlinkFlags.align(at + bytes);
    if (bytes < 0 || end > memory.byteSize()) {
      throw new IllegalArgumentException(
          shown + ": a request has at most " + memory.byteSize() + " bytes");
    }
    memory.asSlice(at, end - at).fill((byte) 0);
    length = end;
    return at;
  }

  /** Writes what the header says about the whole, and returns its bytes. */
  int finish(int sequence) {
    memory.set(JAVA_INT, 0, length);
    memory.set(JAVA_INT, SEQUENCE, sequence);
    short flags = memory.get(JAVA_SHORT, FLAGS);
    memory.set(JAVA_SHORT, FLAGS, (short) (flags | NetlinkFlags.NLM_F_ACK));
    return length;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Returns what is asked for, such as {@code RTM_GETLINK(eth1)}. */
  @Override
  public String toString() {
    return shown;
  }
}
