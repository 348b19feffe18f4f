package io.lighter.runtime.spec;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the object {@code linux.resources}. */
final class ResourcesReader {
  private ResourcesReader() {}

  static Resources resources(Fields in) {
    return new Resources(
        in.objects("devices", ResourcesReader::deviceRule),
        in.object("memory", ResourcesReader::memory),
        in.object("cpu", ResourcesReader::cpu),
        in.object("pids", pids -> new Pids(pids.numberOrNull("limit"))),
        in.object("blockIO", ResourcesReader::blockIo),
        in.objects(
            "hugepageLimits",
            limit -> new HugepageLimit(limit.string("pageSize"), limit.unsigned("limit"))),
        in.object("network", ResourcesReader::network),
        in.objectMap("rdma", ResourcesReader::rdma),
        in.stringMap("unified"));
  }

  private static DeviceRule deviceRule(Fields in) {
    DeviceRuleType type = in.termOrNull("type", DeviceRuleType.class);
    return new DeviceRule(
        in.requiredFlag("allow"),
        type == null ? DeviceRuleType.ALL : type,
        wildcard(in, "major"),
        wildcard(in, "minor"),
        in.stringOrNull("access"));
  }

  /** -1 is how Docker and containerd write "all". */
  private static @Nullable Long wildcard(Fields in, String name) {
    Long number = in.numberOrNull(name, -1, Range.MAX_UINT32);
    return number == null || number == -1 ? null : number;
  }

  private static Memory memory(Fields in) {
    return new Memory(
        in.numberOrNull("limit"),
        in.numberOrNull("reservation"),
        in.numberOrNull("swap"),
        in.numberOrNull("kernel"),
        in.numberOrNull("kernelTCP"),
        in.numberOrNull("swappiness", 0, 100),
        in.flagOrNull("disableOOMKiller"),
        in.flagOrNull("useHierarchy"),
        in.flagOrNull("checkBeforeUpdate"));
  }

  private static Cpu cpu(Fields in) {
    return new Cpu(
        in.unsignedOrNull("shares"),
        in.numberOrNull("quota"),
        in.unsignedOrNull("burst"),
        in.unsignedOrNull("period"),
        in.numberOrNull("realtimeRuntime"),
        in.unsignedOrNull("realtimePeriod"),
        in.stringOrNull("cpus"),
        in.stringOrNull("mems"),
        in.numberOrNull("idle", 0, 1));
  }

  private static BlockIo blockIo(Fields in) {
    Function<Fields, ThrottleDevice> throttle =
        device ->
            new ThrottleDevice(
                deviceNumber(device, "major"),
                deviceNumber(device, "minor"),
                device.unsigned("rate"));
    return new BlockIo(
        weight(in, "weight"),
        weight(in, "leafWeight"),
        in.objects("weightDevice", ResourcesReader::weightDevice),
        in.objects("throttleReadBpsDevice", throttle),
        in.objects("throttleWriteBpsDevice", throttle),
        in.objects("throttleReadIOPSDevice", throttle),
        in.objects("throttleWriteIOPSDevice", throttle));
  }

  private static WeightDevice weightDevice(Fields in) {
    return new WeightDevice(
        deviceNumber(in, "major"),
        deviceNumber(in, "minor"),
        weight(in, "weight"),
        weight(in, "leafWeight"));
  }

  /** Docker writes 0 for "not set". */
  private static @Nullable Integer weight(Fields in, String name) {
    Integer weight = in.intOrNull(name, 0, 65535);
    return weight == null || weight == 0 ? null : weight;
  }

  private static long deviceNumber(Fields in, String name) {
    return in.number(name, 0, Range.MAX_UINT32);
  }

  private static Network network(Fields in) {
    return new Network(
        in.numberOrNull("classID", 0, Range.MAX_UINT32),
        in.objects(
            "priorities",
            priority ->
                new InterfacePriority(
                    priority.string("name"), priority.number("priority", 0, Range.MAX_UINT32))));
  }

  private static Rdma rdma(Fields in) {
    return new Rdma(
        in.numberOrNull("hcaHandles", 0, Range.MAX_UINT32),
        in.numberOrNull("hcaObjects", 0, Range.MAX_UINT32));
  }
}
