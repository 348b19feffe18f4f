package io.lighter.proxy.handover;

import io.lighter.linux.Fd;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two processes say to each other, a packet each: a magic word, the version of the protocol,
 * the kind, and what the kind carries. In network byte order.
 */
final class Message {
  /** The one that is spoken here. */
  static final int VERSION = 1;

  /** Enough for the bits of half a million sockets. */
  static final int MOST_BYTES = 64 << 10;

  private static final int MAGIC = 0x4c744c42;
  private static final int HEADER = 8;

  /** What is said. Their numbers hold for all versions. */
  enum Kind {
    /** The new process: I am here. */
    HELLO(1),
    /** The old one: these are my sockets, first of all the control socket, and so many follow. */
    SOCKETS(2),
    /** The old one: it will not be, for a reason in words. */
    REFUSED(3),
    /** The new one: I take these, a bit each. */
    TAKE(4),
    /** The old one: nobody is accepted there until you do. */
    GIVEN(5),
    /** The new one: I accept, so you can leave. */
    BEGUN(6);

    private final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  private final int version;
  private final @Nullable Kind kind;
  private final byte[] body;
  private final List<Fd> sockets;

  /**
   * Makes one.
   *
   * @param version of who sends it; up to the kind all versions are alike
   * @param kind null for one that this version does not know
   * @param sockets that go or came with it
   */
  Message(int version, @Nullable Kind kind, byte[] body, List<Fd> sockets) {
    this.version = version;
    this.kind = kind;
    this.body = body;
    this.sockets = sockets;
  }

  Message(Kind kind, byte[] body, List<Fd> sockets) {
    this(VERSION, kind, body, sockets);
  }

  Message(Kind kind) {
    this(kind, new byte[0], List.of());
  }

  int version() {
    return version;
  }

  @Nullable Kind kind() {
    return kind;
  }

  byte[] body() {
    return body;
  }

  List<Fd> sockets() {
    return sockets;
  }

  static Message refused(String why) {
    byte[] text = why.getBytes(StandardCharsets.UTF_8);
    return new Message(Kind.REFUSED, Arrays.copyOf(text, Math.min(text.length, 1000)), List.of());
  }

  static Message sockets(List<Fd> some, int following) {
    byte[] count = ByteBuffer.allocate(Integer.BYTES).putInt(following).array();
    return new Message(Kind.SOCKETS, count, some);
  }

  /** Returns how many sockets follow; -1 when it does not say so. */
  int following() {
    return body.length == Integer.BYTES ? ByteBuffer.wrap(body).getInt() : -1;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  byte[] encode() {
    int number = kind == null ? 0 : kind.number;
    return ByteBuffer.allocate(HEADER + body.length)
        .putInt(MAGIC)
        .putShort((short) version)
        .putShort((short) number)
        .put(body)
        .array();
  }

  /** Returns what was said; null when it is none of this protocol. */
  static @Nullable Message decode(byte[] packet, List<Fd> sockets) {
    ByteBuffer buffer = ByteBuffer.wrap(packet);
    if (packet.length < HEADER || buffer.getInt() != MAGIC) {
      return null;
    }
    int version = Short.toUnsignedInt(buffer.getShort());
    int number = Short.toUnsignedInt(buffer.getShort());
    Kind kind = null;
    for (Kind each : Kind.values()) {
      kind = each.number == number ? each : kind;
    }
    return new Message(version, kind, Arrays.copyOfRange(packet, HEADER, packet.length), sockets);
  }
}
