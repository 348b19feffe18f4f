package io.lighter.cli.options;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.Numbers;
import io.lighter.runtime.spec.Rlimit;
import io.lighter.runtime.spec.RlimitType;

/** A limit {@code name=soft[:hard]}, -1 for none. */
public final class Ulimit {
  private Ulimit() {}

  /** Reads one; throws {@link InvalidValueException} when it is none. */
  public static Rlimit parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new InvalidValueException("invalid ulimit argument: " + text);
    }
    RlimitType type = type(text.substring(0, equals));
    int colon = text.indexOf(':', equals);
    if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
      throw new InvalidValueException("too many limit values, it takes soft[:hard]");
    }
    long soft = limit(text.substring(equals + 1, colon < 0 ? text.length() : colon));
    long hard = colon < 0 ? soft : limit(text.substring(colon + 1));
    if (hard != Rlimit.INFINITY && (soft == Rlimit.INFINITY || soft > hard)) {
      throw new InvalidValueException(
          "ulimit soft limit must be less than or equal to hard limit: " + soft + " > " + hard);
    }
    return new Rlimit(type, hard, soft);
  }

  private static long limit(String text) {
    long limit = Numbers.decimal(text);
    if (limit < -1) {
      throw new InvalidValueException("a limit is 0 or more, or -1 for none");
    }
    return limit == -1 ? Rlimit.INFINITY : limit;
  }

  private static RlimitType type(String name) {
    return switch (name) {
      case "core" -> RlimitType.RLIMIT_CORE;
      case "cpu" -> RlimitType.RLIMIT_CPU;
      case "data" -> RlimitType.RLIMIT_DATA;
      case "fsize" -> RlimitType.RLIMIT_FSIZE;
      case "locks" -> RlimitType.RLIMIT_LOCKS;
      case "memlock" -> RlimitType.RLIMIT_MEMLOCK;
      case "msgqueue" -> RlimitType.RLIMIT_MSGQUEUE;
      case "nice" -> RlimitType.RLIMIT_NICE;
      case "nofile" -> RlimitType.RLIMIT_NOFILE;
      case "nproc" -> RlimitType.RLIMIT_NPROC;
      case "rss" -> RlimitType.RLIMIT_RSS;
      case "rtprio" -> RlimitType.RLIMIT_RTPRIO;
      case "rttime" -> RlimitType.RLIMIT_RTTIME;
      case "sigpending" -> RlimitType.RLIMIT_SIGPENDING;
      case "stack" -> RlimitType.RLIMIT_STACK;
      default -> throw new InvalidValueException("invalid ulimit type: " + name);
    };
  }
}
