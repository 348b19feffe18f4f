package io.lighter.cli.systemd;

import io.lighter.linux.Linux;
import io.lighter.runtime.systemd.Systemd;
import io.lighter.runtime.systemd.SystemdException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Connects to the systemd that answers first, of those that the caller may ask. */
public final class SystemdConnector implements Supplier<Systemd> {
  /** As runc waits for what it has asked systemd for. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Map<String, String> environment;
  private final Duration within;

  /**
   * Prepares connections.
   *
   * @param environment of the caller
   */
  public SystemdConnector(Map<String, String> environment) {
    this(environment, PATIENCE);
  }

  /** Waits no longer for each answer than that. */
  SystemdConnector(Map<String, String> environment, Duration within) {
    this.environment = environment;
    this.within = within;
  }

  /**
   * Connects.
   *
   * @throws SystemdException when none answers, naming where they were looked for
   */
  @Override
  public Systemd get() {
    BusUser user;
    try {
      user =
          BusUser.of(
              Linux.kernel().credentials().geteuid(),
              Files.readString(Path.of("/proc/self/uid_map")),
              environment);
    } catch (IOException e) {
      throw new UncheckedIOException("/proc must be mounted: " + e.getMessage(), e);
    }
    List<String> failures = new ArrayList<>();
    for (BusAddress address : user.addresses(environment)) {
      if (address.hasFile() && !Files.exists(Path.of(address.path()))) {
        failures.add(address.path() + " is not there");
        continue;
      }
      try {
        return DbusSystemd.connect(address, user, within);
      } catch (SystemdException e) {
        failures.add(address.path() + ": " + e.getMessage());
      }
    }
    throw new SystemdException(
        "a cgroup was to be made by systemd, and "
            + (user.ofHost() ? "that of this host" : "that of user " + user.uid())
            + " does not answer ("
            + String.join("; ", failures)
            + "); where there is none, cgroups are made without it: --cgroup-manager=cgroupfs");
  }
}
