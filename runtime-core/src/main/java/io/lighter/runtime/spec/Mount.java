package io.lighter.runtime.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mount, fstab-like (config.md, "Mounts").
 *
 * @param destination where, inside the container; a relative one counts from {@code /}
 * @param type file system type; not needed with the option {@code bind} or {@code rbind}
 * @param source device, host path (absolute or relative to the bundle) or a name that means nothing
 * @param options options of mount(8) and of the specification ({@code rbind}, {@code rro}, ...)
 * @param uidMappings id mapping of the mount itself, not of the container's user namespace
 * @param gidMappings as {@code uidMappings}, for groups
 */
public record Mount(
    String destination,
    @Nullable String type,
    @Nullable String source,
    List<String> options,
    List<IdMapping> uidMappings,
    List<IdMapping> gidMappings) {

  public Mount {
    options = List.copyOf(options);
    uidMappings = List.copyOf(uidMappings);
    gidMappings = List.copyOf(gidMappings);
  }

  public Mount(
      String destination, @Nullable String type, @Nullable String source, List<String> options) {
    this(destination, type, source, options, List.of(), List.of());
  }

  /** Whether this is a bind mount: by an option, or by the type that older writers use. */
  public boolean isBind() {
    return options.contains("bind") || options.contains("rbind") || "bind".equals(type);
  }
}
