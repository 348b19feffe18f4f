package io.lighter.runtime.logs;

import io.lighter.runtime.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What has happened to the log of one container since it was added to a pipeline: what an engine
 * shows of it beside the container's other figures.
 *
 * @param bytes that the container wrote and that have left its pipes
 * @param batches in which they did
 * @param droppedLines that were lost, by policy or because the sink could never keep them
 * @param droppedBytes the same in bytes
 * @param failures how often the sink could not keep anything, or failed
 */
public record LogStatistics(
    long bytes, long batches, long droppedLines, long droppedBytes, long failures) {
  static LogStatistics of(LogCounters counters) {
    return new LogStatistics(
        counters.bytes(),
        counters.batches(),
        counters.droppedLines(),
        counters.droppedBytes(),
        counters.failures());
  }

  /** Returns whether nothing has been lost so far. */
  public boolean isComplete() {
    return droppedBytes == 0 && droppedLines == 0;
  }

  /** Returns the figures by their names, to be part of a larger JSON. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("bytes", bytes);
    fields.put("batches", batches);
    fields.put("droppedLines", droppedLines);
    fields.put("droppedBytes", droppedBytes);
    fields.put("failures", failures);
    return fields;
  }

  /** Returns the figures as JSON in one line. */
  public String json() {
    return JsonWriter.compact(fields());
  }
}
