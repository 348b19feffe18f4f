package io.lighter.images.dockerfile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code RUN --mount} as written: its type and its options, whose values may hold variables.
 *
 * @param options by name, where aliases have become one: target, source, readonly
 */
public record MountSpec(Type type, Map<String, String> options) {
  /** The types. */
  public enum Type {
    /** Files of the context, of a stage or of an image. */
    BIND("target source from readonly"),
    /** A folder that outlives the build. */
    CACHE("target source from readonly id sharing mode uid gid"),
    /** Memory. */
    TMPFS("target size"),
    /** A secret as a file or a variable. */
    SECRET("target id env required mode uid gid"),
    /** A socket of an SSH agent. */
    SSH("target id required mode uid gid");

    private final String options;

    Type(String options) {
      this.options = options;
    }

    private boolean has(String option) {
      return List.of(options.split(" ", -1)).contains(option);
    }
  }

  private static final List<String> NAMES =
      List.of(
          "type",
          "target",
          "dst",
          "destination",
          "source",
          "src",
          "from",
          "readonly",
          "ro",
          "readwrite",
          "rw",
          "id",
          "sharing",
          "mode",
          "uid",
          "gid",
          "size",
          "required",
          "env");

  public MountSpec {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /** Reads {@code type=cache,target=/x,...}. */
  static MountSpec parse(String text) {
    Type type = Type.BIND;
    Map<String, String> options = new LinkedHashMap<>();
    for (String field : CsvLine.fields(text)) {
      int equals = field.indexOf('=');
      String name = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
      String value = equals < 0 ? null : field.substring(equals + 1);
      if (name.equals("type")) {
        type = type(value);
      } else {
        put(options, name, value);
      }
    }
    check(type, options);
    return new MountSpec(type, options);
  }

  private static Type type(@Nullable String value) {
    List<String> names = new ArrayList<>();
    for (Type type : Type.values()) {
      String name = type.name().toLowerCase(Locale.ROOT);
      if (name.equalsIgnoreCase(value)) {
        return type;
      }
      names.add(name);
    }
    String asked = value == null ? "" : value;
    throw new SyntaxException(
        "a mount has the type bind, cache, tmpfs, secret or ssh, not "
            + asked
            + NearestWord.hint(asked, names));
  }

  private static void put(Map<String, String> options, String name, @Nullable String value) {
    if (!NAMES.contains(name)) {
      throw new SyntaxException("a mount has no option " + name + NearestWord.hint(name, NAMES));
    }
    switch (name) {
      case "readonly", "ro", "required" ->
          options.put(name.equals("ro") ? "readonly" : name, value == null ? "true" : value);
      case "readwrite", "rw" ->
          options.put("readonly", value == null || Booleans.parse(name, value) ? "false" : "true");
      default -> {
        if (value == null) {
          throw new SyntaxException("the option " + name + " of a mount needs a value");
        }
        options.put(
            switch (name) {
              case "dst", "destination" -> "target";
              case "src" -> "source";
              default -> name;
            },
            value);
      }
    }
  }

  private static void check(Type type, Map<String, String> options) {
    String name = type.name().toLowerCase(Locale.ROOT);
    for (String option : options.keySet()) {
      boolean writable = option.equals("readonly") && "false".equals(options.get(option));
      if (!type.has(option) && !writable) {
        throw new SyntaxException("a mount of the type " + name + " has no option " + option);
      }
    }
    String from = options.get("from");
    if (from != null && from.matches(".*\\$.+")) {
      throw new SyntaxException(
          "from=" + from + " takes no variables; name a stage: FROM " + from + " AS NAME");
    }
    boolean needsTarget = type == Type.BIND || type == Type.CACHE || type == Type.TMPFS;
    if (needsTarget && options.getOrDefault("target", "").isEmpty()) {
      throw new SyntaxException("a mount of the type " + name + " needs target=PATH");
    }
    if (type == Type.SECRET && options.get("id") == null && options.get("target") == null) {
      throw new SyntaxException("a mount of the type secret needs id=NAME or target=PATH");
    }
  }

  /** Returns the stage, image or context that the files are from; null for the context. */
  public @Nullable String from() {
    return options.get("from");
  }
}
