package io.lighter.runtime.criu;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A message of protobuf as it is written, one field after the other
 * (protobuf.dev/programming-guides/encoding). Of one thread.
 */
final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int BY_LENGTH = 2;
  private static final int LOWEST_BITS = 0x7f;
  private static final int MORE = 0x80;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  ProtobufMessage put(int field, long value) {
    varint(((long) field << 3) | VARINT);
    varint(value);
    return this;
  }

  ProtobufMessage put(int field, boolean value) {
    return put(field, value ? 1 : 0);
  }

  ProtobufMessage put(int field, String value) {
    return put(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufMessage put(int field, ProtobufMessage value) {
    return put(field, value.bytes());
  }

  private ProtobufMessage put(int field, byte[] value) {
    varint(((long) field << 3) | BY_LENGTH);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  /** Seven bits a byte, the lowest first; a negative number has ten bytes. */
  private void varint(long value) {
    long rest = value;
    while ((rest & ~LOWEST_BITS) != 0) {
      bytes.write(((int) rest & LOWEST_BITS) | MORE);
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
