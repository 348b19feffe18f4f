package io.lighter.runtime.systemd;

import io.lighter.runtime.spec.SpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Properties that a configuration gives the unit by annotations {@code org.systemd.property.NAME},
 * as runc and crun take them. Whether systemd knows such a property is for it to say.
 *
 * @see <a href="https://github.com/opencontainers/runc/blob/main/docs/systemd.md">runc's
 *     systemd.md, Auxiliary properties</a>
 */
final class AnnotatedProperties {
  private static final String PREFIX = "org.systemd.property.";
  private static final Pattern NAME = Pattern.compile("[A-Za-z]{3,}");

  /** A time in seconds, as units' files have it; D-Bus has it in microseconds. */
  private static final Pattern SECONDS = Pattern.compile("(.*[a-z])Sec");

  private static final double MICROS = 1e6;

  private AnnotatedProperties() {}

  /**
   * Returns the properties, in the order of their names.
   *
   * @throws SpecException naming the annotation that cannot be one
   */
  static List<UnitProperty> of(Map<String, String> annotations) {
    List<UnitProperty> properties = new ArrayList<>();
    new TreeMap<>(annotations)
        .forEach(
            (key, value) -> {
              if (key.startsWith(PREFIX)) {
                properties.add(property(key, value));
              }
            });
    return properties;
  }

  private static UnitProperty property(String key, String text) {
    try {
      String name = key.substring(PREFIX.length());
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException("the name of a property has letters, three at least");
      }
      VariantText.Typed value = VariantText.parse(text);
      var seconds = SECONDS.matcher(name);
      return seconds.matches()
          ? UnitProperty.number(seconds.group(1) + "USec", micros(value))
          : new UnitProperty(name, value.signature(), value.value());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new SpecException("annotations[\"" + key + "\"]", String.valueOf(e.getMessage()));
    }
  }

  private static long micros(VariantText.Typed seconds) {
    if (!(seconds.value() instanceof Number number) || number.doubleValue() < 0) {
      throw new IllegalArgumentException(
          "seconds are a number and not negative, not " + seconds.value());
    }
    return number instanceof Double fraction
        ? Math.round(fraction * MICROS)
        : Math.multiplyExact(number.longValue(), (long) MICROS);
  }
}
