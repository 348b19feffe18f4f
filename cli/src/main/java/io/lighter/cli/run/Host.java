package io.lighter.cli.run;

import io.lighter.runtime.spec.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a specification depends on beyond the options.
 *
 * @param hostname the host's name
 * @param capabilities those that this process can give away
 * @param processors how many CPUs there are
 * @param deviceRuleObstacle why access to devices cannot be limited by rules of the cgroup, null
 *     where it can
 */
public record Host(
    String hostname,
    Set<Capability> capabilities,
    int processors,
    @Nullable String deviceRuleObstacle) {
  private static final String PERMITTED = "CapPrm:\t";

  /**
   * Looks at this machine.
   *
   * @param deviceRuleObstacle why the caller cannot apply rules of device access, null if it can
   * @throws IOException if proc(5) is not mounted
   */
  public static Host look(@Nullable String deviceRuleObstacle) throws IOException {
    return new Host(
        Files.readString(Path.of("/proc/sys/kernel/hostname")).strip(),
        permitted(Files.readString(Path.of("/proc/self/status"))),
        Runtime.getRuntime().availableProcessors(),
        deviceRuleObstacle);
  }

  /** Returns whether access to devices can be limited by rules of the cgroup. */
  public boolean deviceRules() {
    return deviceRuleObstacle == null;
  }

  /** The permitted set in the text of {@code /proc/PID/status}: no more can be given away. */
  static Set<Capability> permitted(String status) {
    int start = status.indexOf(PERMITTED);
    if (start < 0) {
      throw new IllegalArgumentException("no CapPrm in /proc/self/status");
    }
    int digits = start + PERMITTED.length();
    long mask = Long.parseUnsignedLong(status, digits, status.indexOf('\n', digits), 16);
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    for (Capability capability : Capability.values()) {
      if ((mask & 1L << capability.number()) != 0) {
        capabilities.add(capability);
      }
    }
    return capabilities;
  }
}
