package io.lighter.runtime.spec;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads the object {@code linux}. */
final class LinuxReader {
  private LinuxReader() {}

  static LinuxConfig linux(Fields in) {
    return new LinuxConfig(
        in.objects("devices", LinuxReader::device),
        in.objects("uidMappings", LinuxReader::idMapping),
        in.objects("gidMappings", LinuxReader::idMapping),
        in.stringMap("sysctl"),
        in.object("resources", ResourcesReader::resources),
        in.stringOrNull("cgroupsPath"),
        namespaces(in),
        in.objectMap("netDevices", device -> new NetDevice(device.stringOrNull("name"))),
        in.object("seccomp", SeccompReader::seccomp),
        in.termOrNull("rootfsPropagation", RootfsPropagation.class),
        in.strings("maskedPaths"),
        in.strings("readonlyPaths"),
        in.stringOrNull("mountLabel"),
        in.object("intelRdt", LinuxReader::intelRdt),
        in.object("personality", LinuxReader::personality),
        in.termMap("timeOffsets", TimeClock.class, LinuxReader::timeOffset),
        in.object("memoryPolicy", LinuxReader::memoryPolicy));
  }

  static IdMapping idMapping(Fields in) {
    return new IdMapping(
        in.id("containerID"), in.id("hostID"), in.number("size", 1, Range.MAX_UINT32));
  }

  private static List<Namespace> namespaces(Fields in) {
    Set<NamespaceType> seen = EnumSet.noneOf(NamespaceType.class);
    return in.objects(
        "namespaces",
        namespace -> {
          NamespaceType type = namespace.term("type", NamespaceType.class);
          if (!seen.add(type)) {
            throw namespace.error("type", type.term() + " stands twice; remove one of the two");
          }
          return new Namespace(type, namespace.stringOrNull("path"));
        });
  }

  private static Device device(Fields in) {
    DeviceType type = in.term("type", DeviceType.class);
    return new Device(
        in.string("path"),
        type,
        deviceNumber(in, "major", type),
        deviceNumber(in, "minor", type),
        in.intOrNull("fileMode", 0, 0177777),
        in.numberOrNull("uid", 0, Range.MAX_ID),
        in.numberOrNull("gid", 0, Range.MAX_ID));
  }

  private static long deviceNumber(Fields in, String name, DeviceType type) {
    if (type != DeviceType.FIFO) {
      return in.number(name, 0, Range.MAX_UINT32);
    }
    Long number = in.numberOrNull(name, 0, Range.MAX_UINT32);
    return number == null ? 0 : number;
  }

  private static IntelRdt intelRdt(Fields in) {
    return new IntelRdt(
        in.stringOrNull("closID"),
        in.strings("schemata"),
        in.stringOrNull("l3CacheSchema"),
        in.stringOrNull("memBwSchema"),
        in.flag("enableMonitoring"));
  }

  private static Personality personality(Fields in) {
    return new Personality(in.term("domain", PersonalityDomain.class), in.strings("flags"));
  }

  private static TimeOffset timeOffset(Fields in) {
    Long secs = in.numberOrNull("secs");
    return new TimeOffset(secs == null ? 0 : secs, in.intOrZero("nanosecs", 0, 999_999_999));
  }

  private static MemoryPolicy memoryPolicy(Fields in) {
    return new MemoryPolicy(
        in.term("mode", MemoryPolicyMode.class),
        in.stringOrNull("nodes"),
        in.terms("flags", MemoryPolicyFlag.class));
  }
}
