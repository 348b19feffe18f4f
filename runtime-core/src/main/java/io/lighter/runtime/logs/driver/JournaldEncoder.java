package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Entries of the journal's native protocol: {@code NAME=value} and a newline, or, where the value
 * holds a newline, its length in eight bytes before it.
 *
 * @see <a href="https://systemd.io/JOURNAL_NATIVE_PROTOCOL/">Native Journal Protocol</a>
 */
final class JournaldEncoder implements LineEncoder {
  private static final String ERROR = "3";
  private static final String INFO = "6";

  private final byte[] constant;
  private long ordinal;

  private JournaldEncoder(byte[] constant) {
    this.constant = constant;
  }

  /**
   * Makes an encoder.
   *
   * @param epoch tells the numbers of this sink's lines from those of another one
   */
  static JournaldEncoder of(ContainerInfo container, LogOptions options, String epoch) {
    String tag = LogTag.of(container, options, LogTag.DEFAULT);
    Map<String, String> fields = new TreeMap<>();
    fields.put("CONTAINER_ID", container.shortId());
    fields.put("CONTAINER_ID_FULL", container.id());
    fields.put("CONTAINER_NAME", container.name());
    fields.put("CONTAINER_TAG", tag);
    fields.put("IMAGE_NAME", container.imageName());
    fields.put("SYSLOG_IDENTIFIER", tag);
    fields.put("CONTAINER_LOG_EPOCH", epoch);
    fields.putAll(LogAttributes.of(container, options, JournaldEncoder::fieldName));
    ByteWriter constant = new ByteWriter();
    fields.forEach((name, value) -> putField(constant, name, value));
    return new JournaldEncoder(constant.toArray());
  }

  /**
   * Makes a field's name: capitals, digits and underscores, of which none stands first. Two keys
   * may come to the same name, as with Docker.
   */
  static String fieldName(String key) {
    StringBuilder name = new StringBuilder(key.length());
    for (int i = 0; i < key.length(); i += Character.charCount(key.codePointAt(i))) {
      int letter = key.codePointAt(i);
      if (letter >= 'a' && letter <= 'z') {
        name.append((char) (letter - 'a' + 'A'));
      } else if ((letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9')) {
        name.append((char) letter);
      } else if (!name.isEmpty()) {
        name.append('_');
      }
    }
    return name.toString();
  }

  @Override
  public boolean encode(LogLine line, ByteWriter message) {
    putField(message, "PRIORITY", line.stream() == LogStream.STDERR ? ERROR : INFO);
    // A line has no newline, so the short form fits.
    message.put("MESSAGE=");
    message.put(line);
    message.put('\n');
    message.put(constant);
    putField(message, "SYSLOG_TIMESTAMP", GoTime.rfc3339Nano(line.time()));
    if (line.isPartial()) {
      putField(message, "CONTAINER_PARTIAL_ID", line.partialId());
      putField(message, "CONTAINER_PARTIAL_ORDINAL", Long.toString(line.ordinal()));
      putField(message, "CONTAINER_PARTIAL_LAST", Boolean.toString(line.isLast()));
      if (!line.isLast()) {
        putField(message, "CONTAINER_PARTIAL_MESSAGE", "true");
      }
    }
    putField(message, "CONTAINER_LOG_ORDINAL", Long.toString(++ordinal));
    return true;
  }

  /** Lines that come again get the same numbers again. */
  @Override
  public void unsent(int messages) {
    ordinal -= messages;
  }

  private static void putField(ByteWriter message, String name, String value) {
    message.put(name);
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (value.indexOf('\n') < 0) {
      message.put('=');
    } else {
      message.put('\n');
      message.putLittleLong(bytes.length);
    }
    message.put(bytes);
    message.put('\n');
  }
}
