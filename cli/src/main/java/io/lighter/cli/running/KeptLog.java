package io.lighter.cli.running;

import io.lighter.images.json.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The log that a container's run keeps.
 *
 * @param driver by its name
 * @param options of the driver and of the pipeline, by their names
 * @param path of its file or folder; empty when the driver keeps none
 */
public record KeptLog(String driver, Map<String, String> options, String path) {
  /** Copies the options. */
  public KeptLog {
    options = Map.copyOf(options);
  }

  static KeptLog read(Fields fields) {
    return new KeptLog(
        fields.requiredString("driver"), fields.stringMap("options"), fields.text("path"));
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("driver", driver);
    json.put("options", new TreeMap<>(options));
    json.put("path", path);
    return json;
  }
}
