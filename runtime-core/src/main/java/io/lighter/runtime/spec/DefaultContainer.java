package io.lighter.runtime.spec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The container that {@code docker run} makes when nothing is asked for (Docker 28): its
 * namespaces, mounts, capabilities and hidden paths. Callers change the result by {@link
 * Spec#with}.
 *
 * <p>It has no cgroup path and no limits; and no rules of device access either, because a host
 * cannot always apply them: {@link #DEVICE_RULES} has Docker's. As it has CAP_MKNOD, who does not
 * trust what runs in it adds them, or takes the capability away where there is no filter.
 */
public final class DefaultContainer {
  /** The environment's PATH. */
  public static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** New namespaces of every kind but user and time. */
  public static final List<Namespace> NAMESPACES =
      Stream.of(
              NamespaceType.PID,
              NamespaceType.MOUNT,
              NamespaceType.UTS,
              NamespaceType.IPC,
              NamespaceType.CGROUP,
              NamespaceType.NETWORK)
          .map(Namespace::new)
          .toList();

  /** The fourteen capabilities of a container of root. */
  public static final Set<Capability> CAPABILITIES =
      Collections.unmodifiableSet(
          EnumSet.of(
              Capability.CAP_CHOWN,
              Capability.CAP_DAC_OVERRIDE,
              Capability.CAP_FSETID,
              Capability.CAP_FOWNER,
              Capability.CAP_MKNOD,
              Capability.CAP_NET_RAW,
              Capability.CAP_SETGID,
              Capability.CAP_SETUID,
              Capability.CAP_SETFCAP,
              Capability.CAP_SETPCAP,
              Capability.CAP_NET_BIND_SERVICE,
              Capability.CAP_SYS_CHROOT,
              Capability.CAP_KILL,
              Capability.CAP_AUDIT_WRITE));

  /**
   * Paths that tell of the host or reach into it; those of each CPU as far as the host has them.
   */
  public static final List<String> MASKED_PATHS = maskedPaths(Path.of("/sys/devices/system/cpu"));

  /** Paths by which the host's kernel could be changed. */
  public static final List<String> READONLY_PATHS =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  /** Access to the default devices, pseudo-terminals and making any node, and nothing else. */
  public static final List<DeviceRule> DEVICE_RULES =
      List.of(
          new DeviceRule(false, DeviceRuleType.ALL, null, null, "rwm"),
          new DeviceRule(true, DeviceRuleType.CHAR, null, null, "m"),
          new DeviceRule(true, DeviceRuleType.BLOCK, null, null, "m"),
          characterDevice(1, 3L),
          characterDevice(1, 5L),
          characterDevice(1, 7L),
          characterDevice(1, 8L),
          characterDevice(1, 9L),
          characterDevice(5, 0L),
          characterDevice(5, 1L),
          characterDevice(5, 2L),
          characterDevice(136, null));

  // Nothing here is newer than this version, and crun 1.8 refuses a version that it does not know.
  private static final String VERSION = "1.0.2";

  private static final List<Mount> MOUNTS = mounts("ro");
  private static final List<Mount> WRITABLE_MOUNTS = mounts("rw");

  private DefaultContainer() {}

  /**
   * Docker's default container.
   *
   * @param root its root file system
   * @param args the program and its arguments
   * @param seccomp the system-call filter, or null for none
   */
  public static Spec of(Root root, List<String> args, @Nullable Seccomp seccomp) {
    return spec(
        root,
        process(args, CAPABILITIES),
        MOUNTS,
        LinuxConfig.EMPTY.with(
            linux -> {
              linux.namespaces = NAMESPACES;
              linux.seccomp = seccomp;
              linux.maskedPaths = MASKED_PATHS;
              linux.readonlyPaths = READONLY_PATHS;
            }));
  }

  /**
   * The container of {@code docker run --privileged}: every capability, nothing hidden, {@code
   * /sys} and the cgroups writable, no filter. The nodes of the host's devices are the caller's to
   * add.
   */
  public static Spec privileged(Root root, List<String> args) {
    return spec(
        root,
        process(args, EnumSet.allOf(Capability.class)),
        WRITABLE_MOUNTS,
        LinuxConfig.EMPTY.with(linux -> linux.namespaces = NAMESPACES));
  }

  private static Spec spec(Root root, Process process, List<Mount> mounts, LinuxConfig linux) {
    return Spec.empty()
        .with(
            spec -> {
              spec.ociVersion = VERSION;
              spec.root = root;
              spec.process = process;
              spec.mounts = mounts;
              spec.linux = linux;
            });
  }

  private static Process process(List<String> args, Set<Capability> capabilities) {
    return Process.of(args)
        .with(
            process -> {
              process.env = List.of(PATH);
              process.capabilities = Capabilities.of(capabilities);
            });
  }

  private static List<Mount> mounts(String sysAccess) {
    return List.of(
        mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
        mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        mount(
            "/dev/pts",
            "devpts",
            "devpts",
            "nosuid",
            "noexec",
            "newinstance",
            "ptmxmode=0666",
            "mode=0620",
            "gid=5"),
        mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", sysAccess),
        mount(
            "/sys/fs/cgroup",
            "cgroup",
            "cgroup",
            sysAccess,
            "nosuid",
            "noexec",
            "nodev",
            "relatime"),
        mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
        mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"));
  }

  private static Mount mount(String destination, String type, String source, String... options) {
    return new Mount(destination, type, source, List.of(options));
  }

  private static DeviceRule characterDevice(long major, @Nullable Long minor) {
    return new DeviceRule(true, DeviceRuleType.CHAR, major, minor, "rwm");
  }

  /** The thermal counters of a CPU are a side channel to what the host computes. */
  static List<String> maskedPaths(Path cpus) {
    List<String> paths =
        new ArrayList<>(
            List.of(
                "/proc/acpi",
                "/proc/asound",
                "/proc/interrupts",
                "/proc/kcore",
                "/proc/keys",
                "/proc/latency_stats",
                "/proc/timer_list",
                "/proc/timer_stats",
                "/proc/sched_debug",
                "/proc/scsi",
                "/sys/firmware",
                "/sys/devices/virtual/powercap"));
    for (int cpu = 0; Files.isDirectory(cpus.resolve("cpu" + cpu)); cpu++) {
      if (Files.isDirectory(cpus.resolve("cpu" + cpu).resolve("thermal_throttle"))) {
        paths.add("/sys/devices/system/cpu/cpu" + cpu + "/thermal_throttle");
      }
    }
    return List.copyOf(paths);
  }
}
