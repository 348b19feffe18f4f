package io.lighter.runtime.logs.driver;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Messages of Fluentd's forward protocol in its Message Mode: {@code [tag, time, record, option]}
 * in MessagePack, with the same kinds of numbers as Docker's library writes.
 *
 * @see <a
 *     href="https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1#message-modes">
 *     Message Modes</a>
 */
final class ForwardEncoder implements LineEncoder {
  private static final long NANOS = 1_000_000_000;

  private final byte[] tag;
  private final Map<String, String> constant;
  private final boolean subSecond;
  private final boolean acknowledged;
  private String chunk = "";

  private ForwardEncoder(
      String tag, Map<String, String> constant, boolean subSecond, boolean acknowledged) {
    this.tag = tag.getBytes(StandardCharsets.UTF_8);
    this.constant = constant;
    this.subSecond = subSecond;
    this.acknowledged = acknowledged;
  }

  static ForwardEncoder of(ContainerInfo container, LogOptions options, FluentdOptions fluentd) {
    Map<String, String> constant = new TreeMap<>();
    constant.put("container_id", container.id());
    // Docker keeps the slash in this one place.
    constant.put("container_name", "/" + container.name());
    constant.putAll(LogAttributes.of(container, options, key -> key));
    return new ForwardEncoder(
        LogTag.of(container, options, LogTag.DEFAULT),
        constant,
        fluentd.subSecond(),
        fluentd.requestAck());
  }

  @Override
  public boolean encode(LogLine line, ByteWriter message) {
    MessagePack.putArray(message, 4);
    MessagePack.putText(message, tag);
    long seconds = Math.floorDiv(line.time(), NANOS);
    int nanos = (int) Math.floorMod(line.time(), NANOS);
    if (subSecond) {
      MessagePack.putEventTime(message, (int) seconds, nanos);
    } else {
      MessagePack.putInteger(message, seconds);
    }
    putRecord(line, message);
    chunk = acknowledged ? ChunkId.next(seconds) : "";
    MessagePack.putMap(message, acknowledged ? 1 : 0);
    if (acknowledged) {
      MessagePack.putText(message, "chunk");
      MessagePack.putText(message, chunk);
    }
    return true;
  }

  /** A label or variable may take the place of a field, as with Docker. */
  private void putRecord(LogLine line, ByteWriter message) {
    Map<String, String> partial = line.isPartial() ? partial(line) : Map.of();
    int size = 0;
    for (String name : constant.keySet()) {
      size += partial.containsKey(name) ? 0 : 1;
    }
    boolean hasSource = constant.containsKey("source");
    boolean hasLog = constant.containsKey("log");
    MessagePack.putMap(message, size + partial.size() + (hasSource ? 0 : 1) + (hasLog ? 0 : 1));
    constant.forEach(
        (name, value) -> {
          if (!partial.containsKey(name)) {
            putField(message, name, value);
          }
        });
    if (!hasSource) {
      putField(message, "source", line.stream().label());
    }
    if (!hasLog) {
      MessagePack.putText(message, "log");
      MessagePack.putTextHead(message, line.length());
      message.put(line);
    }
    partial.forEach((name, value) -> putField(message, name, value));
  }

  private static Map<String, String> partial(LogLine line) {
    return new TreeMap<>(
        Map.of(
            "partial_message", "true",
            "partial_id", line.partialId(),
            "partial_ordinal", Long.toString(line.ordinal()),
            "partial_last", Boolean.toString(line.isLast())));
  }

  private static void putField(ByteWriter message, String name, String value) {
    MessagePack.putText(message, name);
    MessagePack.putText(message, value);
  }

  @Override
  public String receipt() {
    return chunk;
  }
}
