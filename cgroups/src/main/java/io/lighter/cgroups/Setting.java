package io.lighter.cgroups;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value for one control file of a cgroup: a limit, a weight, a protection.
 *
 * <p>The classes of the controllers make settings with checked values: {@link CpuSettings}, {@link
 * CpusetSettings}, {@link MemorySettings}, {@link IoSettings}, {@link PidsSettings}, {@link
 * HugetlbSettings}, {@link RdmaSettings}, {@link MiscSettings}. {@link #unified} makes one of any
 * file. A setting says nothing about whether this kernel has the file: {@link CgroupTree#check}
 * does, and {@link Cgroup#apply} in the end.
 *
 * @param controller whose file it is; null for the core's own, {@code cgroup.*}
 * @param file the control file, such as {@code memory.max}
 * @param value what is written to it
 * @param instead what is applied in its place where the cgroup has its controller and this kernel
 *     lacks the file; null when that is an error
 */
public record Setting(
    @Nullable Controller controller, String file, String value, @Nullable Setting instead) {

  /** Changes nothing. */
  static final Setting NOTHING = new Setting(null, "", "", null);

  /** No limit: the files show and take it as {@code max}. OCI and Docker write it as -1, too. */
  public static final long UNLIMITED = -1;

  /**
   * Files of the core that act in place of limiting. Written from a map of limits they would move,
   * kill or stop processes, or make the cgroup unfit to hold any.
   */
  private static final Set<String> ACTIONS =
      Set.of(
          "cgroup.procs",
          "cgroup.threads",
          "cgroup.kill",
          "cgroup.freeze",
          "cgroup.type",
          "cgroup.subtree_control");

  static Setting of(Controller controller, String file, String value) {
    return new Setting(controller, file, value, null);
  }

  static Setting of(Controller controller, String file, long value) {
    return of(controller, file, Long.toString(value));
  }

  /** Makes a setting whose value may be {@link #UNLIMITED}. */
  static Setting ofLimit(Controller controller, String file, long value) {
    return of(controller, file, limit(file, value));
  }

  static String limit(String file, long value) {
    if (value == UNLIMITED) {
      return "max";
    }
    return Long.toString(within(file, value, 0, Long.MAX_VALUE));
  }

  static long within(String file, long value, long least, long most) {
    if (value < least || value > most) {
      throw refused(file, Long.toString(value));
    }
    return value;
  }

  static IllegalArgumentException refused(String file, String value) {
    return new IllegalArgumentException(
        file + " takes " + ControlFileRange.of(file) + ", not '" + value + "'");
  }

  /**
   * Makes a setting of any control file, as the {@code unified} map of the OCI runtime
   * specification has them.
   *
   * @param file name of a file of a controller or of {@code cgroup.*}; no path
   * @param value what is written to it, as it is
   * @throws IllegalArgumentException when the name is no control file's, or is that of a file that
   *     acts on processes in place of limiting them
   */
  public static Setting unified(String file, String value) {
    int dot = file.indexOf('.');
    if (dot <= 0 || file.indexOf('/') >= 0 || file.contains("..") || !printable(file)) {
      throw new IllegalArgumentException(
          "'"
              + file
              + "' is no cgroup v2 control file: name one in the cgroup itself, such as"
              + " memory.high, without any path");
    }
    if (ACTIONS.contains(file)) {
      throw new IllegalArgumentException(
          file
              + " is no limit: it moves, stops or kills processes, which a container's settings"
              + " must not do");
    }
    String prefix = file.substring(0, dot);
    Controller controller = Controller.of(prefix);
    if (controller == null && !prefix.equals("cgroup")) {
      throw new IllegalArgumentException(
          "'"
              + file
              + "' belongs to no cgroup v2 controller: they are "
              + List.of(Controller.values())
              + ", and cgroup for the core");
    }
    return new Setting(controller, file, value, null);
  }

  /** Makes a setting of each entry, in the map's order. */
  public static List<Setting> unified(Map<String, String> files) {
    return files.entrySet().stream().map(e -> unified(e.getKey(), e.getValue())).toList();
  }

  private static boolean printable(String file) {
    return file.chars().allMatch(c -> c > ' ' && c < 127);
  }

  /**
   * Returns this setting with another in its place where the kernel lacks the file, such as {@code
   * io.weight} for {@code io.bfq.weight}.
   */
  public Setting orElse(Setting other) {
    return new Setting(controller, file, value, other);
  }

  /** Returns this setting, left out where the kernel lacks the file though not the controller. */
  public Setting ifPresent() {
    return orElse(NOTHING);
  }

  /** Returns the setting as a shell would write it: {@code memory.max=67108864}. */
  @Override
  public String toString() {
    return file + "=" + value;
  }
}
