package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The attributes of a message one after the other, each checked against what holds it. Begins
 * before the first. Not thread-safe.
 *
 * <pre>{@code
 * while (attributes.next()) {
 *   switch (attributes.type()) {
 *     case IFLA_IFNAME -> name = attributes.text();
 *     ...
 *   }
 * }
 * }</pre>
 */
public final class NetlinkAttributes {
  private final NetlinkMessage message;
  private final MemorySegment memory;
  private final int end;
  private int at;
  private int next;

  NetlinkAttributes(NetlinkMessage message, MemorySegment memory, int start, int end) {
    this.message = message;
    this.memory = memory;
    this.next = start;
    this.end = end;
  }

  /**
   * Goes to the next one; false when there is none.
   *
   * @throws LinuxException EBADMSG when it is longer than what holds it
   */
  public boolean next() {
    at = next;
    int left = end - at;
    if (left == 0) {
      return false;
    }
    int claimed = left < NetlinkRequest.ATTRIBUTE ? 0 : size();
    if (claimed < NetlinkRequest.ATTRIBUTE || claimed > left) {
      throw message.malformed("an attribute claims " + claimed + " of " + left + " bytes");
    }
    next = Math.min(at + NetlinkFlags.align(claimed), end);
    return true;
  }

  private int size() {
    return Short.toUnsignedInt(memory.get(JAVA_SHORT, at));
  }

  /** Returns the type without its flags. */
  public int type() {
    return memory.get(JAVA_SHORT, at + 2L) & NetlinkFlags.NLA_TYPE_MASK;
  }

  /** Returns the bytes of the value. */
  public int length() {
    return size() - NetlinkRequest.ATTRIBUTE;
  }

  /** Returns a number of four bytes, in the order of the machine. */
  public int intValue() {
    return intAt(0);
  }

  /** Returns a number of four bytes within a struct, at a multiple of four. */
  public int intAt(int offset) {
    if (offset < 0 || offset > length() - Integer.BYTES) {
      throw message.malformed(
          "attribute " + type() + " has no number at byte " + offset + " of " + length());
    }
    return memory.get(JAVA_INT, value() + offset);
  }

  /** Returns a text, up to its NUL where it has one. */
  public String text() {
    byte[] bytes = bytes();
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** Returns a copy of the value. */
  public byte[] bytes() {
    byte[] copy = new byte[length()];
    MemorySegment.copy(memory, JAVA_BYTE, value(), copy, 0, copy.length);
    return copy;
  }

  /** Returns the attributes of which this one consists. */
  public NetlinkAttributes nested() {
    return new NetlinkAttributes(message, memory, value(), value() + length());
  }

  private int value() {
    return at + NetlinkRequest.ATTRIBUTE;
  }
}
