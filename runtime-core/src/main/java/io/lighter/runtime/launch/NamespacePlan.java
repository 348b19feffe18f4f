package io.lighter.runtime.launch;

import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.Sched.*;

import io.lighter.linux.Fcntl;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchInputs.NamespaceInput;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.TimeClock;
import io.lighter.runtime.spec.TimeOffset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces that the child is born into, makes for itself, and joins.
 *
 * <p>Most are made by clone3 at the birth, so that a new user namespace owns them. A namespace that
 * is joined by its path is entered by the child, with two exceptions, which are entered by the
 * launching thread before the birth: a pid namespace, because it is only ever that of children; and
 * any namespace next to a new user namespace, because from inside that the child could not.
 */
final class NamespacePlan {
  private static final int SIOCSIFFLAGS = 0x8914;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
  private static final int IFF_UP = 1;

  private final LaunchProgram program;
  private final LinuxConfig linux;
  private final boolean pooledNetwork;
  private final List<NamespaceInput> joined = new ArrayList<>();
  private final List<NamespaceInput> enteredBefore = new ArrayList<>();
  private @Nullable Parameter network;

  /**
   * Prepares the steps.
   *
   * @param pooledNetwork whether a new network namespace is one that was made before; one that a
   *     new user namespace shall own never is
   */
  NamespacePlan(LaunchProgram program, LinuxConfig linux, boolean pooledNetwork) {
    this.program = program;
    this.linux = linux;
    this.pooledNetwork = pooledNetwork && !linux.createsNamespace(NamespaceType.USER);
  }

  /** Returns the CLONE_NEW bits of clone3. */
  long cloneFlags() {
    long flags = 0;
    for (Namespace namespace : linux.namespaces()) {
      if (namespace.isNew() && isMadeAtBirth(namespace.type())) {
        flags |= flag(namespace.type());
      }
    }
    return flags;
  }

  private boolean isMadeAtBirth(NamespaceType type) {
    return switch (type) {
      // By clone3 it would be rooted at the parent's cgroup: the child enters its own afterwards.
      case CGROUP -> false;
      // Its clocks can be set only until its first process is in it.
      case TIME -> false;
      case NETWORK -> !pooledNetwork;
      default -> true;
    };
  }

  /** Returns the CLONE_NEW bit of a kind of namespace. */
  static long flag(NamespaceType type) {
    return switch (type) {
      case PID -> CLONE_NEWPID;
      case NETWORK -> CLONE_NEWNET;
      case MOUNT -> CLONE_NEWNS;
      case IPC -> CLONE_NEWIPC;
      case UTS -> CLONE_NEWUTS;
      case USER -> CLONE_NEWUSER;
      case CGROUP -> CLONE_NEWCGROUP;
      case TIME -> CLONE_NEWTIME;
    };
  }

  /** Returns what is filled in for the child to join. */
  List<NamespaceInput> joined() {
    return joined;
  }

  /** Returns what the launching thread enters before the birth. */
  List<NamespaceInput> enteredBefore() {
    return enteredBefore;
  }

  /** Returns the parameter that takes a ready-made network namespace, or null. */
  @Nullable Parameter network() {
    return network;
  }

  /**
   * Adds the steps.
   *
   * @param gates where the child waits until its ids are mapped; needed with a new user namespace
   */
  void add(@Nullable GatePlan gates) {
    Namespace user = linux.namespace(NamespaceType.USER);
    if (user != null && !user.isNew()) {
      // First: it is what gives the right to join the others.
      join(user);
    }
    addTime();
    if (user != null) {
      becomeRoot(user, gates);
    }
    for (Namespace namespace : linux.namespaces()) {
      if (!namespace.isNew() && namespace.type() != NamespaceType.USER) {
        join(namespace);
      }
    }
    addNetwork();
    if (linux.createsNamespace(NamespaceType.CGROUP)) {
      program.call(SystemCall.UNSHARE, CLONE_NEWCGROUP);
    }
  }

  private void becomeRoot(Namespace user, @Nullable GatePlan gates) {
    if (user.isNew()) {
      if (gates == null) {
        throw new IllegalStateException("a new user namespace needs a gate");
      }
      gates.add(Gate.ID_MAPPINGS);
    }
    // What the child makes from here on belongs to the container's root.
    program.call(SystemCall.SETRESGID, 0, 0, 0);
    program.call(SystemCall.SETRESUID, 0, 0, 0);
  }

  private void join(Namespace namespace) {
    NamespaceType type = namespace.type();
    boolean before =
        type == NamespaceType.PID
            || (linux.createsNamespace(NamespaceType.USER) && type != NamespaceType.MOUNT);
    Parameter parameter = program.parameter(type.term() + " namespace");
    NamespaceInput input =
        new NamespaceInput(parameter, type, String.valueOf(namespace.path()), flag(type));
    if (before) {
      enteredBefore.add(input);
    } else {
      program.call(SystemCall.SETNS, parameter, flag(type));
      joined.add(input);
    }
  }

  private void addNetwork() {
    if (!linux.createsNamespace(NamespaceType.NETWORK)) {
      return;
    }
    if (pooledNetwork) {
      network = program.parameter("network namespace");
      program.call(SystemCall.SETNS, network, CLONE_NEWNET);
    } else {
      Step socket = program.call(SystemCall.SOCKET, AF_INET, SOCK_DGRAM_CLOEXEC, 0);
      program.call(SystemCall.IOCTL, socket, SIOCSIFFLAGS, interfaceFlags("lo", IFF_UP));
    }
  }

  /**
   * A new time namespace is entered by the exec (Linux 6.3, commit 2b5f9dad32ed); until then its
   * clocks can be set: time_namespaces(7).
   */
  private void addTime() {
    if (!linux.createsNamespace(NamespaceType.TIME)) {
      return;
    }
    program.call(SystemCall.UNSHARE, CLONE_NEWTIME);
    if (linux.timeOffsets().isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (Map.Entry<TimeClock, TimeOffset> offset : linux.timeOffsets().entrySet()) {
      text.append(offset.getKey().term())
          .append(' ')
          .append(offset.getValue().secs())
          .append(' ')
          .append(offset.getValue().nanosecs())
          .append('\n');
    }
    Step file = PathSteps.openOnHost(program, "/proc/self/timens_offsets", Fcntl.O_WRONLY);
    String offsets = text.toString();
    program.call(
        SystemCall.WRITE, file, offsets, offsets.getBytes(StandardCharsets.US_ASCII).length);
  }
}
