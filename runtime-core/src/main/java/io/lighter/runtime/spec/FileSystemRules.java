package io.lighter.runtime.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules of the root, the mounts and the hidden paths. */
final class FileSystemRules {
  private FileSystemRules() {}

  static void check(Spec spec, Problems problems) {
    root(spec.root(), problems);
    List<Mount> mounts = spec.mounts();
    for (int i = 0; i < mounts.size(); i++) {
      mount(mounts.get(i), "mounts[" + i + "]", problems);
    }
    LinuxConfig linux = spec.linuxOrEmpty();
    problems.requireAbsolute(linux.maskedPaths(), "linux.maskedPaths");
    problems.requireAbsolute(linux.readonlyPaths(), "linux.readonlyPaths");
    if (!linux.hasNamespace(NamespaceType.MOUNT)) {
      needsMountNamespace(mounts.isEmpty(), "mounts", problems);
      needsMountNamespace(linux.maskedPaths().isEmpty(), "linux.maskedPaths", problems);
      needsMountNamespace(linux.readonlyPaths().isEmpty(), "linux.readonlyPaths", problems);
      needsMountNamespace(linux.rootfsPropagation() == null, "linux.rootfsPropagation", problems);
    }
  }

  private static void root(@Nullable Root root, Problems problems) {
    if (root == null) {
      problems.add("root", "is required and missing");
      return;
    }
    problems.require(!root.path().isEmpty(), "root.path", "is empty");
    problems.requireNoNul(root.path(), "root.path");
  }

  private static void mount(Mount mount, String at, Problems problems) {
    problems.require(!mount.destination().isEmpty(), at + ".destination", "is empty");
    problems.requireNoNul(mount.destination(), at + ".destination");
    problems.requireNoNul(mount.source(), at + ".source");
    problems.requireNoNul(mount.type(), at + ".type");
    problems.requireNoNul(mount.options(), at + ".options");
    if (mount.isBind()) {
      problems.require(mount.source() != null, at + ".source", "a bind mount needs a source");
    } else {
      problems.require(
          mount.type() != null,
          at + ".type",
          "is missing; give a file system type, or the option bind or rbind");
    }
    problems.require(
        mount.uidMappings().isEmpty() == mount.gidMappings().isEmpty(),
        at,
        "uidMappings and gidMappings go together; give both or none");
    IdMappingRules.check(mount.uidMappings(), at + ".uidMappings", problems);
    IdMappingRules.check(mount.gidMappings(), at + ".gidMappings", problems);
  }

  private static void needsMountNamespace(boolean absent, String path, Problems problems) {
    problems.require(
        absent,
        path,
        "would change the host's mounts; add {\"type\": \"mount\"} to linux.namespaces");
  }
}
