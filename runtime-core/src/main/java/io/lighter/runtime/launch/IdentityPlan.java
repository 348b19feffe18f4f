package io.lighter.runtime.launch;

import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.Prctl.*;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.UnsupportedSpecException;
import io.lighter.runtime.spec.User;
import java.util.Set;

/** Who the process is: user, groups, capabilities. */
final class IdentityPlan {
  private static final int PR_CAP_AMBIENT_RAISE = 2;
  private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

  private final LaunchProgram program;
  private final Process process;
  private final Capabilities capabilities;
  private final LaunchPlanner.Grantable grantable;

  /**
   * Prepares the steps.
   *
   * @param grantable the specification says that what cannot be granted is left out
   */
  IdentityPlan(LaunchProgram program, Process process, LaunchPlanner.Grantable grantable) {
    this.program = program;
    this.process = process;
    this.capabilities = process.capabilities() == null ? Capabilities.NONE : process.capabilities();
    this.grantable = grantable;
  }

  /** Adds what needs CAP_SETPCAP and CAP_SETGID: the bounding set and the groups. */
  void addWhileRoot() {
    long bounding = mask(capabilities.bounding());
    for (int capability = 0; capability <= grantable.lastCapability(); capability++) {
      if ((bounding & (1L << capability)) == 0) {
        program.call(SystemCall.PRCTL, PR_CAPBSET_DROP, capability, 0, 0, 0);
      }
    }
    User user = process.user();
    if (grantable.setsGroups()) {
      program.call(
          SystemCall.SETGROUPS, user.additionalGids().size(), groups(user.additionalGids()));
    } else {
      refuseGroups(user);
    }
    program.call(SystemCall.SETRESGID, user.gid(), user.gid(), user.gid());
  }

  /** Who may not set groups keeps those that it has; its primary group is none of them. */
  private static void refuseGroups(User user) {
    for (long gid : user.additionalGids()) {
      if (gid != user.gid()) {
        throw new UnsupportedSpecException(
            "process.user.additionalGids",
            "setting groups in a user namespace that denies setgroups(2)");
      }
    }
  }

  /** Adds the change of the user, and the capabilities that are left afterwards. */
  void addLeavingRoot() {
    User user = process.user();
    if (user.uid() != 0) {
      // A change of the user clears the permitted set; what the specification grants must survive.
      program.call(SystemCall.PRCTL, PR_SET_KEEPCAPS, 1, 0, 0, 0);
    }
    program.call(SystemCall.SETRESUID, user.uid(), user.uid(), user.uid());
    program.call(
        SystemCall.CAPSET,
        capabilityHeader(),
        capabilityData(
            mask(capabilities.effective()),
            mask(capabilities.permitted()),
            mask(capabilities.inheritable())));
    program.call(SystemCall.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    // The kernel raises none that is not in both, capabilities(7); runc's own example asks for
    // such.
    long raisable = mask(capabilities.permitted()) & mask(capabilities.inheritable());
    for (Capability capability : capabilities.ambient()) {
      if ((raisable & Capability.mask(Set.of(capability))) != 0) {
        program.call(
            SystemCall.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability.number(), 0, 0);
      }
    }
  }

  private long mask(Set<Capability> set) {
    return Capability.mask(set) & grantable.capabilities();
  }
}
