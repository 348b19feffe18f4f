package io.lighter.runtime.spec;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The object {@code linux} of {@code config.json} (runtime-spec 1.3.0, config-linux.md).
 *
 * @param devices device nodes beside the default ones
 * @param uidMappings user ids of the container's user namespace
 * @param gidMappings group ids of the container's user namespace
 * @param sysctl kernel parameters by name, only such as belong to a namespace of the container
 * @param resources limits of the cgroup
 * @param cgroupsPath absolute from the cgroup mount, or relative to a place the runtime chooses
 * @param namespaces namespaces to make or join; a type not listed is inherited from the runtime
 * @param netDevices host network devices to move into the container, by their name on the host
 * @param seccomp system-call filter
 * @param rootfsPropagation mount propagation of the root
 * @param maskedPaths absolute paths that cannot be read
 * @param readonlyPaths absolute paths that cannot be written
 * @param mountLabel SELinux label of the mounts
 * @param intelRdt cache and memory bandwidth allocation
 * @param personality execution domain
 * @param timeOffsets clock offsets of a new time namespace
 * @param memoryPolicy NUMA memory policy
 */
public record LinuxConfig(
    List<Device> devices,
    List<IdMapping> uidMappings,
    List<IdMapping> gidMappings,
    Map<String, String> sysctl,
    @Nullable Resources resources,
    @Nullable String cgroupsPath,
    List<Namespace> namespaces,
    Map<String, NetDevice> netDevices,
    @Nullable Seccomp seccomp,
    @Nullable RootfsPropagation rootfsPropagation,
    List<String> maskedPaths,
    List<String> readonlyPaths,
    @Nullable String mountLabel,
    @Nullable IntelRdt intelRdt,
    @Nullable Personality personality,
    Map<TimeClock, TimeOffset> timeOffsets,
    @Nullable MemoryPolicy memoryPolicy) {

  /** Nothing set: every namespace is the runtime's, no limits, no filter. */
  public static final LinuxConfig EMPTY =
      new LinuxConfig(
          List.of(), List.of(), List.of(), Map.of(), null, null, List.of(), Map.of(), null, null,
          List.of(), List.of(), null, null, null, Map.of(), null);

  public LinuxConfig {
    devices = List.copyOf(devices);
    uidMappings = List.copyOf(uidMappings);
    gidMappings = List.copyOf(gidMappings);
    sysctl = Copies.map(sysctl);
    namespaces = List.copyOf(namespaces);
    netDevices = Copies.map(netDevices);
    maskedPaths = List.copyOf(maskedPaths);
    readonlyPaths = List.copyOf(readonlyPaths);
    timeOffsets = Copies.map(timeOffsets);
  }

  /** The namespace entry of {@code type}, or null when the container inherits the runtime's. */
  public @Nullable Namespace namespace(NamespaceType type) {
    for (Namespace namespace : namespaces) {
      if (namespace.type() == type) {
        return namespace;
      }
    }
    return null;
  }

  /** Whether the container gets a namespace of its own or joins another's, not the runtime's. */
  public boolean hasNamespace(NamespaceType type) {
    return namespace(type) != null;
  }

  /** Whether a new namespace of {@code type} is made, rather than joined or inherited. */
  public boolean createsNamespace(NamespaceType type) {
    Namespace namespace = namespace(type);
    return namespace != null && namespace.isNew();
  }

  /** A copy with some fields set: {@code linux.with(l -> l.cgroupsPath = "/web/1")}. */
  public LinuxConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new LinuxConfig(
        draft.devices,
        draft.uidMappings,
        draft.gidMappings,
        draft.sysctl,
        draft.resources,
        draft.cgroupsPath,
        draft.namespaces,
        draft.netDevices,
        draft.seccomp,
        draft.rootfsPropagation,
        draft.maskedPaths,
        draft.readonlyPaths,
        draft.mountLabel,
        draft.intelRdt,
        draft.personality,
        draft.timeOffsets,
        draft.memoryPolicy);
  }

  /** The fields while they change; Java has no derived creation of records yet. */
  public static final class Draft {
    public List<Device> devices;
    public List<IdMapping> uidMappings;
    public List<IdMapping> gidMappings;
    public Map<String, String> sysctl;
    public @Nullable Resources resources;
    public @Nullable String cgroupsPath;
    public List<Namespace> namespaces;
    public Map<String, NetDevice> netDevices;
    public @Nullable Seccomp seccomp;
    public @Nullable RootfsPropagation rootfsPropagation;
    public List<String> maskedPaths;
    public List<String> readonlyPaths;
    public @Nullable String mountLabel;
    public @Nullable IntelRdt intelRdt;
    public @Nullable Personality personality;
    public Map<TimeClock, TimeOffset> timeOffsets;
    public @Nullable MemoryPolicy memoryPolicy;

    private Draft(LinuxConfig from) {
      devices = from.devices;
      uidMappings = from.uidMappings;
      gidMappings = from.gidMappings;
      sysctl = from.sysctl;
      resources = from.resources;
      cgroupsPath = from.cgroupsPath;
      namespaces = from.namespaces;
      netDevices = from.netDevices;
      seccomp = from.seccomp;
      rootfsPropagation = from.rootfsPropagation;
      maskedPaths = from.maskedPaths;
      readonlyPaths = from.readonlyPaths;
      mountLabel = from.mountLabel;
      intelRdt = from.intelRdt;
      personality = from.personality;
      timeOffsets = from.timeOffsets;
      memoryPolicy = from.memoryPolicy;
    }
  }
}
