package io.lighter.cli.options;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.Numbers;
import io.lighter.runtime.UserRequest;
import io.lighter.runtime.spec.Mount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code --tmpfs target[:options]} with options of mount(8) and tmpfs(5). */
final class TmpfsFlag {
  /** What Docker gives every tmpfs unless its opposite is asked for. */
  static final List<String> DEFAULTS = List.of("noexec", "nosuid", "nodev");

  private static final int MODE_BITS = 07777;

  private TmpfsFlag() {}

  static MountRequest parse(String text) {
    int colon = text.indexOf(':');
    String target = ContainerPath.target(colon < 0 ? text : text.substring(0, colon));
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : DEFAULTS) {
      options.put(subject(option), option);
    }
    if (colon >= 0 && colon + 1 < text.length()) {
      for (String option : text.substring(colon + 1).split(",", -1)) {
        check(option);
        if (!option.isEmpty() && !option.equals("defaults")) {
          options.remove(subject(option));
          options.put(subject(option), option);
        }
      }
    }
    Mount mount = new Mount(target, "tmpfs", "tmpfs", new ArrayList<>(options.values()));
    return new MountRequest(mount, MountRequest.Source.NONE, false);
  }

  /** What an option is about: of two about the same the later counts. */
  private static String subject(String option) {
    int equals = option.indexOf('=');
    if (equals >= 0) {
      return option.substring(0, equals);
    }
    return switch (option) {
      case "ro", "rw" -> "rw";
      case "sync", "async" -> "sync";
      default -> option.startsWith("no") ? option.substring(2) : option;
    };
  }

  private static void check(String option) {
    int equals = option.indexOf('=');
    boolean known = equals < 0 ? isFlag(option) : isSetting(option, equals);
    if (!known) {
      throw new InvalidValueException("invalid tmpfs option \"" + option + "\"");
    }
  }

  private static boolean isFlag(String option) {
    return switch (option) {
      case "", "defaults", "ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec" -> true;
      case "sync", "async", "dirsync", "atime", "noatime", "diratime", "nodiratime" -> true;
      case "relatime", "norelatime", "strictatime", "nostrictatime" -> true;
      default -> false;
    };
  }

  private static boolean isSetting(String option, int equals) {
    String value = option.substring(equals + 1);
    try {
      switch (option.substring(0, equals)) {
        case "size" -> quantity(value, "kmgtpeKMGTPE%");
        case "nr_inodes", "nr_blocks" -> quantity(value, "kmgtpeKMGTPE");
        case "mode" -> Octal.parse(value, MODE_BITS);
        case "uid", "gid" -> Numbers.digits(value, UserRequest.MAX_ID);
        case "mpol" -> {
          return !value.isEmpty();
        }
        default -> {
          return false;
        }
      }
      return true;
    } catch (InvalidValueException e) {
      return false;
    }
  }

  private static void quantity(String value, String units) {
    int last = value.length() - 1;
    boolean unit = last > 0 && units.indexOf(value.charAt(last)) >= 0;
    Numbers.digits(unit ? value.substring(0, last) : value, Long.MAX_VALUE);
  }
}
