package io.lighter.runtime.launch;

import io.lighter.runtime.spec.IdMapping;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.MemoryPolicy;
import io.lighter.runtime.spec.MemoryPolicyMode;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.NetDevice;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompSyscall;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What plans carry out, found by asking them: so that what is told to others cannot fall behind
 * what is done. Whether this host has it, too, is not looked at.
 */
public final class SupportedFeatures {
  /** The options that config.md, "Linux mount options", has, and crun's and runc's own. */
  private static final List<String> MOUNT_OPTIONS =
      List.of(
          "acl",
          "async",
          "atime",
          "bind",
          "copy-symlink",
          "defaults",
          "dest-nofollow",
          "dev",
          "diratime",
          "dirsync",
          "exec",
          "idmap",
          "iversion",
          "lazytime",
          "loud",
          "mand",
          "noacl",
          "noatime",
          "nodev",
          "nodiratime",
          "noexec",
          "noiversion",
          "nolazytime",
          "nomand",
          "norelatime",
          "nostrictatime",
          "nosuid",
          "nosymfollow",
          "private",
          "ratime",
          "rbind",
          "rdev",
          "rdiratime",
          "relatime",
          "remount",
          "rexec",
          "ridmap",
          "rnoatime",
          "rnodev",
          "rnodiratime",
          "rnoexec",
          "rnorelatime",
          "rnostrictatime",
          "rnosuid",
          "rnosymfollow",
          "ro",
          "rprivate",
          "rrelatime",
          "rro",
          "rrw",
          "rshared",
          "rslave",
          "rstrictatime",
          "rsuid",
          "rsymfollow",
          "runbindable",
          "rw",
          "shared",
          "silent",
          "slave",
          "src-nofollow",
          "strictatime",
          "suid",
          "symfollow",
          "sync",
          "tmpcopyup",
          "unbindable");

  private SupportedFeatures() {}

  /** Returns the options of mounts that have a meaning here and not in the file system alone. */
  public static List<String> mountOptions() {
    List<String> supported = new ArrayList<>(MOUNT_OPTIONS.size());
    for (String option : MOUNT_OPTIONS) {
      try {
        if (MountOptions.parse(List.of(option)).data().isEmpty()) {
          supported.add(option);
        }
      } catch (UnsupportedSpecException e) {
        // It is refused, so it is not supported.
      }
    }
    return supported;
  }

  /** Returns whether a process may have an AppArmor profile. */
  public static boolean appArmor() {
    return supportsProcess(process -> process.apparmorProfile = "profile");
  }

  /** Returns whether a process and its mounts may have SELinux labels. */
  public static boolean seLinux() {
    return supportsProcess(process -> process.selinuxLabel = "label")
        && supports(linux -> linux.mountLabel = "label");
  }

  /** Returns whether a container may have a share of caches and memory bandwidth: not yet. */
  public static boolean intelRdt() {
    return false;
  }

  /** Returns whether network devices of the host can be moved into a container. */
  public static boolean netDevices() {
    return supports(linux -> linux.netDevices = Map.of("eth0", new NetDevice(null)));
  }

  /** Returns whether a container may have a NUMA memory policy. */
  public static boolean memoryPolicy() {
    return supports(
        linux -> linux.memoryPolicy = new MemoryPolicy(MemoryPolicyMode.MPOL_BIND, "0", List.of()));
  }

  /** Returns whether a mount may have a mapping of users of its own. */
  public static boolean idmappedMounts() {
    List<IdMapping> ids = List.of(new IdMapping(0, 100_000, 1));
    Mount mount = new Mount("/mnt", "bind", "/mnt", List.of("bind"), ids, ids);
    return plans(withMountNamespace(linux -> {}).with(spec -> spec.mounts = List.of(mount)));
  }

  /** Returns whether a rule of a system-call filter may have this action. */
  public static boolean seccompAction(SeccompAction action) {
    String listener = action == SeccompAction.NOTIFY ? "/run/listener" : null;
    SeccompSyscall rule = new SeccompSyscall(List.of("mkdir"), action, null, List.of());
    return supports(
        linux ->
            linux.seccomp =
                new Seccomp(
                    SeccompAction.ALLOW,
                    null,
                    List.of(),
                    List.of(),
                    listener,
                    null,
                    List.of(rule)));
  }

  private static boolean supports(Consumer<LinuxConfig.Draft> feature) {
    return plans(withMountNamespace(feature));
  }

  private static boolean supportsProcess(Consumer<Process.Draft> feature) {
    Process process = Process.of(List.of("true")).with(feature);
    return plans(withMountNamespace(linux -> {}).with(spec -> spec.process = process));
  }

  private static Spec withMountNamespace(Consumer<LinuxConfig.Draft> feature) {
    return Spec.empty()
        .with(
            spec ->
                spec.linux =
                    LinuxConfig.EMPTY
                        .with(
                            linux -> linux.namespaces = List.of(new Namespace(NamespaceType.MOUNT)))
                        .with(feature));
  }

  private static boolean plans(Spec spec) {
    try {
      UnsupportedFields.refuse(spec);
      return true;
    } catch (UnsupportedSpecException e) {
      return false;
    }
  }
}
