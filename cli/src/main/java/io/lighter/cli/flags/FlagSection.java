package io.lighter.cli.flags;

import java.util.List;
import org.apache.commons.cli.Option;

/** Flags that belong together in the help. */
public record FlagSection(String title, List<Option> flags) {
  /**
   * A flag that is on or off: {@code --rm}, {@code --rm=false}. {@code shorthand} is "" for none.
   */
  static Option onOff(String shorthand, String name, String description) {
    return Option.builder(shorthand.isEmpty() ? null : shorthand)
        .longOpt(name)
        .hasArg()
        .optionalArg(true)
        .argName("")
        .desc(description)
        .get();
  }

  /** A flag that always takes a value. {@code shorthand} is "" for none. */
  static Option valued(String shorthand, String name, String kind, String description) {
    return Option.builder(shorthand.isEmpty() ? null : shorthand)
        .longOpt(name)
        .hasArg()
        .argName(kind)
        .desc(description)
        .get();
  }
}
