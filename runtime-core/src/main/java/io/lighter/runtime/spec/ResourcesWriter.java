package io.lighter.runtime.spec;

/** Writes the object {@code linux.resources}. */
final class ResourcesWriter {
  private ResourcesWriter() {}

  static void resources(Document out, Resources resources) {
    out.objects("devices", resources.devices(), ResourcesWriter::deviceRule)
        .object("memory", resources.memory(), ResourcesWriter::memory)
        .object("cpu", resources.cpu(), ResourcesWriter::cpu)
        .object("pids", resources.pids(), (pids, value) -> pids.number("limit", value.limit()))
        .object("blockIO", resources.blockIo(), ResourcesWriter::blockIo)
        .objects("hugepageLimits", resources.hugepageLimits(), ResourcesWriter::hugepageLimit)
        .object("network", resources.network(), ResourcesWriter::network)
        .objectMap("rdma", resources.rdma(), ResourcesWriter::rdma)
        .stringMap("unified", resources.unified());
  }

  private static void deviceRule(Document out, DeviceRule rule) {
    out.requiredFlag("allow", rule.allow())
        .term("type", rule.type() == DeviceRuleType.ALL ? null : rule.type())
        .number("major", rule.major())
        .number("minor", rule.minor())
        .string("access", rule.access());
  }

  private static void memory(Document out, Memory memory) {
    out.number("limit", memory.limit())
        .number("reservation", memory.reservation())
        .number("swap", memory.swap())
        .number("kernel", memory.kernel())
        .number("kernelTCP", memory.kernelTcp())
        .number("swappiness", memory.swappiness())
        .flag("disableOOMKiller", memory.disableOomKiller())
        .flag("useHierarchy", memory.useHierarchy())
        .flag("checkBeforeUpdate", memory.checkBeforeUpdate());
  }

  private static void cpu(Document out, Cpu cpu) {
    out.unsigned("shares", cpu.shares())
        .number("quota", cpu.quota())
        .unsigned("burst", cpu.burst())
        .unsigned("period", cpu.period())
        .number("realtimeRuntime", cpu.realtimeRuntime())
        .unsigned("realtimePeriod", cpu.realtimePeriod())
        .string("cpus", cpu.cpus())
        .string("mems", cpu.mems())
        .number("idle", cpu.idle());
  }

  private static void blockIo(Document out, BlockIo io) {
    out.number("weight", io.weight())
        .number("leafWeight", io.leafWeight())
        .objects("weightDevice", io.weightDevice(), ResourcesWriter::weightDevice)
        .objects("throttleReadBpsDevice", io.throttleReadBpsDevice(), ResourcesWriter::throttle)
        .objects("throttleWriteBpsDevice", io.throttleWriteBpsDevice(), ResourcesWriter::throttle)
        .objects("throttleReadIOPSDevice", io.throttleReadIopsDevice(), ResourcesWriter::throttle)
        .objects(
            "throttleWriteIOPSDevice", io.throttleWriteIopsDevice(), ResourcesWriter::throttle);
  }

  private static void weightDevice(Document out, WeightDevice device) {
    out.number("major", device.major())
        .number("minor", device.minor())
        .number("weight", device.weight())
        .number("leafWeight", device.leafWeight());
  }

  private static void throttle(Document out, ThrottleDevice device) {
    out.number("major", device.major())
        .number("minor", device.minor())
        .unsigned("rate", device.rate());
  }

  private static void hugepageLimit(Document out, HugepageLimit limit) {
    out.string("pageSize", limit.pageSize()).unsigned("limit", limit.limit());
  }

  private static void network(Document out, Network network) {
    out.number("classID", network.classId())
        .objects("priorities", network.priorities(), ResourcesWriter::priority);
  }

  private static void priority(Document out, InterfacePriority priority) {
    out.string("name", priority.name()).number("priority", priority.priority());
  }

  private static void rdma(Document out, Rdma rdma) {
    out.number("hcaHandles", rdma.hcaHandles()).number("hcaObjects", rdma.hcaObjects());
  }
}
