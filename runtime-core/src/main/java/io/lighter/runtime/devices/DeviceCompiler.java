package io.lighter.runtime.devices;

import io.lighter.linux.Ebpf;
import io.lighter.linux.EbpfProgram;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.SpecException;
import java.util.List;

/**
 * Compiles device rules to a program for a cgroup.
 *
 * <p>A request passes when all that it asks for is granted, each of read, write and mknod by
 * itself: the last rule that is about the device and this access decides, and what no rule is about
 * is denied. That is what "in the listed order" of the runtime-spec (config-linux.md, "Allowed
 * Device list") says, and how crun does it; two corners differ from others:
 *
 * <ul>
 *   <li>runc imitates cgroup v1. It fails where a denial cuts a hole into an earlier rule with a
 *       wildcard, passes over one that covers an earlier narrow rule only in part, and takes a rule
 *       of type {@code a} for all devices and all access whatever else it says. Here each rule
 *       means what it says.
 *   <li>runc and crun want one rule to grant all that is asked for at once: with {@code c 1:3 r}
 *       and {@code c 1:* w} opening 1:3 for both fails there. And a list of denials that denies one
 *       of two lets both pass there; here it does not.
 * </ul>
 */
public final class DeviceCompiler {
  /** The most rules that are taken; more could not be compiled but in rare cases. */
  public static final int MAX_RULES = 4096;

  private DeviceCompiler() {}

  /**
   * Returns the program of the rules, and of nothing else: the default devices are in only if they
   * are in the rules.
   *
   * @throws SpecException when a rule does not say what access it is about, or when there are more
   *     than {@link #MAX_RULES} or they need more than {@link Ebpf#BPF_MAXINSNS} instructions
   */
  public static EbpfProgram compile(List<DeviceRule> rules) {
    if (rules.size() > MAX_RULES) {
      throw tooLong(rules.size() + " rules are more than the " + MAX_RULES + " that can be");
    }
    EbpfProgram program;
    try {
      program = FilterWriter.write(Decisions.of(Rule.of(rules)));
    } catch (FilterTooLongException e) {
      throw tooLong(needs(rules.size()));
    }
    if (program.length() > Ebpf.BPF_MAXINSNS) {
      throw tooLong(needs(rules.size()));
    }
    return program;
  }

  private static String needs(int rules) {
    return rules
        + " rules need a longer filter than the "
        + Ebpf.BPF_MAXINSNS
        + " instructions that a kernel takes";
  }

  private static SpecException tooLong(String what) {
    return new SpecException(
        "linux.resources.devices",
        what + "; leave numbers out, which is a wildcard, to need fewer");
  }
}
