package io.lighter.runtime.devices;

import static io.lighter.linux.DeviceContext.BPF_DEVCG_ACC_MKNOD;
import static io.lighter.linux.DeviceContext.BPF_DEVCG_ACC_READ;
import static io.lighter.linux.DeviceContext.BPF_DEVCG_ACC_WRITE;

import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import io.lighter.runtime.spec.SpecException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule with its access as bits.
 *
 * @param access BPF_DEVCG_ACC_ bits, at least one
 */
record Rule(
    boolean allow, DeviceRuleType type, @Nullable Long major, @Nullable Long minor, int access) {

  /**
   * Returns the rules in their order.
   *
   * @throws SpecException when one does not say what access it is about: the specification lets
   *     that out without saying what it means, and runc refuses it too
   */
  static List<Rule> of(List<DeviceRule> rules) {
    List<Rule> result = new ArrayList<>(rules.size());
    for (int i = 0; i < rules.size(); i++) {
      DeviceRule rule = rules.get(i);
      String access = rule.access();
      if (access == null || access.isEmpty()) {
        throw new SpecException(
            "linux.resources.devices[" + i + "].access", "is missing: name some of r, w and m");
      }
      result.add(new Rule(rule.allow(), rule.type(), rule.major(), rule.minor(), bits(access)));
    }
    return result;
  }

  private static int bits(String access) {
    int bits = 0;
    for (int i = 0; i < access.length(); i++) {
      bits |=
          switch (access.charAt(i)) {
            case 'r' -> BPF_DEVCG_ACC_READ;
            case 'w' -> BPF_DEVCG_ACC_WRITE;
            case 'm' -> BPF_DEVCG_ACC_MKNOD;
            default ->
                throw new IllegalArgumentException("access to a device is r, w and m: " + access);
          };
    }
    return bits;
  }
}
