package io.lighter.runtime;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lighter.runtime.launch.SecurityModule;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the kernel and this process may grant.
 *
 * @param lastCapability the highest capability that the kernel knows
 * @param capabilities a mask of those that this process has and can pass on
 * @param modules the security modules that are enabled
 * @param users the user namespace
 */
record HostFacts(
    int lastCapability, long capabilities, Set<SecurityModule> modules, OwnUsers users) {

  /** Reads the facts from procfs and sysfs. */
  static HostFacts read() {
    try {
      int last = readNumber("/proc/sys/kernel/cap_last_cap");
      long permitted = 0;
      long bounding = 0;
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("CapPrm:")) {
          permitted = mask(line);
        } else if (line.startsWith("CapBnd:")) {
          bounding = mask(line);
        }
      }
      return new HostFacts(last, permitted & bounding, modules(Path.of("/sys")), OwnUsers.read());
    } catch (IOException e) {
      throw new IllegalStateException("/proc must be mounted: " + e.getMessage(), e);
    }
  }

  /**
   * Finds the security modules: AppArmor says itself whether it is enabled, SELinux has its file
   * system mounted when a policy is loaded.
   */
  static Set<SecurityModule> modules(Path sys) throws IOException {
    Set<SecurityModule> modules = EnumSet.noneOf(SecurityModule.class);
    Path appArmor = sys.resolve("module/apparmor/parameters/enabled");
    if (Files.exists(appArmor) && Files.readString(appArmor).startsWith("Y")) {
      modules.add(SecurityModule.APPARMOR);
    }
    if (Files.exists(sys.resolve("fs/selinux/enforce"))) {
      modules.add(SecurityModule.SELINUX);
    }
    return modules;
  }

  /**
   * Reads a setting by one call: what is left of a number after a first short read, the kernel does
   * not give, and Files.readString starts with one byte of a file whose size is 0.
   */
  private static int readNumber(String path) throws IOException {
    byte[] buffer = new byte[32];
    try (FileInputStream file = new FileInputStream(path)) {
      int length = file.read(buffer);
      return Integer.parseInt(new String(buffer, 0, Math.max(0, length), US_ASCII).strip());
    }
  }

  private static long mask(String line) {
    return Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16);
  }
}
