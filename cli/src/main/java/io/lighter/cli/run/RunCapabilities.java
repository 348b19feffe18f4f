package io.lighter.cli.run;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.SecurityOptions;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.DefaultContainer;
import java.util.EnumSet;
import java.util.Set;

/** The capabilities that a container gets. */
public final class RunCapabilities {
  private RunCapabilities() {}

  /**
   * Docker's defaults as far as the host has them, changed as asked.
   *
   * <p>Where rules of device access cannot be applied CAP_MKNOD is not among the defaults: with it
   * a container could make the node of the host's disk and write there.
   *
   * @throws UsageException if one that is asked for by name is not the host's to give
   */
  public static Set<Capability> of(SecurityOptions options, Host host) {
    if (options.privileged()) {
      return host.capabilities();
    }
    Set<Capability> defaults = EnumSet.copyOf(DefaultContainer.CAPABILITIES);
    defaults.retainAll(host.capabilities());
    if (!host.deviceRules()) {
      defaults.remove(Capability.CAP_MKNOD);
    }
    Set<Capability> result = options.capabilities().applyTo(defaults, host.capabilities());
    for (Capability capability : result) {
      if (!host.capabilities().contains(capability)) {
        throw new UsageException(
            "--cap-add: " + capability + " cannot be given, this process does not have it itself");
      }
    }
    return result;
  }
}
