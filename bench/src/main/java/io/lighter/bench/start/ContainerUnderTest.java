package io.lighter.bench.start;

import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The one container that all subjects start: what a Docker container has by default. */
final class ContainerUnderTest {

  private static final Set<NamespaceType> NAMESPACES =
      EnumSet.of(
          NamespaceType.PID,
          NamespaceType.MOUNT,
          NamespaceType.UTS,
          NamespaceType.IPC,
          NamespaceType.CGROUP,
          NamespaceType.NETWORK);

  private static final Set<Capability> CAPABILITIES =
      EnumSet.of(
          Capability.CAP_CHOWN,
          Capability.CAP_DAC_OVERRIDE,
          Capability.CAP_FOWNER,
          Capability.CAP_FSETID,
          Capability.CAP_KILL,
          Capability.CAP_SETGID,
          Capability.CAP_SETUID,
          Capability.CAP_SETPCAP,
          Capability.CAP_NET_BIND_SERVICE,
          Capability.CAP_NET_RAW,
          Capability.CAP_SYS_CHROOT,
          Capability.CAP_MKNOD,
          Capability.CAP_AUDIT_WRITE,
          Capability.CAP_SETFCAP);

  private static final List<Mount> MOUNTS =
      List.of(
          mount("/proc", "proc", "nosuid,noexec,nodev"),
          mount("/dev", "tmpfs", "nosuid,strictatime,mode=755,size=65536k"),
          mount("/dev/pts", "devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5"),
          mount("/sys", "sysfs", "nosuid,noexec,nodev,ro"),
          mount("/sys/fs/cgroup", "cgroup", "ro,nosuid,noexec,nodev"),
          mount("/dev/mqueue", "mqueue", "nosuid,noexec,nodev"),
          mount("/dev/shm", "tmpfs", "nosuid,noexec,nodev,mode=1777,size=67108864"));

  static final List<String> MASKED =
      List.of(
          "/proc/asound",
          "/proc/acpi",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/firmware",
          "/sys/devices/virtual/powercap");

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private ContainerUnderTest() {}

  /** Without root and cgroup path, which are each subject's own. */
  static Spec spec(Payload payload) {
    return Spec.empty()
        .with(
            spec -> {
              spec.ociVersion = "1.0.2"; // the newest that runc 1.1.5 accepts
              spec.hostname = "bench";
              spec.mounts = MOUNTS;
              spec.process = process(payload);
              spec.linux = linux();
            });
  }

  /** For one worker of a command-line runtime. */
  static Spec bundle(Payload payload, String rootfs, String cgroupsPath) {
    return spec(payload)
        .with(
            spec -> {
              spec.root = new Root(rootfs, false);
              spec.linux =
                  Objects.requireNonNull(spec.linux).with(l -> l.cgroupsPath = cgroupsPath);
            });
  }

  private static Process process(Payload payload) {
    return Process.of(payload.args())
        .with(
            process -> {
              process.env = List.of("PATH=/bin");
              process.capabilities = Capabilities.of(CAPABILITIES);
            });
  }

  private static LinuxConfig linux() {
    return LinuxConfig.EMPTY.with(
        linux -> {
          linux.namespaces = NAMESPACES.stream().map(Namespace::new).toList();
          linux.maskedPaths = MASKED;
          linux.readonlyPaths = READ_ONLY;
        });
  }

  private static Mount mount(String destination, String type, String options) {
    return new Mount(destination, type, type, Arrays.asList(options.split(",", -1)));
  }
}
