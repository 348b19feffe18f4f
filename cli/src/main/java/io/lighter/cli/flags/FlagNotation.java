package io.lighter.cli.flags;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a command line from the notation of Docker's tools (which is that of the Go library
 * pflag) to one that commons-cli reads the same way: {@code --name=value} for every flag, then
 * {@code --} and the operands. The two differ in four places, each seen in use: {@code -eA=b} has a
 * value attached to a shorthand, {@code --rm=false} switches off, {@code --entrypoint -x} takes a
 * value that begins with a dash, and {@code -memory} is a bundle and not a long name.
 */
final class FlagNotation {
  private final Options known;
  private final Refusal refusal;
  private final String[] arguments;
  private final List<String> canonical;
  private final List<String> between = new ArrayList<>();
  private int next;

  private FlagNotation(Options known, Refusal refusal, String[] arguments) {
    this.known = known;
    this.refusal = refusal;
    this.arguments = arguments;
    this.canonical = new ArrayList<>(arguments.length + 1);
  }

  /**
   * Rewrites.
   *
   * @param interspersed whether flags may follow operands; otherwise the first operand ends them
   */
  static String[] canonical(
      Options known, Refusal refusal, boolean interspersed, String[] arguments) {
    FlagNotation notation = new FlagNotation(known, refusal, arguments);
    notation.flags(interspersed);
    notation.operands();
    return notation.canonical.toArray(new String[0]);
  }

  private void flags(boolean interspersed) {
    while (next < arguments.length) {
      String argument = arguments[next];
      if (argument.length() < 2 || argument.charAt(0) != '-') {
        if (!interspersed) {
          return;
        }
        between.add(argument);
        next++;
        continue;
      }
      next++;
      if (argument.equals("--")) {
        return;
      }
      if (argument.charAt(1) == '-') {
        longFlag(argument);
      } else {
        bundle(argument);
      }
    }
  }

  private void operands() {
    canonical.add("--");
    canonical.addAll(between);
    while (next < arguments.length) {
      canonical.add(arguments[next++]);
    }
  }

  private void longFlag(String argument) {
    char first = argument.charAt(2);
    if (first == '-' || first == '=') {
      throw new UsageException("bad flag syntax: " + argument);
    }
    int equals = argument.indexOf('=');
    String name = equals < 0 ? argument.substring(2) : argument.substring(2, equals);
    Option flag = known.hasLongOption(name) ? known.getOption(name) : null;
    if (flag == null) {
      throw refused(name, "unknown flag: --" + name);
    }
    String value = equals < 0 ? null : argument.substring(equals + 1);
    if (value == null) {
      value = flag.hasOptionalArg() ? "true" : following("--" + name);
    }
    emit(flag, value);
  }

  private void bundle(String argument) {
    int at = 1;
    while (at < argument.length()) {
      String shorthands = argument.substring(at);
      Option flag = shorthand(shorthands);
      String attached = attachedValue(shorthands, flag.hasOptionalArg());
      if (attached != null) {
        emit(flag, attached);
        return;
      }
      if (!flag.hasOptionalArg()) {
        emit(flag, following("'" + shorthands.charAt(0) + "' in -" + shorthands));
        return;
      }
      emit(flag, "true");
      at++;
    }
  }

  private Option shorthand(String shorthands) {
    String letter = shorthands.substring(0, 1);
    Option flag = known.hasShortOption(letter) ? known.getOption(letter) : null;
    if (flag == null) {
      throw refused(letter, "unknown shorthand flag: '" + letter + "' in -" + shorthands);
    }
    return flag;
  }

  private UsageException refused(String name, String unknown) {
    String reason = refusal.reason(name);
    return new UsageException(reason == null ? unknown : reason);
  }

  /** What follows a shorthand in its own argument; null if nothing, or more shorthands, do. */
  private static @Nullable String attachedValue(String shorthands, boolean onOff) {
    if (shorthands.length() > 2 && shorthands.charAt(1) == '=') {
      return shorthands.substring(2);
    }
    return onOff || shorthands.length() == 1 ? null : shorthands.substring(1);
  }

  private String following(String flag) {
    if (next == arguments.length) {
      throw new UsageException("flag needs an argument: " + flag);
    }
    return arguments[next++];
  }

  private void emit(Option flag, String value) {
    canonical.add("--" + flag.getLongOpt() + "=" + value);
  }
}
