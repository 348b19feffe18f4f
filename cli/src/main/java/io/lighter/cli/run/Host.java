package io.lighter.cli.run;

import io.lighter.runtime.spec.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a specification depends on beyond the options.
 *
 * @param hostname the host's name
 * @param capabilities those that this process can give away
 * @param processors how many CPUs there are
 * @param deviceRules whether access to devices can be limited by rules of the cgroup
 */
public record Host(
    String hostname, Set<Capability> capabilities, int processors, boolean deviceRules) {
  private static final String PERMITTED = "CapPrm:\t";

  /**
   * Looks at this machine.
   *
   * @param deviceRules whether the caller can apply rules of device access
   * @throws IOException if proc(5) is not mounted
   */
  public static Host look(boolean deviceRules) throws IOException {
    return new Host(
        Files.readString(Path.of("/proc/sys/kernel/hostname")).strip(),
        permitted(Files.readString(Path.of("/proc/self/status"))),
        Runtime.getRuntime().availableProcessors(),
        deviceRules);
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
