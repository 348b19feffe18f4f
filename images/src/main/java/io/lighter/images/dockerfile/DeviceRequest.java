package io.lighter.images.dockerfile;

import java.util.List;
import java.util.Locale;

/**
 * A {@code RUN --device}.
 *
 * @param name of a device or of several, {@code vendor.com/class=name}
 * @param required the command does not run without it
 */
public record DeviceRequest(String name, boolean required) {
  private static final List<String> OPTIONS = List.of("name", "required");

  /** Reads {@code NAME[,required]}, where the name may be written {@code name=NAME}. */
  static DeviceRequest parse(String text) {
    String name = "";
    boolean required = false;
    for (String field : CsvLine.fields(text)) {
      int equals = field.indexOf('=');
      String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
      String value = equals < 0 ? "true" : field.substring(equals + 1);
      if (key.equals("required")) {
        required = Booleans.parse("required", value);
      } else if (key.equals("name") && equals >= 0 && name.isEmpty()) {
        name = value;
      } else if (name.isEmpty()) {
        name = field;
      } else if (key.equals("name")) {
        throw new SyntaxException("a device has one name, and " + name + " is there already");
      } else {
        throw new SyntaxException(
            "a device has no option " + key + NearestWord.hint(key, OPTIONS) + " in " + text);
      }
    }
    if (name.isEmpty()) {
      throw new SyntaxException("--device needs a name, such as vendor.com/class=name");
    }
    return new DeviceRequest(name, required);
  }
}
