package io.lighter.cli.oci;

import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Linux;
import io.lighter.runtime.OwnUsers;
import io.lighter.runtime.lifecycle.LifecycleException;
import io.lighter.runtime.lifecycle.StoredContainer;
import io.lighter.runtime.rootless.NestedIds;
import io.lighter.runtime.rootless.UserNamespaceEntrance;
import io.lighter.runtime.spec.Hooks;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * How an ordinary user's call starts processes in containers: it is run again as root of a user
 * namespace, under the same process id. A container's own lies in that one, so that a later call,
 * which is another process, finds it by the container's.
 */
final class Entrance {
  private final Linux linux = Linux.kernel();
  private final Invocation call;
  private final PassedDescriptors passed;

  /**
   * Prepares.
   *
   * @param passed what the call has been given, and keeps
   */
  Entrance(Invocation call, PassedDescriptors passed) {
    this.call = call;
    this.passed = passed;
  }

  /** Goes into a new namespace, unless the call is root's; then it does not return. */
  void forNewContainer() {
    if (isOrdinary()) {
      entrance().runAgain(passed.descriptors());
    }
    hide();
  }

  /**
   * Goes into the namespace around a container's, unless the call is root's.
   *
   * @throws LifecycleException when the container has no process any more
   */
  void into(StoredContainer container) {
    if (isOrdinary()) {
      int pid = container.state().pid();
      if (pid == 0) {
        throw new LifecycleException(
            "the container " + container.id() + " is stopped and cannot be entered");
      }
      entrance().runAgainAround(pid, passed.descriptors());
    }
    hide();
  }

  /** Goes there for the start of a container, if that means more than to let it through. */
  static void forStart(StoredContainer container, Invocation call) {
    if (call.user().uid() != 0 && container.state().pid() != 0) {
      Hooks hooks = container.spec().hooks();
      if (!hooks.startContainer().isEmpty() || !hooks.poststart().isEmpty()) {
        new Entrance(call, PassedDescriptors.NONE).into(container);
      }
    }
  }

  private boolean isOrdinary() {
    if (linux.credentials().geteuid() == 0) {
      return false;
    }
    if (call.options().rootless() == RootlessMode.FALSE) {
      throw new UsageException(
          "--rootless=false needs root; an ordinary user leaves it out, or gives --rootless=true");
    }
    return true;
  }

  /** The child shares our memory until its exec, and /proc/PID of it would show ours. */
  private void hide() {
    linux.credentials().setDumpable(false);
  }

  private UserNamespaceEntrance entrance() {
    Map<String, String> environment = new HashMap<>(call.caller().environment());
    environment.put(CallerUser.ENTERED_FOR, Long.toString(linux.credentials().geteuid()));
    return new UserNamespaceEntrance(linux, environment);
  }

  /** Returns what a configuration means in the namespace that this call has entered, if it has. */
  static Spec nested(Spec spec, Invocation call) throws IOException {
    return call.caller().environment().containsKey(CallerUser.ENTERED_FOR)
        ? NestedIds.read().of(spec)
        : spec;
  }

  /** Returns whether a container goes without a cgroup where none can be made. */
  static boolean cgroupIfAllowed(Invocation call) throws IOException {
    return switch (call.options().rootless()) {
      case TRUE -> true;
      case FALSE -> false;
      case AUTO -> !OwnUsers.read().initial();
    };
  }
}
