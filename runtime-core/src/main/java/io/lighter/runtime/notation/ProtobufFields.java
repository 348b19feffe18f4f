package io.lighter.runtime.notation;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The fields of a message of protobuf, one after the other, as they are written
 * (protobuf.dev/programming-guides/encoding). Of one thread.
 */
public final class ProtobufFields {
  /** How fields are written: the lower three bits of their tags. */
  private static final int VARINT = 0;

  private static final int EIGHT_BYTES = 1;
  private static final int BY_LENGTH = 2;
  private static final int FOUR_BYTES = 5;
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final ByteBuffer message;
  private int number;
  private long whole;
  private ByteBuffer bytes = NONE;

  /**
   * Stands before the first field.
   *
   * @param message what remains of it is read
   */
  public ProtobufFields(ByteBuffer message) {
    this.message = message;
  }

  /**
   * Goes to the next field.
   *
   * @return whether there is one
   * @throws BufferUnderflowException and others that are no {@link Error}: it is no such message
   */
  public boolean next() {
    if (!message.hasRemaining()) {
      return false;
    }
    int tag = (int) varint();
    number = tag >>> 3;
    whole = 0;
    bytes = NONE;
    switch (tag & 7) {
      case VARINT -> whole = varint();
      case BY_LENGTH -> {
        int length = Math.toIntExact(varint());
        bytes = message.slice(message.position(), length);
        skip(length);
      }
      case EIGHT_BYTES -> skip(Long.BYTES);
      case FOUR_BYTES -> skip(Integer.BYTES);
      default -> throw new IllegalArgumentException("no field of protobuf: tag " + tag);
    }
    return true;
  }

  private void skip(int length) {
    message.position(message.position() + length);
  }

  /** Returns the number of the field. */
  public int number() {
    return number;
  }

  /** Returns its value, if it is a whole number, or 0. */
  public long whole() {
    return whole;
  }

  /** Returns its value, if it has a length, or nothing; to be read once. */
  public ByteBuffer bytes() {
    return bytes;
  }

  /** Seven bits a byte, the lowest first. */
  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte bits = message.get();
      value |= (bits & 0x7fL) << shift;
      if (bits >= 0) {
        break;
      }
    }
    return value;
  }
}
