package io.lighter.runtime.logs.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.runtime.logs.LogStream;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Docker's local format: messages of protobuf, each between two lengths of four bytes. The fields
 * are those of moby's api/types/plugins/logdriver/entry.proto.
 */
final class LocalRecords implements RecordFormat {
  /** The longest entry that dockerd reads. */
  private static final int MOST_LENGTH = 1_000_000;

  private static final int SOURCE = 1;
  private static final int TIME_NANO = 2;
  private static final int LINE = 3;
  private static final int PARTIAL = 4;
  private static final int PARTIAL_METADATA = 5;
  private static final int ATTRIBUTE = 6;
  private static final int LAST = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;

  /** How fields are written: the lower three bits of their tags. */
  private static final int VARINT = 0;

  private static final int EIGHT_BYTES = 1;
  private static final int BY_LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  /** What is said of one field. */
  @FunctionalInterface
  private interface Field {
    void is(int number, long whole, ByteBuffer bytes);
  }

  private static final class Entry {
    private LogStream stream = LogStream.STDOUT;
    private long time;
    private byte[] text = new byte[0];
    private boolean partial;
    private boolean last;
    private final Map<String, String> attributes = new TreeMap<>();
    private String key = "";
    private String value = "";

    void field(int number, long whole, ByteBuffer bytes) {
      switch (number) {
        case SOURCE -> stream = text(bytes).equals("stderr") ? LogStream.STDERR : LogStream.STDOUT;
        case TIME_NANO -> time = whole;
        case LINE -> text = array(bytes);
        case PARTIAL -> partial = whole != 0;
        case PARTIAL_METADATA -> fields(bytes, this::partialField);
        case ATTRIBUTE -> {
          key = "";
          value = "";
          fields(bytes, this::attributeField);
          attributes.put(key, value);
        }
        default -> {}
      }
    }

    private void partialField(int number, long whole, ByteBuffer ignored) {
      if (number == LAST) {
        last = whole != 0;
      }
    }

    private void attributeField(int number, long ignored, ByteBuffer bytes) {
      if (number == KEY) {
        key = text(bytes);
      } else if (number == VALUE) {
        value = text(bytes);
      }
    }

    LogRecord record() {
      return new LogRecord(stream, time, MemorySegment.ofArray(text), !partial || last, attributes);
    }
  }

  @Override
  public int lengthOf(ByteBuffer bytes) {
    if (bytes.remaining() < Integer.BYTES) {
      return 0;
    }
    int length = bytes.getInt(bytes.position());
    if (length < 0 || length > MOST_LENGTH) {
      return -1;
    }
    int all = length + 2 * Integer.BYTES;
    return bytes.remaining() < all ? 0 : all;
  }

  @Override
  public @Nullable LogRecord read(ByteBuffer entry) {
    int length = entry.getInt();
    Entry read = new Entry();
    try {
      fields(entry.slice(entry.position(), length), read::field);
    } catch (BufferUnderflowException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | ArithmeticException e) {
      return null;
    }
    return read.record();
  }

  private static void fields(ByteBuffer message, Field to) {
    ByteBuffer none = ByteBuffer.allocate(0);
    while (message.hasRemaining()) {
      int tag = (int) varint(message);
      int number = tag >>> 3;
      switch (tag & 7) {
        case VARINT -> to.is(number, varint(message), none);
        case BY_LENGTH -> {
          int length = Math.toIntExact(varint(message));
          to.is(number, 0, message.slice(message.position(), length));
          message.position(message.position() + length);
        }
        case EIGHT_BYTES -> message.position(message.position() + Long.BYTES);
        case FOUR_BYTES -> message.position(message.position() + Integer.BYTES);
        default -> throw new IllegalArgumentException("no field of protobuf: tag " + tag);
      }
    }
  }

  /** Seven bits a byte, the lowest first. */
  private static long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte bits = from.get();
      value |= (bits & 0x7fL) << shift;
      if (bits >= 0) {
        break;
      }
    }
    return value;
  }

  private static byte[] array(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  private static String text(ByteBuffer bytes) {
    return new String(array(bytes), UTF_8);
  }

  @Override
  public boolean isByLines() {
    return false;
  }
}
