package io.lighter.cgroups;

import java.util.regex.Pattern;

/**
 * Settings of the controller {@code misc}: countable resources of the machine, such as encrypted
 * virtual machines. Linux 5.13.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#misc">Control Group v2, Misc</a>
 */
public final class MiscSettings {
  private static final Pattern RESOURCE = Pattern.compile("[a-z0-9_]+");

  private MiscSettings() {}

  /**
   * {@code misc.max}: how much of one resource.
   *
   * @param resource as {@code misc.capacity} of the root names it, such as {@code sev}
   * @param most from 0 up, or {@link Setting#UNLIMITED}
   */
  public static Setting max(String resource, long most) {
    if (!RESOURCE.matcher(resource).matches()) {
      throw new IllegalArgumentException(
          "'" + resource + "' is no resource of the misc controller, such as sev");
    }
    String file = "misc.max";
    return Setting.of(Controller.MISC, file, resource + " " + Setting.limit(file, most));
  }
}
