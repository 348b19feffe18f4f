package io.lighter.bench.start;

import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The container under test in the floor's own language, one fact a line, made from the same {@link
 * Spec} that the peers get as {@code config.json}. Leaving out {@link Part parts} shows what each
 * one costs.
 *
 * @param spec the container
 * @param lower the root's only layer
 * @param cgroupParent folder on the cgroup v2 mount below which each start makes its own
 * @param filter file with the compiled system-call filter, or null for none
 * @param parts what takes part
 */
public record FloorPlan(
    Spec spec, Path lower, Path cgroupParent, @Nullable Path filter, Set<Part> parts) {

  /** What can be left out, in the order in which the breakdown adds it to a plain process. */
  public enum Part {
    NAMESPACES("namespaces (pid, uts, ipc, cgroup)"),
    ROOT("overlay root (in a mount namespace, with pivot_root)"),
    MOUNTS("mounts (/proc, /dev with its nodes, devpts, /sys, cgroup2, mqueue, shm)"),
    HIDDEN_PATHS("hidden paths (masked and read-only)"),
    CAPABILITIES("capabilities"),
    FILTER("system-call filter"),
    CGROUP("cgroup at birth"),
    NETWORK("network namespace");

    final String title;

    Part(String title) {
      this.title = title;
    }
  }

  public static Set<Part> everything() {
    return EnumSet.allOf(Part.class);
  }

  public FloorPlan with(Set<Part> some) {
    return new FloorPlan(spec, lower, cgroupParent, filter, some);
  }

  /** The text for {@code floor -p}. */
  public String text() {
    List<String> lines = new ArrayList<>();
    Process process = Objects.requireNonNull(spec.process(), "a container to start has a process");
    lines.add("lower " + lower);
    spec.linuxOrEmpty().namespaces().forEach(namespace -> addNamespace(lines, namespace));
    if (has(Part.ROOT)) {
      lines.add("overlay");
      lines.add("volatile"); // a throw-away upper, as our runtime's
    }
    if (has(Part.MOUNTS)) {
      lines.add("devices");
      spec.mounts().forEach(mount -> lines.add(line(mount)));
    }
    addHidden(lines, spec.linuxOrEmpty());
    addPrivileges(lines, process);
    if (spec.hostname() != null) {
      lines.add("hostname " + spec.hostname());
    }
    if (has(Part.CGROUP)) {
      lines.add("cgroup " + cgroupParent);
    }
    lines.add("cwd " + process.cwd());
    addCommand(lines, process);
    return String.join("\n", lines) + "\n";
  }

  private boolean has(Part part) {
    return parts.contains(part);
  }

  private void addNamespace(List<String> lines, Namespace namespace) {
    Part part =
        switch (namespace.type()) {
          case NETWORK -> Part.NETWORK;
          case MOUNT -> Part.ROOT;
          case PID, IPC, UTS, CGROUP -> Part.NAMESPACES;
          case USER, TIME ->
              throw new IllegalArgumentException(
                  "the floor makes no " + namespace.type().term() + " namespace");
        };
    if (has(part)) {
      lines.add("namespace " + namespace.type().term());
    }
  }

  private static String line(Mount mount) {
    String type = Objects.requireNonNull(mount.type(), mount.destination());
    String known = type.equals("cgroup") ? "cgroup2" : type;
    String options = String.join(",", mount.options());
    return ("mount " + known + " " + mount.destination() + " " + options).strip();
  }

  private void addHidden(List<String> lines, LinuxConfig linux) {
    if (has(Part.HIDDEN_PATHS)) {
      linux.maskedPaths().forEach(path -> lines.add("masked " + path));
      linux.readonlyPaths().forEach(path -> lines.add("readonly " + path));
    }
  }

  private void addPrivileges(List<String> lines, Process process) {
    if (has(Part.CAPABILITIES) && process.capabilities() != null) {
      long set = 0;
      for (Capability capability : process.capabilities().bounding()) {
        set |= 1L << capability.number();
      }
      lines.add("capabilities " + Long.toHexString(set));
    }
    if (process.noNewPrivileges()) {
      lines.add("no_new_privileges");
    }
    if (has(Part.FILTER) && filter != null) {
      lines.add("filter " + filter);
    }
  }

  /** Without a root of its own, the command is found in the layer by its path on the host. */
  private void addCommand(List<String> lines, Process process) {
    List<String> args = process.args();
    lines.add("arg " + (has(Part.ROOT) ? args.getFirst() : lower + args.getFirst()));
    args.stream().skip(1).forEach(argument -> lines.add("arg " + argument));
    process.env().forEach(variable -> lines.add("env " + variable));
  }
}
