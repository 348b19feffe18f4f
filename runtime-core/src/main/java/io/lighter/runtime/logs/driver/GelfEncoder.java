package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * Messages of GELF 1.1 with Docker's fields, byte for byte as Go writes them. An empty line has
 * none: the format wants a short_message that is not empty.
 *
 * @see <a href="https://go2docs.graylog.org/current/getting_in_log_data/gelf.html">GELF</a>
 */
final class GelfEncoder implements LineEncoder {
  private static final long NANOS_OF_MILLI = 1_000_000;
  private static final int ERROR = 3;
  private static final int INFO = 6;

  private final byte[] head;
  private final byte[] tail;
  private final boolean zeroEnds;

  private GelfEncoder(byte[] head, byte[] tail, boolean zeroEnds) {
    this.head = head;
    this.tail = tail;
    this.zeroEnds = zeroEnds;
  }

  /**
   * Makes an encoder.
   *
   * @param zeroEnds whether a zero byte ends a message, as in a stream
   */
  static GelfEncoder of(
      ContainerInfo container, LogOptions options, String host, boolean zeroEnds) {
    Map<String, String> extra = new TreeMap<>();
    extra.put("_container_id", container.id());
    extra.put("_container_name", container.name());
    extra.put("_image_id", container.imageId());
    extra.put("_image_name", container.imageName());
    extra.put("_command", container.commandLine());
    extra.put("_tag", LogTag.of(container, options, LogTag.DEFAULT));
    extra.put("_created", GoTime.rfc3339Nano(container.created()));
    extra.putAll(
        LogAttributes.of(container, options, key -> key.startsWith("_") ? key : "_" + key));
    ByteWriter head = new ByteWriter();
    head.put("{\"version\":\"1.1\",\"host\":");
    GoJson.put(head, host);
    head.put(",\"short_message\":");
    ByteWriter tail = new ByteWriter();
    extra.forEach(
        (name, value) -> {
          tail.put(',');
          GoJson.put(tail, name);
          tail.put(':');
          GoJson.put(tail, value);
        });
    tail.put('}');
    return new GelfEncoder(head.toArray(), tail.toArray(), zeroEnds);
  }

  @Override
  public boolean encode(LogLine line, ByteWriter message) {
    if (line.length() == 0) {
      return false;
    }
    message.put(head);
    GoJson.put(message, line);
    message.put(",\"timestamp\":");
    putSeconds(message, Math.floorDiv(line.time(), NANOS_OF_MILLI));
    message.put(",\"level\":");
    message.putDecimal(line.stream() == LogStream.STDERR ? ERROR : INFO);
    message.put(tail);
    if (zeroEnds) {
      message.put(0);
    }
    return true;
  }

  /** Puts seconds with a fraction of as few digits as it needs, as Go writes a float64. */
  private static void putSeconds(ByteWriter message, long millis) {
    message.putDecimal(millis / 1000);
    int fraction = (int) (millis % 1000);
    if (fraction > 0) {
      message.put('.');
    }
    for (int unit = 100; fraction > 0; unit /= 10) {
      message.put('0' + fraction / unit);
      fraction %= unit;
    }
  }
}
