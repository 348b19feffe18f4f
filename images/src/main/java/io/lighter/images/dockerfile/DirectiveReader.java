package io.lighter.images.dockerfile;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the directives, which end at the first line that is not one. */
final class DirectiveReader {
  private static final Pattern DIRECTIVE =
      Pattern.compile("^#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*$");

  private DirectiveReader() {}

  static Directives read(SourceText source, List<String> lines) {
    Directives found = Directives.NONE;
    Set<String> seen = new HashSet<>();
    for (String line : lines) {
      Matcher matcher = DIRECTIVE.matcher(line);
      if (!matcher.matches()) {
        return found;
      }
      String name = matcher.group(1).toLowerCase(Locale.ROOT);
      if (!isKnown(name)) {
        return found;
      }
      SourceRange range = SourceRange.line(found.count() + 1);
      if (!seen.add(name)) {
        throw source.error(range, "the directive " + name + " is there twice");
      }
      try {
        found = with(found, name, matcher.group(2));
      } catch (SyntaxException e) {
        throw source.error(range, e.problem());
      }
    }
    return found;
  }

  private static boolean isKnown(String name) {
    return switch (name) {
      case "syntax", "escape", "check" -> true;
      default -> false;
    };
  }

  private static Directives with(Directives d, String name, String value) {
    int count = d.count() + 1;
    return switch (name) {
      case "syntax" -> new Directives(value, d.escape(), d.check(), count);
      case "check" -> new Directives(d.syntax(), d.escape(), Directives.Check.parse(value), count);
      default -> {
        if (!value.equals("\\") && !value.equals("`")) {
          throw new SyntaxException("the directive escape is \\ or `, not " + value);
        }
        yield new Directives(d.syntax(), value.charAt(0), d.check(), count);
      }
    };
  }
}
