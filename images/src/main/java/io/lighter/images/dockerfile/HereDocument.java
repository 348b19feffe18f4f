package io.lighter.images.dockerfile;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A here-document: {@code <<EOF}, the lines after the instruction, and {@code EOF}.
 *
 * @param name its name, without quotes
 * @param expand variables are substituted, since the name was not quoted
 * @param stripTabs {@code <<-}: leading tabs are no part of it
 * @param content its lines as written, each with its end
 */
public record HereDocument(String name, boolean expand, boolean stripTabs, String content) {
  private static final Pattern MARK = Pattern.compile("^(\\d*)<<(-?)\\s*([^<]*)$");
  private static final Pattern TABS = Pattern.compile("^\\t+", Pattern.MULTILINE);

  /** Returns the lines, without leading tabs if they are to be stripped. */
  public String data() {
    return stripTabs ? TABS.matcher(content).replaceAll("") : content;
  }

  HereDocument withContent(String text) {
    return new HereDocument(name, expand, stripTabs, text);
  }

  boolean endsAt(String line) {
    return name.equals(stripTabs ? TABS.matcher(line).replaceFirst("") : line);
  }

  /**
   * Returns the here-document that a word announces, without content; null if it announces none.
   */
  static @Nullable HereDocument announcedBy(String word, char escape) {
    Matcher matcher = MARK.matcher(word);
    if (!matcher.matches() || matcher.group(3).isEmpty()) {
      return null;
    }
    String rest = matcher.group(3);
    List<String> names;
    try {
      names = WordExpander.literal(escape).words(rest);
    } catch (SyntaxException e) {
      // Then it is something else, which the shell may understand.
      return null;
    }
    if (names.size() != 1 || names.getFirst().isEmpty()) {
      return null;
    }
    String name = names.getFirst();
    return new HereDocument(name, rest.equals(name), !matcher.group(2).isEmpty(), "");
  }
}
