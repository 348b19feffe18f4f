package io.lighter.images.dockerfile;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the values of one mount. */
final class RunMountReader {
  private final MountSpec spec;
  private final WordExpander expander;

  RunMountReader(MountSpec spec, WordExpander expander) {
    this.spec = spec;
    this.expander = expander;
  }

  RunMount read() {
    return switch (spec.type()) {
      case BIND ->
          new RunMount.Bind(
              spec.from(), text("source", "/"), text("target", ""), truth("readonly", true));
      case CACHE -> cache();
      case TMPFS -> new RunMount.Tmpfs(text("target", ""), size());
      case SECRET -> secret();
      case SSH ->
          new RunMount.Ssh(
              text("id", "default"), text("target"), truth("required", false), access(0600));
    };
  }

  private RunMount cache() {
    String target = text("target", "");
    return new RunMount.Cache(
        text("id", target),
        target,
        truth("readonly", false),
        sharing(),
        spec.from(),
        text("source", "/"),
        access(0755));
  }

  private RunMount secret() {
    String target = text("target");
    String id = text("id");
    if (id == null) {
      id = lastName(target == null ? "" : target);
    }
    String variable = text("env");
    if (target == null && variable == null) {
      target = "/run/secrets/" + lastName(id);
    }
    return new RunMount.Secret(id, target, variable, truth("required", false), access(0400));
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private RunMount.Sharing sharing() {
    String text = text("sharing", "shared");
    for (RunMount.Sharing sharing : RunMount.Sharing.values()) {
      if (sharing.name().toLowerCase(Locale.ROOT).equals(text)) {
        return sharing;
      }
    }
    throw new SyntaxException("sharing is shared, private or locked, not " + text);
  }

  private RunMount.Access access(int mode) {
    String text = text("mode");
    return new RunMount.Access(
        text == null ? mode : (int) number("mode", text, 8, 07777), id("uid"), id("gid"));
  }

  private int id(String name) {
    // The kernel's last id means "leave it as it is", and Java's int ends before.
    return (int) number(name, text(name, "0"), 10, Integer.MAX_VALUE);
  }

  private long size() {
    String text = text("size", "0").toLowerCase(Locale.ROOT);
    String digits = text.replaceFirst("(?<=\\d)(b|[kmgt](i?b)?)$", "");
    String unit = text.substring(digits.length());
    int shift = unit.isEmpty() ? 0 : Math.max(0, " kmgt".indexOf(unit.charAt(0))) * 10;
    return number("size", digits, 10, Long.MAX_VALUE >> shift) << shift;
  }

  private static long number(String name, String text, int radix, long most) {
    try {
      long number = Long.parseLong(text, radix);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, as a number out of range is.
    }
    throw new SyntaxException(
        "%s is a number from 0 to %s, not %s".formatted(name, Long.toString(most, radix), text));
  }

  private boolean truth(String name, boolean otherwise) {
    String text = text(name);
    return text == null ? otherwise : Booleans.parse(name, text);
  }

  private String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text;
  }

  private @Nullable String text(String name) {
    String text = spec.options().get(name);
    return text == null ? null : expander.word(text);
  }
}
