package io.lighter.cli.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.images.Digest;
import io.lighter.images.build.Step;
import io.lighter.runtime.json.JsonWriter;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object a line, as {@code --progress=rawjson} of BuildKit. Thread-safe. */
final class JsonDisplay implements BuildDisplay {
  private final PrintStream out;
  private final Map<Step, String> begun = new HashMap<>();

  JsonDisplay(PrintStream out) {
    this.out = out;
  }

  private static Map<String, Object> vertex(Step step) {
    Map<String, Object> vertex = new LinkedHashMap<>();
    vertex.put("digest", digest(step));
    vertex.put("name", step.name());
    return vertex;
  }

  private static String digest(Step step) {
    return Digest.of((step.number() + " " + step.name()).getBytes(UTF_8)).toString();
  }

  private void print(String kind, Map<String, Object> what) {
    out.println(JsonWriter.compact(Map.of(kind, List.of(what))));
  }

  @Override
  public synchronized void started(Step step) {
    String now = Instant.now().toString();
    begun.put(step, now);
    Map<String, Object> vertex = vertex(step);
    vertex.put("started", now);
    print("vertexes", vertex);
  }

  @Override
  public synchronized void output(Step step, boolean error, String line) {
    Map<String, Object> log = new LinkedHashMap<>();
    log.put("vertex", digest(step));
    log.put("stream", error ? 2L : 1L);
    log.put("data", Base64.getEncoder().encodeToString((line + "\n").getBytes(UTF_8)));
    log.put("timestamp", Instant.now().toString());
    print("logs", log);
  }

  @Override
  public synchronized void ended(Step step, Outcome outcome) {
    String now = Instant.now().toString();
    Map<String, Object> vertex = vertex(step);
    vertex.put("started", begun.getOrDefault(step, now));
    vertex.put("completed", now);
    switch (outcome) {
      case DONE -> {}
      case CACHED -> vertex.put("cached", true);
      case FAILED -> vertex.put("error", "the step failed");
      case CANCELED -> vertex.put("error", "context canceled");
    }
    print("vertexes", vertex);
  }

  @Override
  public synchronized void warned(String warning) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("level", 1L);
    json.put("short", Base64.getEncoder().encodeToString(warning.getBytes(UTF_8)));
    print("warnings", json);
  }

  @Override
  public synchronized void note(String part, String status) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", part);
    json.put("name", status);
    json.put("timestamp", Instant.now().toString());
    print("statuses", json);
  }

  @Override
  public synchronized void end() {
    out.flush();
  }
}
