package io.lighter.cli.build;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.options.CsvFields;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A value of {@code --output}.
 *
 * @param type image, local, tar, oci or docker
 * @param destination a path, or {@code -} for standard output; "" for none
 * @param names of the image; "" for those of {@code --tag}
 */
record OutputFlag(String type, String destination, String names) {
  static OutputFlag parse(String text) {
    if (!text.contains("=")) {
      return text.equals("-") ? new OutputFlag("tar", "-", "") : new OutputFlag("local", text, "");
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (String field : CsvFields.split(text)) {
      int equals = field.indexOf('=');
      if (equals < 0) {
        throw new InvalidValueException(field + " is not KEY=VALUE");
      }
      fields.put(field.substring(0, equals), field.substring(equals + 1));
    }
    String type = fields.getOrDefault("type", "");
    String destination = fields.getOrDefault("dest", "");
    String names = fields.getOrDefault("name", "");
    for (String key : fields.keySet()) {
      if (!key.equals("type") && !key.equals("dest") && !key.equals("name")) {
        throw new InvalidValueException("an output has no " + key + "; it has type, dest and name");
      }
    }
    return switch (type) {
      case "image", "local" -> {
        if (type.equals("local") && destination.isEmpty()) {
          throw new InvalidValueException("type=local needs dest=FOLDER");
        }
        yield new OutputFlag(type, destination, names);
      }
      case "tar", "oci", "docker" -> {
        boolean loads = type.equals("docker") && destination.isEmpty();
        String to = destination.isEmpty() ? "-" : destination;
        yield loads ? new OutputFlag("image", "", names) : new OutputFlag(type, to, names);
      }
      default ->
          throw new InvalidValueException(
              "an output has the type image, local, tar, oci or docker, not " + type);
    };
  }

  boolean goesToStandardOutput() {
    return destination.equals("-");
  }
}
