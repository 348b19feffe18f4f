package io.lighter.cli.flags;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * The flags of one command line, as given. Of a flag that is given again the last value counts, but
 * each must be valid. Every getter throws {@link UsageException} for a value that is not.
 */
public final class Flags {
  private final Option[] given;
  private final List<String> operands;

  private Flags(Option[] given, List<String> operands) {
    this.given = given;
    this.operands = operands;
  }

  /** Reads what follows {@code run} on the command line. */
  public static Flags parse(String... arguments) {
    return parse(RunFlags.options(), DeferredFlags::refusal, arguments);
  }

  /**
   * Reads flags up to the first operand.
   *
   * @param known those that there are
   * @param refusal says of others why they are refused
   */
  public static Flags parse(Options known, Refusal refusal, String... arguments) {
    return parse(known, refusal, false, arguments);
  }

  /** Reads flags wherever they stand, as most of Docker's commands do, up to {@code --}. */
  public static Flags parseInterspersed(Options known, String... arguments) {
    return parse(known, _ -> null, true, arguments);
  }

  /** The same, where some flags are refused with a reason. */
  public static Flags parseInterspersed(Options known, Refusal refusal, String... arguments) {
    return parse(known, refusal, true, arguments);
  }

  private static Flags parse(
      Options known, Refusal refusal, boolean interspersed, String... arguments) {
    DefaultParser parser =
        DefaultParser.builder()
            .setAllowPartialMatching(false)
            .setStripLeadingAndTrailingQuotes(false)
            .get();
    try {
      String[] canonical = FlagNotation.canonical(known, refusal, interspersed, arguments);
      CommandLine line = parser.parse(known, canonical, true);
      Flags flags = new Flags(line.getOptions(), line.getArgList());
      flags.refuseNul();
      return flags;
    } catch (ParseException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** What follows the flags: the image or the command. */
  public List<String> operands() {
    return operands;
  }

  /** The names of the flags that were given, without dashes, in order. */
  public List<String> names() {
    List<String> names = new ArrayList<>(given.length);
    for (Option flag : given) {
      names.add(flag.getLongOpt());
    }
    return names;
  }

  public boolean isGiven(String name) {
    return last(name) != null;
  }

  /** The last value of a flag; null if it was not given. */
  public @Nullable String last(String name) {
    for (int i = given.length - 1; i >= 0; i--) {
      if (given[i].getLongOpt().equals(name)) {
        return given[i].getValue();
      }
    }
    return null;
  }

  /** All values of a flag, in order. */
  public List<String> all(String name) {
    List<String> values = List.of();
    for (Option flag : given) {
      if (flag.getLongOpt().equals(name)) {
        if (values.isEmpty()) {
          values = new ArrayList<>();
        }
        values.add(flag.getValue());
      }
    }
    return values;
  }

  public boolean isOn(String name, boolean absent) {
    boolean on = absent;
    for (String value : all(name)) {
      try {
        on = Numbers.truth(value);
      } catch (InvalidValueException e) {
        throw invalid(name, value, e);
      }
    }
    return on;
  }

  /** A whole number, as Go's base 0 reads it: {@code 16}, {@code 0x10}, {@code 020}. */
  public long number(String name, long absent) {
    long number = absent;
    for (String value : all(name)) {
      try {
        number = Numbers.integer(value);
      } catch (InvalidValueException e) {
        throw invalid(name, value, e);
      }
    }
    return number;
  }

  /** A size in bytes, as {@link ByteSize} reads it. */
  public long bytes(String name, long absent) {
    long bytes = absent;
    for (String value : all(name)) {
      try {
        bytes = ByteSize.parse(value);
      } catch (InvalidValueException e) {
        throw invalid(name, value, e);
      }
    }
    return bytes;
  }

  public UsageException invalid(String name, String value, InvalidValueException reason) {
    return invalid(name, value, String.valueOf(reason.getMessage()));
  }

  public UsageException invalid(String name, String value, String reason) {
    return new UsageException(
        "invalid argument \"" + value + "\" for \"" + display(name) + "\" flag: " + reason);
  }

  private String display(String name) {
    for (Option flag : given) {
      if (flag.getLongOpt().equals(name) && flag.getOpt() != null) {
        return "-" + flag.getOpt() + ", --" + name;
      }
    }
    return "--" + name;
  }

  /** A NUL would end a string early in the kernel: what runs would not be what was asked for. */
  private void refuseNul() {
    for (Option flag : given) {
      if (flag.getValue().indexOf('\0') >= 0) {
        throw invalid(flag.getLongOpt(), flag.getValue().replace("\0", "\\0"), "it holds a NUL");
      }
    }
    for (String operand : operands) {
      if (operand.indexOf('\0') >= 0) {
        throw new UsageException("an argument of the command holds a NUL");
      }
    }
  }
}
