package io.lighter.runtime;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.MountInfo;
import io.lighter.runtime.launch.LaunchInputs.BindInput;
import io.lighter.runtime.launch.LaunchInputs.FilledTmpfsInput;
import io.lighter.runtime.launch.LaunchInputs.TreeInput;
import io.lighter.runtime.launch.LaunchPlan;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mounts of a container that show something of the host, and that no image can hold: binds, its
 * cgroup, and what covers masked paths. Each is called by its destination in the specification.
 *
 * @param trees those of the specification
 * @param masks the normalized paths that are covered
 */
record HostMounts(List<TreeInput> trees, List<String> masks) {

  /** Returns those of a specification. */
  static HostMounts of(Spec spec, LaunchPlan plan) {
    return new HostMounts(
        plan.inputs().trees().stream().filter(tree -> !(tree instanceof FilledTmpfsInput)).toList(),
        spec.linuxOrEmpty().maskedPaths().stream()
            .map(path -> Path.of("/", path).normalize().toString())
            .distinct()
            .toList());
  }

  /**
   * Returns what CRIU is told of the mounts of a container that runs: {@code mnt[place]:name}.
   *
   * @param pid its first process
   */
  List<String> found(Linux linux, int pid) throws IOException {
    MountInfo mounts = MountInfo.of(pid);
    List<String> found = new ArrayList<>();
    try (Fd root = rootOf(linux, pid)) {
      for (TreeInput tree : trees) {
        MountInfo.Entry entry = at(linux, root, mounts, tree.destination());
        if (entry == null) {
          continue; // The container has taken it away.
        }
        found.add(external(entry.place(), tree.destination()));
        if (tree instanceof BindInput bind && bind.recursive()) {
          for (MountInfo.Entry below : mounts.below(entry.id())) {
            String rest = below.place().substring(entry.place().length());
            if (isOfHost(bind, rest)) {
              found.add(external(below.place(), tree.destination() + rest));
            }
          }
        }
      }
    }
    for (String mask : masks) {
      if (mounts.at(mask) != null) {
        found.add(external(mask, mask));
      }
    }
    return found.stream().distinct().toList();
  }

  /** Others below it are the container's own, or come after it in the specification. */
  private boolean isOfHost(BindInput bind, String rest) {
    String place = bind.destination() + rest;
    boolean other = trees.stream().anyMatch(tree -> tree.destination().equals(place));
    return !other && below(bind).contains(rest);
  }

  /** Returns the places, from its source, of what is mounted below a bind on the host. */
  static List<String> below(BindInput bind) {
    try {
      String source = Path.of(bind.source()).toRealPath().toString();
      String folder = source.equals("/") ? "" : source;
      return MountInfo.of((int) ProcessHandle.current().pid()).entries().stream()
          .map(MountInfo.Entry::place)
          .filter(place -> place.startsWith(folder + "/"))
          .map(place -> place.substring(folder.length()))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the mounts below " + bind.source() + " are not known", e);
    }
  }

  static String external(String key, String value) {
    return "mnt[" + key + "]:" + value;
  }

  /** Returns the root of a process, to look something up below. */
  static Fd rootOf(Linux linux, int pid) {
    int flags = Fcntl.O_PATH | Fcntl.O_DIRECTORY;
    return linux.files().openat(Fd.WORKING_FOLDER, "/proc/" + pid + "/root", flags, 0);
  }

  /**
   * Returns the mount whose root is at a destination once links have been followed, or null when
   * there is none.
   */
  static MountInfo.@Nullable Entry at(Linux linux, Fd root, MountInfo mounts, String destination) {
    try (Arena arena = Arena.ofConfined();
        Fd found =
            linux
                .files()
                .openat2(
                    root,
                    destination.equals("/") ? "." : destination.substring(1),
                    Fcntl.O_PATH,
                    0,
                    Fcntl.RESOLVE_IN_ROOT)) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(found, status);
      if (!status.isMountRoot()) {
        return null;
      }
      return mounts.entries().stream()
          .filter(entry -> entry.id() == status.mountId())
          .findFirst()
          .orElse(null);
    } catch (LinuxException e) {
      return null; // Nothing is there, or nothing that can be looked at.
    }
  }
}
