package io.lighter.cli.flags;

import java.util.List;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** Flags that belong together in the help. */
public record FlagSection(String title, List<Option> flags) {
  private static final int COLUMN = 37;

  /** The flags of all sections, for {@link Flags#parse(Options, Refusal, String...)}. */
  public static Options options(List<FlagSection> sections) {
    Options options = new Options();
    for (FlagSection section : sections) {
      for (Option flag : section.flags()) {
        options.addOption(flag);
      }
    }
    return options;
  }

  /** Appends what a help says of the flags, a line each. */
  public void appendHelp(StringBuilder text) {
    text.append('\n').append(title).append(":\n");
    for (Option flag : flags) {
      int start = text.length();
      text.append(flag.getOpt() == null ? "      " : "  -" + flag.getOpt() + ", ");
      text.append("--").append(flag.getLongOpt()).append(' ').append(flag.getArgName());
      while (text.length() < start + COLUMN) {
        text.append(' ');
      }
      text.append(flag.getDescription()).append('\n');
    }
  }

  /**
   * A flag that is on or off: {@code --rm}, {@code --rm=false}. {@code shorthand} is "" for none.
   */
  public static Option onOff(String shorthand, String name, String description) {
    return Option.builder(shorthand.isEmpty() ? null : shorthand)
        .longOpt(name)
        .hasArg()
        .optionalArg(true)
        .argName("")
        .desc(description)
        .get();
  }

  /** A flag that always takes a value. {@code shorthand} is "" for none. */
  public static Option valued(String shorthand, String name, String kind, String description) {
    return Option.builder(shorthand.isEmpty() ? null : shorthand)
        .longOpt(name)
        .hasArg()
        .argName(kind)
        .desc(description)
        .get();
  }
}
