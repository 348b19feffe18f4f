package io.lighter.cli.options;

import io.lighter.cli.flags.Ascii;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.Numbers;
import java.util.Locale;

/** Signals of signal(7) by name or number, as on x86-64 and aarch64. */
public final class SignalName {
  private static final int REALTIME_FIRST = 34;
  private static final int REALTIME_LAST = 64;

  private SignalName() {}

  /** The number, 1 to 64, of {@code TERM}, {@code SIGTERM}, {@code 15} or {@code SIGRTMIN+3}. */
  public static int parse(String text) {
    int number = text.isEmpty() ? 0 : Ascii.isDigit(text.charAt(0)) ? numbered(text) : named(text);
    if (number < 1 || number > REALTIME_LAST) {
      throw new InvalidValueException("invalid signal: " + text);
    }
    return number;
  }

  private static int numbered(String text) {
    try {
      return (int) Numbers.digits(text, REALTIME_LAST);
    } catch (InvalidValueException e) {
      return 0;
    }
  }

  private static int named(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
    if (name.startsWith("RTMIN")) {
      return realtime(REALTIME_FIRST, name.substring(5), '+');
    }
    return name.startsWith("RTMAX")
        ? realtime(REALTIME_LAST, name.substring(5), '-')
        : standard(name);
  }

  private static int realtime(int from, String offset, char sign) {
    if (offset.isEmpty()) {
      return from;
    }
    if (offset.charAt(0) != sign) {
      return 0;
    }
    int distance = numbered(offset.substring(1));
    int number = sign == '+' ? from + distance : from - distance;
    return distance > 0 && number >= REALTIME_FIRST && number <= REALTIME_LAST ? number : 0;
  }

  private static int standard(String name) {
    return switch (name) {
      case "HUP" -> 1;
      case "INT" -> 2;
      case "QUIT" -> 3;
      case "ILL" -> 4;
      case "TRAP" -> 5;
      case "ABRT", "IOT" -> 6;
      case "BUS" -> 7;
      case "FPE" -> 8;
      case "KILL" -> 9;
      case "USR1" -> 10;
      case "SEGV" -> 11;
      case "USR2" -> 12;
      case "PIPE" -> 13;
      case "ALRM" -> 14;
      case "TERM" -> 15;
      case "STKFLT" -> 16;
      case "CHLD", "CLD" -> 17;
      case "CONT" -> 18;
      case "STOP" -> 19;
      case "TSTP" -> 20;
      case "TTIN" -> 21;
      case "TTOU" -> 22;
      case "URG" -> 23;
      case "XCPU" -> 24;
      case "XFSZ" -> 25;
      case "VTALRM" -> 26;
      case "PROF" -> 27;
      case "WINCH" -> 28;
      case "IO", "POLL" -> 29;
      case "PWR" -> 30;
      case "SYS" -> 31;
      default -> 0;
    };
  }
}
