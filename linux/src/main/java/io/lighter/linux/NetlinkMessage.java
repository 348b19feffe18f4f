package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * A message of the kernel, where it was received: good until the next one is. Every length in it is
 * checked against what holds it before anything is read. Not thread-safe.
 */
public final class NetlinkMessage {
  private final MemorySegment memory;
  private String request = "";
  private int start;
  private int end;

  NetlinkMessage(MemorySegment memory) {
    this.memory = memory;
  }

  /**
   * Goes to the message at {@code at} of {@code received} bytes.
   *
   * @return where the next one would begin
   */
  int read(int at, int received, String ofRequest) {
    request = ofRequest;
    start = at;
    end = received;
    int left = received - at;
    if (left < NetlinkRequest.HEADER) {
      throw malformed("a header at byte " + at + " has only " + left + " bytes");
    }
    int length = memory.get(JAVA_INT, at);
    if (length < NetlinkRequest.HEADER || length > left) {
      throw malformed(
          "a message at byte "
              + at
              + " claims "
              + Integer.toUnsignedString(length)
              + " of "
              + left);
    }
    end = at + length;
    return Math.min(NetlinkFlags.align(end), received);
  }

  /** Returns the type, such as RTM_NEWLINK. */
  public int type() {
    return Short.toUnsignedInt(memory.get(JAVA_SHORT, start + NetlinkRequest.TYPE));
  }

  /** Returns NLM_F_ bits of {@link NetlinkFlags}. */
  public int flags() {
    return Short.toUnsignedInt(memory.get(JAVA_SHORT, start + NetlinkRequest.FLAGS));
  }

  int sequence() {
    return memory.get(JAVA_INT, start + NetlinkRequest.SEQUENCE);
  }

  /** Returns the bytes behind the header. */
  public int length() {
    return end - start - NetlinkRequest.HEADER;
  }

  /** Returns a number of four bytes, at a multiple of four behind the header. */
  public int intAt(int offset) {
    return memory.get(JAVA_INT, checked(offset, Integer.BYTES));
  }

  /** Returns a number of one byte, 0 to 255. */
  public int byteAt(int offset) {
    return Byte.toUnsignedInt(memory.get(JAVA_BYTE, checked(offset, 1)));
  }

  /**
   * Returns the attributes.
   *
   * @param offset where they begin behind the header: the size of the protocol's struct
   */
  public NetlinkAttributes attributes(int offset) {
    return new NetlinkAttributes(this, memory, checked(NetlinkFlags.align(offset), 0), end);
  }

  private int checked(int offset, int bytes) {
    if (offset < 0 || offset > length() - bytes) {
      throw malformed(
          bytes + " bytes at " + offset + " are wanted of a message of " + length() + " bytes");
    }
    return start + NetlinkRequest.HEADER + offset;
  }

  /** Returns what to throw when the answer is not what the protocol says. */
  LinuxException malformed(String what) {
    return LinuxException.of(
        SystemCall.RECVFROM, Errno.EBADMSG, "the answer to " + request + ": " + what);
  }
}
