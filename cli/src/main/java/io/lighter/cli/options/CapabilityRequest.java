package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.runtime.spec.Capability;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Capabilities to add to and drop from a set.
 *
 * @param addsAll whether {@code ALL} is added
 * @param added those added by name
 * @param dropsAll whether {@code ALL} is dropped
 * @param dropped those dropped by name
 */
public record CapabilityRequest(
    boolean addsAll, Set<Capability> added, boolean dropsAll, Set<Capability> dropped) {
  private static final String ALL = "ALL";
  private static final String PREFIX = "CAP_";

  static CapabilityRequest read(Flags flags) {
    List<String> adds = flags.all("cap-add");
    List<String> drops = flags.all("cap-drop");
    return new CapabilityRequest(
        containsAll(adds),
        named(flags, "cap-add", adds),
        containsAll(drops),
        named(flags, "cap-drop", drops));
  }

  /**
   * The result, by Docker's rules: with {@code ALL} added, all but the dropped; else with {@code
   * ALL} dropped, the added alone; else the defaults without the dropped, and then the added, so
   * that what is both dropped and added is there.
   *
   * @param available what can be given at all
   */
  public Set<Capability> applyTo(Set<Capability> defaults, Set<Capability> available) {
    Set<Capability> result = EnumSet.noneOf(Capability.class);
    if (addsAll) {
      result.addAll(available);
      result.removeAll(dropped);
      return result;
    }
    if (!dropsAll) {
      result.addAll(defaults);
      result.removeAll(dropped);
    }
    result.addAll(added);
    return result;
  }

  private static boolean containsAll(List<String> names) {
    for (String name : names) {
      if (name.equalsIgnoreCase(ALL)) {
        return true;
      }
    }
    return false;
  }

  private static Set<Capability> named(Flags flags, String flag, List<String> names) {
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    for (String name : names) {
      if (!name.equalsIgnoreCase(ALL)) {
        try {
          capabilities.add(capability(name));
        } catch (InvalidValueException e) {
          throw flags.invalid(flag, name, e);
        }
      }
    }
    return capabilities;
  }

  private static Capability capability(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    try {
      return Capability.valueOf(upper.startsWith(PREFIX) ? upper : PREFIX + upper);
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException("unknown capability: \"" + name + "\"");
    }
  }
}
