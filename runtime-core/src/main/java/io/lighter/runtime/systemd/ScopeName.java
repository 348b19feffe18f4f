package io.lighter.runtime.systemd;

import io.lighter.runtime.spec.SpecException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A scope and the slice that it lies in.
 *
 * @param slice such as {@code machine-web.slice}
 * @param unit such as {@code lighter-c1.scope}
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/systemd.slice.html">
 *     systemd.slice(5)</a>
 */
public record ScopeName(String slice, String unit) {
  private static final String FIELD = "linux.cgroupsPath";
  private static final String PREFIX = "lighter";
  private static final String SLICE = ".slice";
  private static final String ROOT = "-" + SLICE;

  /** Longest name of a unit: UNIT_NAME_MAX of systemd's basic/unit-name.h, less the zero. */
  private static final int LONGEST = 255;

  /** VALID_CHARS of systemd's basic/unit-name.c, without the slash that no unit has. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9:_.\\\\@-]+");

  /**
   * Reads {@code linux.cgroupsPath} as runc does: {@code slice:prefix:name}, where the slice may be
   * empty.
   *
   * @param asked null or empty for the defaults
   * @param id of the container, the name by default
   * @param ofUser whether a user's systemd makes it
   * @throws SpecException when it is written otherwise, or no such unit can be
   */
  public static ScopeName of(@Nullable String asked, String id, boolean ofUser) {
    String usual = ofUser ? "user" + SLICE : "system" + SLICE;
    if (asked == null || asked.isEmpty()) {
      return checked(asked, usual, PREFIX, id);
    }
    String[] parts = asked.split(":", -1);
    if (parts.length != 3) {
      throw refused(
          asked, "systemd's cgroups are written slice:prefix:name, as in system.slice:lighter:c1");
    }
    return checked(asked, parts[0].isEmpty() ? usual : parts[0], parts[1], parts[2]);
  }

  private static ScopeName checked(
      @Nullable String asked, String slice, String prefix, String name) {
    if (name.endsWith(SLICE)) {
      throw refused(asked, "a container needs a scope, and a slice holds no processes");
    }
    String unit = prefix + "-" + name + ".scope";
    if (!NAME.matcher(unit).matches() || unit.length() > LONGEST) {
      throw refused(
          asked,
          "\"" + unit + "\" is no name of a unit: letters, digits and :_.\\@- are, 255 at most");
    }
    boolean valid =
        slice.endsWith(SLICE)
            && slice.length() > SLICE.length()
            && slice.length() <= LONGEST
            && NAME.matcher(slice).matches()
            && (slice.equals(ROOT)
                || !(slice.startsWith("-") || slice.contains("--") || slice.contains("-.slice")));
    if (!valid) {
      throw refused(
          asked, "\"" + slice + "\" is no name of a slice, such as machine.slice or a-b.slice");
    }
    return new ScopeName(slice, unit);
  }

  private static SpecException refused(@Nullable String asked, String why) {
    return new SpecException(FIELD, (asked == null ? "" : "\"" + asked + "\": ") + why);
  }

  /**
   * Returns the path of its cgroup below that of systemd. A dash parts the names of slices that lie
   * in each other: {@code a-b.slice} is in {@code a.slice}.
   */
  public String path() {
    StringBuilder path = new StringBuilder();
    if (!slice.equals(ROOT)) {
      String name = slice.substring(0, slice.length() - SLICE.length());
      for (int dash = name.indexOf('-'); dash >= 0; dash = name.indexOf('-', dash + 1)) {
        path.append('/').append(name, 0, dash).append(SLICE);
      }
      path.append('/').append(slice);
    }
    return path.append('/').append(unit).toString();
  }
}
