package io.lighter.runtime.logs.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.runtime.json.JsonException;
import io.lighter.runtime.json.JsonReader;
import io.lighter.runtime.logs.LogStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Docker's json-file: one object a line, of {@code log}, {@code stream}, {@code time}. */
final class JsonRecords implements RecordFormat {
  @Override
  public int lengthOf(ByteBuffer bytes) {
    for (int at = bytes.position(); at < bytes.limit(); at++) {
      if (bytes.get(at) == '\n') {
        return at + 1 - bytes.position();
      }
    }
    return 0;
  }

  @Override
  public @Nullable LogRecord read(ByteBuffer entry) {
    byte[] line = new byte[entry.remaining()];
    entry.get(line);
    try {
      return JsonReader.read(line) instanceof Map<?, ?> fields ? record(fields) : null;
    } catch (JsonException | DateTimeException e) {
      return null;
    }
  }

  private static @Nullable LogRecord record(Map<?, ?> fields) {
    if (!(fields.get("log") instanceof String log) || !(fields.get("time") instanceof String at)) {
      return null;
    }
    byte[] text = log.getBytes(UTF_8);
    boolean ends = log.endsWith("\n");
    return new LogRecord(
        "stderr".equals(fields.get("stream")) ? LogStream.STDERR : LogStream.STDOUT,
        nanos(OffsetDateTime.parse(at).toInstant()),
        MemorySegment.ofArray(text).asSlice(0, ends ? text.length - 1 : text.length),
        ends,
        attributes(fields.get("attrs")));
  }

  private static long nanos(Instant time) {
    return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
  }

  private static Map<String, String> attributes(@Nullable Object given) {
    if (!(given instanceof Map<?, ?> fields)) {
      return Map.of();
    }
    Map<String, String> attributes = new TreeMap<>();
    fields.forEach((name, value) -> attributes.put(String.valueOf(name), String.valueOf(value)));
    return attributes;
  }

  @Override
  public boolean isByLines() {
    return true;
  }
}
