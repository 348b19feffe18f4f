package io.lighter.cli.build;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.options.CsvFields;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a value such as {@code type=oci,dest=x}: each is taken once. Not thread-safe. */
final class FlagFields {
  private final Map<String, String> fields = new LinkedHashMap<>();

  private FlagFields() {}

  /**
   * Splits a value.
   *
   * @throws InvalidValueException when a field is not KEY=VALUE
   */
  static FlagFields of(String text) {
    FlagFields all = new FlagFields();
    for (String field : CsvFields.split(text)) {
      int equals = field.indexOf('=');
      if (equals < 0) {
        throw new InvalidValueException(field + " is not KEY=VALUE");
      }
      all.fields.put(field.substring(0, equals), field.substring(equals + 1));
    }
    return all;
  }

  @Nullable String take(String name) {
    return fields.remove(name);
  }

  String take(String name, String otherwise) {
    String value = take(name);
    return value == null ? otherwise : value;
  }

  boolean takeTruth(String name, boolean otherwise) {
    String value = take(name);
    return switch (value == null ? String.valueOf(otherwise) : value) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new InvalidValueException(name + " is true or false, not " + value);
    };
  }

  @Nullable Integer takeNumber(String name) {
    String value = take(name);
    try {
      return value == null ? null : Integer.valueOf(value);
    } catch (NumberFormatException e) {
      throw new InvalidValueException(name + " is a number, not " + value);
    }
  }

  /** Takes all whose names begin so, without that beginning. */
  Map<String, String> takeAll(String prefix) {
    Map<String, String> taken = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            taken.put(name.substring(prefix.length()), value);
          }
        });
    taken.keySet().forEach(name -> fields.remove(prefix + name));
    return taken;
  }

  /**
   * Refuses what nobody took.
   *
   * @param what has no such field
   * @param known the fields that it has
   * @param reasons why some others are not supported, and what helps
   */
  void refuseRest(String what, String known, Map<String, String> reasons) {
    for (String name : fields.keySet()) {
      String reason = reasons.get(name);
      throw new InvalidValueException(
          reason == null
              ? what + " has no " + name + "; it has " + known
              : name + " is not supported: " + reason);
    }
  }
}
