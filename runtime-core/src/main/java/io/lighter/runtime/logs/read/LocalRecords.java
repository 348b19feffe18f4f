package io.lighter.runtime.logs.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.notation.ProtobufFields;
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

  private static final class Entry {
    private LogStream stream = LogStream.STDOUT;
    private long time;
    private byte[] text = new byte[0];
    private boolean partial;
    private boolean last;
    private final Map<String, String> attributes = new TreeMap<>();

    void read(ProtobufFields fields) {
      while (fields.next()) {
        switch (fields.number()) {
          case SOURCE ->
              stream = text(fields.bytes()).equals("stderr") ? LogStream.STDERR : LogStream.STDOUT;
          case TIME_NANO -> time = fields.whole();
          case LINE -> text = array(fields.bytes());
          case PARTIAL -> partial = fields.whole() != 0;
          case PARTIAL_METADATA -> readPartial(new ProtobufFields(fields.bytes()));
          case ATTRIBUTE -> readAttribute(new ProtobufFields(fields.bytes()));
          default -> {}
        }
      }
    }

    private void readPartial(ProtobufFields fields) {
      while (fields.next()) {
        if (fields.number() == LAST) {
          last = fields.whole() != 0;
        }
      }
    }

    private void readAttribute(ProtobufFields fields) {
      String key = "";
      String value = "";
      while (fields.next()) {
        if (fields.number() == KEY) {
          key = text(fields.bytes());
        } else if (fields.number() == VALUE) {
          value = text(fields.bytes());
        }
      }
      attributes.put(key, value);
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
      read.read(new ProtobufFields(entry.slice(entry.position(), length)));
    } catch (BufferUnderflowException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | ArithmeticException e) {
      return null;
    }
    return read.record();
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
