package io.lighter.runtime.spec;

/** Writes the object {@code linux}. */
final class LinuxWriter {
  private LinuxWriter() {}

  static void linux(Document out, LinuxConfig linux) {
    out.objects("devices", linux.devices(), LinuxWriter::device)
        .objects("uidMappings", linux.uidMappings(), LinuxWriter::idMapping)
        .objects("gidMappings", linux.gidMappings(), LinuxWriter::idMapping)
        .stringMap("sysctl", linux.sysctl())
        .object("resources", linux.resources(), ResourcesWriter::resources)
        .string("cgroupsPath", linux.cgroupsPath())
        .objects("namespaces", linux.namespaces(), LinuxWriter::namespace)
        .objectMap("netDevices", linux.netDevices(), LinuxWriter::netDevice)
        .object("seccomp", linux.seccomp(), SeccompWriter::seccomp)
        .term("rootfsPropagation", linux.rootfsPropagation())
        .strings("maskedPaths", linux.maskedPaths())
        .strings("readonlyPaths", linux.readonlyPaths())
        .string("mountLabel", linux.mountLabel())
        .object("intelRdt", linux.intelRdt(), LinuxWriter::intelRdt)
        .object("personality", linux.personality(), LinuxWriter::personality)
        .termMap("timeOffsets", linux.timeOffsets(), LinuxWriter::timeOffset)
        .object("memoryPolicy", linux.memoryPolicy(), LinuxWriter::memoryPolicy);
  }

  static void idMapping(Document out, IdMapping mapping) {
    out.number("containerID", mapping.containerId())
        .number("hostID", mapping.hostId())
        .number("size", mapping.size());
  }

  private static void namespace(Document out, Namespace namespace) {
    out.term("type", namespace.type()).string("path", namespace.path());
  }

  private static void device(Document out, Device device) {
    out.string("path", device.path())
        .term("type", device.type())
        .number("major", device.major())
        .number("minor", device.minor())
        .number("fileMode", device.fileMode())
        .number("uid", device.uid())
        .number("gid", device.gid());
  }

  private static void netDevice(Document out, NetDevice device) {
    out.string("name", device.name());
  }

  private static void intelRdt(Document out, IntelRdt rdt) {
    out.string("closID", rdt.closId())
        .strings("schemata", rdt.schemata())
        .string("l3CacheSchema", rdt.l3CacheSchema())
        .string("memBwSchema", rdt.memBwSchema())
        .flag("enableMonitoring", rdt.enableMonitoring());
  }

  private static void personality(Document out, Personality personality) {
    out.term("domain", personality.domain()).strings("flags", personality.flags());
  }

  private static void timeOffset(Document out, TimeOffset offset) {
    out.nonZero("secs", offset.secs()).nonZero("nanosecs", offset.nanosecs());
  }

  private static void memoryPolicy(Document out, MemoryPolicy policy) {
    out.term("mode", policy.mode()).string("nodes", policy.nodes()).terms("flags", policy.flags());
  }
}
