package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.Numbers;
import org.jspecify.annotations.Nullable;

/**
 * The confinement of a container.
 *
 * @param capabilities what to add and drop
 * @param privileged whether the confinement is lifted
 * @param noNewPrivileges prctl(PR_SET_NO_NEW_PRIVS)
 * @param seccomp {@link #SECCOMP_DEFAULT}, {@link #SECCOMP_UNCONFINED} or the path of a profile;
 *     null if nothing was said, which is the default unless privileged
 * @param appArmor the name of a profile that is loaded, or {@code unconfined}; null if nothing was
 *     said
 * @param systemPathsConfined whether the masked and read-only paths of proc are kept
 */
public record SecurityOptions(
    CapabilityRequest capabilities,
    boolean privileged,
    boolean noNewPrivileges,
    @Nullable String seccomp,
    @Nullable String appArmor,
    boolean systemPathsConfined) {

  /** The word for Docker's default profile. */
  public static final String SECCOMP_DEFAULT = "builtin";

  /** The word for no filter. */
  public static final String SECCOMP_UNCONFINED = "unconfined";

  static SecurityOptions read(Flags flags) {
    Draft draft = new Draft();
    for (String value : flags.all("security-opt")) {
      try {
        draft.option(value);
      } catch (InvalidValueException e) {
        throw flags.invalid("security-opt", value, e);
      }
    }
    return new SecurityOptions(
        CapabilityRequest.read(flags),
        flags.isOn("privileged", false),
        draft.noNewPrivileges,
        draft.seccomp,
        draft.appArmor,
        draft.systemPathsConfined);
  }

  /** The options of {@code --security-opt} while they are gathered. */
  private static final class Draft {
    private boolean noNewPrivileges;
    private @Nullable String seccomp;
    private @Nullable String appArmor;
    private boolean systemPathsConfined = true;

    void option(String text) {
      if (text.equals("no-new-privileges")) {
        noNewPrivileges = true;
        return;
      }
      int separator = separator(text);
      if (separator < 0 || separator == text.length() - 1) {
        throw new InvalidValueException("it takes name=value");
      }
      named(text.substring(0, separator), text.substring(separator + 1));
    }

    /** {@code name=value}, or {@code name:value} as older tools write it. */
    private static int separator(String text) {
      int equals = text.indexOf('=');
      return equals >= 0 ? equals : text.indexOf(':');
    }

    private void named(String name, String value) {
      switch (name) {
        case "no-new-privileges" -> noNewPrivileges = Numbers.truth(value);
        case "seccomp" -> seccomp = value;
        case "systempaths" -> {
          only(name, value, "unconfined", "the only value there is");
          systemPathsConfined = false;
        }
        case "apparmor" -> appArmor = value;
        case "label" -> only(name, value, "disable", "SELinux labels are not supported yet");
        case "writable-cgroups" ->
            throw new InvalidValueException("writable-cgroups is not supported yet");
        default -> throw new InvalidValueException("unknown security option: " + name);
      }
    }

    private static void only(String name, String value, String supported, String reason) {
      if (!value.equals(supported)) {
        throw new InvalidValueException(name + " takes " + supported + ", " + reason);
      }
    }
  }
}
