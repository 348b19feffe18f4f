package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.MountInfo;
import io.lighter.runtime.criu.CriuException;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what CRIU has made from its images with the specification, so that images give no more
 * than that: namespaces, mounts and how they are guarded, masked and read-only paths, capabilities,
 * the filter of system calls, no_new_privs.
 *
 * @param pid the first process
 * @param cgroup has all of them, and CRIU
 */
record RestoredCheck(Linux linux, Spec spec, int pid, Cgroup cgroup) {
  private static final Path SELF = Path.of("/proc/self");

  /** Options that guard a mount, and what takes each back. */
  private static final Map<String, String> GUARDS =
      Map.of("ro", "rw", "nosuid", "suid", "nodev", "dev", "noexec", "exec");

  /** Options by which there is no mount of its own. */
  private static final Set<String> NO_MOUNT = Set.of("remount", "copy-symlink");

  /**
   * Compares.
   *
   * @throws StartException naming what is not as the specification has it
   */
  void check() {
    try {
      namespaces();
      mounts(MountInfo.of(pid));
      String ours = link(SELF, NamespaceType.PID);
      Path first = Path.of("/proc/" + pid);
      for (int process : cgroup.processes()) {
        Path folder = Path.of("/proc/" + process);
        // CRIU and its helpers are in the cgroup, too, but not in the container.
        if (process == pid || !link(folder, NamespaceType.PID).equals(ours)) {
          if (!link(folder, NamespaceType.MOUNT).equals(link(first, NamespaceType.MOUNT))) {
            throw unlike("a process would have other mounts than the first");
          }
          credentials(folder);
        }
      }
    } catch (NoSuchFileException e) {
      throw new CriuException("a process that was made has ended: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("what was made cannot be looked at", e);
    }
  }

  private static StartException unlike(String what) {
    return new StartException(
        StartException.Kind.RUNTIME,
        "what is in the images is not of this configuration: "
            + what
            + "; restore with the config.json of the container that was written down");
  }

  private static String link(Path process, NamespaceType type) throws IOException {
    return Files.readSymbolicLink(process.resolve("ns/" + type.procName())).toString();
  }

  private void namespaces() throws IOException {
    for (Namespace namespace : spec.linuxOrEmpty().namespaces()) {
      NamespaceType type = namespace.type();
      if (namespace.isNew() && link(Path.of("/proc/" + pid), type).equals(link(SELF, type))) {
        throw unlike("it would be in the " + type.term() + " namespace of the host");
      }
    }
  }

  private void mounts(MountInfo mounts) {
    LinuxConfig config = spec.linuxOrEmpty();
    if (spec.root() != null && spec.root().readonly() && !isReadonly(mounts.at("/"))) {
      throw unlike("the root is not read-only");
    }
    try (Fd root = HostMounts.rootOf(linux, pid)) {
      for (Mount mount : spec.mounts()) {
        String place = Path.of("/", mount.destination()).normalize().toString();
        guarded(mount, HostMounts.at(linux, root, mounts, place));
      }
      for (String path : config.maskedPaths()) {
        String place = Path.of("/", path).normalize().toString();
        if (exists(root, place) && HostMounts.at(linux, root, mounts, place) == null) {
          throw unlike(path + " is not masked");
        }
      }
      for (String path : config.readonlyPaths()) {
        String place = Path.of("/", path).normalize().toString();
        if (exists(root, place) && !isReadonly(mounts.covering(place))) {
          throw unlike(path + " is not read-only");
        }
      }
    }
  }

  private static void guarded(Mount mount, MountInfo.@Nullable Entry found) {
    if (mount.options().stream().anyMatch(NO_MOUNT::contains)) {
      return;
    }
    if (found == null) {
      throw unlike("nothing is mounted at " + mount.destination());
    }
    GUARDS.forEach(
        (guard, opposite) -> {
          boolean wanted = false;
          for (String option : mount.options()) {
            wanted = option.equals(guard) || (wanted && !option.equals(opposite));
          }
          if (wanted && !found.options().contains(guard)) {
            throw unlike("the mount at " + mount.destination() + " is not " + guard);
          }
        });
  }

  private static boolean isReadonly(MountInfo.@Nullable Entry mount) {
    return mount != null && mount.options().contains("ro");
  }

  private boolean exists(Fd root, String path) {
    try (Fd _ =
        linux.files().openat2(root, path.substring(1), Fcntl.O_PATH, 0, Fcntl.RESOLVE_IN_ROOT)) {
      return true;
    } catch (LinuxException e) {
      return false;
    }
  }

  private void credentials(Path folder) throws IOException {
    Process process = spec.process();
    Capabilities capabilities = process == null ? null : process.capabilities();
    long allowed = 0;
    if (capabilities != null) {
      for (Capability capability : capabilities.bounding()) {
        allowed |= 1L << capability.number();
      }
    }
    for (String line : Files.readAllLines(folder.resolve("status"))) {
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1).strip();
      switch (line.substring(0, Math.max(0, colon))) {
        case "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" -> {
          if ((Long.parseUnsignedLong(value, 16) & ~allowed) != 0) {
            throw unlike("a process would have capabilities beyond process.capabilities");
          }
        }
        case "NoNewPrivs" -> {
          if (process != null && process.noNewPrivileges() && value.equals("0")) {
            throw unlike("a process would lack no_new_privs");
          }
        }
        case "Seccomp" -> {
          if (spec.linuxOrEmpty().seccomp() != null && !value.equals("2")) {
            throw unlike("a process would have no filter of system calls");
          }
        }
        default -> {}
      }
    }
  }
}
