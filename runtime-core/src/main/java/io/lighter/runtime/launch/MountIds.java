package io.lighter.runtime.launch;

import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import java.util.List;

/**
 * The ids of an idmapped mount that names none: those of the container's user namespace, as
 * config.md has it of {@code idmap} and {@code ridmap}.
 */
final class MountIds {
  private MountIds() {}

  /** Returns the mount with its mappings, or as it is when it has them or wants none. */
  static Mount complete(Mount mount, LinuxConfig linux) {
    List<String> options = mount.options();
    boolean maps = options.contains("idmap") || options.contains("ridmap");
    if (!maps || !mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty()) {
      return mount;
    }
    return new Mount(
        mount.destination(),
        mount.type(),
        mount.source(),
        options,
        linux.uidMappings(),
        linux.gidMappings());
  }
}
