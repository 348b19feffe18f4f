package io.lighter.runtime.logs.driver;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Entries of Docker's local format: a protobuf message, with its length before and behind it in
 * four bytes, the highest first.
 *
 * <pre>
 * message LogEntry {
 *   string source = 1; int64 time_nano = 2; bytes line = 3; bool partial = 4;
 *   PartialLogEntryMetadata partial_log_metadata = 5; repeated LogAttr attrs = 6; }
 * message PartialLogEntryMetadata { bool last = 1; string id = 2; int32 ordinal = 3; }
 * message LogAttr { string key = 1; string value = 2; }
 * </pre>
 *
 * Fields stand in the order of their numbers; those of the value zero are left out.
 */
final class LocalEncoder implements LineEncoder {
  /** Tags: the number of a field, and 0 for a varint or 2 for what has a length. */
  private static final int SOURCE = (1 << 3) | 2;

  private static final int TIME_NANO = 2 << 3;
  private static final int LINE = (3 << 3) | 2;
  private static final int PARTIAL = 4 << 3;
  private static final int PARTIAL_METADATA = (5 << 3) | 2;
  private static final int ATTRIBUTE = (6 << 3) | 2;
  private static final int LAST = 1 << 3;
  private static final int ID = (2 << 3) | 2;
  private static final int ORDINAL = 3 << 3;
  private static final int KEY = (1 << 3) | 2;
  private static final int VALUE = (2 << 3) | 2;

  private final byte[] attributes;
  private final ByteWriter nested = new ByteWriter();

  private LocalEncoder(Map<String, String> attributes) {
    ByteWriter all = new ByteWriter();
    attributes.forEach(
        (key, value) -> {
          nested.cut(0);
          putText(nested, KEY, key);
          putText(nested, VALUE, value);
          putNested(all, ATTRIBUTE);
        });
    this.attributes = all.toArray();
  }

  static LocalEncoder of(ContainerInfo container, LogOptions options) {
    return new LocalEncoder(LogAttributes.withTag(container, options));
  }

  @Override
  public boolean encode(LogLine line, ByteWriter message) {
    int begin = message.length();
    message.putInt(0);
    putText(message, SOURCE, line.stream().label());
    if (line.time() != 0) {
      message.put(TIME_NANO);
      putVarint(message, line.time());
    }
    if (line.length() > 0) {
      message.put(LINE);
      putVarint(message, line.length());
      message.put(line);
    }
    if (line.isPartial()) {
      putPartial(line, message);
    }
    message.put(attributes);
    int length = message.length() - begin - Integer.BYTES;
    message.setInt(begin, length);
    message.putInt(length);
    return true;
  }

  private void putPartial(LogLine line, ByteWriter message) {
    message.put(PARTIAL);
    message.put(1);
    nested.cut(0);
    if (line.isLast()) {
      nested.put(LAST);
      nested.put(1);
    }
    putText(nested, ID, line.partialId());
    nested.put(ORDINAL);
    putVarint(nested, line.ordinal());
    putNested(message, PARTIAL_METADATA);
  }

  private void putNested(ByteWriter message, int tag) {
    message.put(tag);
    putVarint(message, nested.length());
    message.put(nested.bytes(), 0, nested.length());
  }

  private static void putText(ByteWriter message, int tag, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0) {
      message.put(tag);
      putVarint(message, bytes.length);
      message.put(bytes);
    }
  }

  /** Seven bits a byte, the lowest first. */
  private static void putVarint(ByteWriter message, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      message.put((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    message.put((int) rest);
  }
}
