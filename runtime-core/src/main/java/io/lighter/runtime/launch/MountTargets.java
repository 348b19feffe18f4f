package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Step;
import io.lighter.runtime.spec.SpecException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where mounts go: what the program has mounted so far, and the opening of what comes next. */
final class MountTargets {
  /** As many links as the kernel follows in one path: MAXSYMLINKS of {@code <linux/namei.h>}. */
  private static final int MOST_LINKS = 40;

  /**
   * A mount that the program has made, as later steps find it.
   *
   * @param destination normalized
   * @param fd the descriptor of a file system of the kernel's, if a step returned one
   * @param tree the descriptor of what the parent made, if it did
   * @param empty whether it has nothing in it but what this program makes
   * @param maybeMissing whether what is asked for below it may have to be made
   * @param readonly whether it was asked to be read-only
   */
  record Made(
      String destination,
      @Nullable Step fd,
      @Nullable Parameter tree,
      boolean empty,
      boolean maybeMissing,
      boolean readonly) {}

  private final LaunchProgram program;
  private final Parameter root;
  private final PathKinds image;
  private final List<Made> made = new ArrayList<>();

  MountTargets(LaunchProgram program, Parameter root, PathKinds image) {
    this.program = program;
    this.root = root;
    this.image = image;
  }

  void add(Made mount) {
    made.add(mount);
  }

  /** Says that the latest mount at this place, if it is of this program, was changed. */
  void remounted(String destination, boolean readonly) {
    Made was = at(destination);
    if (was != null) {
      made.set(
          made.lastIndexOf(was),
          new Made(destination, was.fd, was.tree, was.empty, was.maybeMissing, readonly));
    }
  }

  List<Made> all() {
    return made;
  }

  /** Returns the latest mount at exactly this place, or null. */
  @Nullable Made at(String destination) {
    for (int i = made.size() - 1; i >= 0; i--) {
      if (made.get(i).destination.equals(destination)) {
        return made.get(i);
      }
    }
    return null;
  }

  /** Returns the latest mount that a destination lies on, or null when it lies on the root. */
  @Nullable Made covering(String destination) {
    for (int i = made.size() - 1; i >= 0; i--) {
      if (ContainerPath.isBelow(destination, made.get(i).destination)) {
        return made.get(i);
      }
    }
    return null;
  }

  /**
   * Returns where a destination is once the links of the image have been followed, those that lead
   * to nothing included: images have {@code /etc/resolv.conf} point to a file that is made later.
   * Links on the program's own mounts are left to the kernel.
   */
  String resolved(String destination) {
    Deque<String> rest = new ArrayDeque<>();
    push(rest, destination);
    String path = "";
    int links = 0;
    while (!rest.isEmpty()) {
      String component = rest.pop();
      if (component.equals("..")) {
        path = path.isEmpty() ? "" : path.substring(0, path.lastIndexOf('/'));
        continue;
      }
      String next = path + "/" + component;
      String target = covering(next) == null ? image.linkTarget(next) : null;
      if (target == null) {
        path = next;
        continue;
      }
      if (++links > MOST_LINKS) {
        throw new SpecException(
            "mounts[" + destination + "].destination",
            "the image's symbolic links never end there");
      }
      if (target.startsWith("/")) {
        path = "";
      }
      push(rest, target);
    }
    return path.isEmpty() ? "/" : path;
  }

  private static void push(Deque<String> rest, String path) {
    String[] components = path.split("/", -1);
    for (int i = components.length - 1; i >= 0; i--) {
      if (!components[i].isEmpty() && !components[i].equals(".")) {
        rest.push(components[i]);
      }
    }
  }

  /** Returns what the image has at a resolved destination, or null when a mount covers it. */
  PathKinds.@Nullable Kind kind(String resolved) {
    return covering(resolved) == null ? image.of(resolved) : null;
  }

  /**
   * Adds the steps that make what is missing on the way to a destination, if anything may be.
   *
   * @param resolved what {@link #resolved} returned, or a destination without links
   */
  void make(String resolved, boolean folder) {
    Made covering = covering(resolved);
    int known = covering == null ? 0 : covering.destination.length();
    if (covering == null || covering.maybeMissing) {
      new MissingPath(program, root, image).make(resolved, folder, known);
    }
  }

  /** Adds the steps that open a destination; what is missing on the way there is made. */
  Step open(String resolved, boolean folder, long resolve) {
    make(resolved, folder);
    return openExisting(resolved, folder ? O_DIRECTORY : 0, resolve);
  }

  /**
   * Adds the step that opens a destination as it is.
   *
   * @param flags O_DIRECTORY, O_NOFOLLOW or 0
   * @param resolve RESOLVE_ bits beyond RESOLVE_IN_ROOT
   */
  Step openExisting(String destination, int flags, long resolve) {
    boolean asItIs = (resolve & RESOLVE_NO_SYMLINKS) != 0 || (flags & O_NOFOLLOW) != 0;
    String place =
        asItIs || !PathSteps.followNoLinks(program) ? destination : resolved(destination);
    return PathSteps.openInRoot(program, root, place, O_PATH | flags, resolve);
  }
}
