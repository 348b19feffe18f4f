package io.lighter.runtime.spec;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Limits of the container's cgroup. What is absent stays as the kernel made it.
 *
 * @param devices rules of device access, applied in order
 * @param memory memory controller
 * @param cpu cpu and cpuset controllers
 * @param pids pids controller
 * @param blockIo io controller
 * @param hugepageLimits hugetlb controller
 * @param network net_cls and net_prio of cgroup v1
 * @param rdma rdma controller, by device name
 * @param unified cgroup v2 files and what to write to them
 */
public record Resources(
    List<DeviceRule> devices,
    @Nullable Memory memory,
    @Nullable Cpu cpu,
    @Nullable Pids pids,
    @Nullable BlockIo blockIo,
    List<HugepageLimit> hugepageLimits,
    @Nullable Network network,
    Map<String, Rdma> rdma,
    Map<String, String> unified) {

  /** No limit at all. */
  public static final Resources NONE =
      new Resources(List.of(), null, null, null, null, List.of(), null, Map.of(), Map.of());

  public Resources {
    devices = List.copyOf(devices);
    hugepageLimits = List.copyOf(hugepageLimits);
    rdma = Copies.map(rdma);
    unified = Copies.map(unified);
  }

  /** A copy with some fields set: {@code Resources.NONE.with(r -> r.pids = new Pids(100L))}. */
  public Resources with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Resources(
        draft.devices,
        draft.memory,
        draft.cpu,
        draft.pids,
        draft.blockIo,
        draft.hugepageLimits,
        draft.network,
        draft.rdma,
        draft.unified);
  }

  /** The fields while they change; Java has no derived creation of records yet. */
  public static final class Draft {
    public List<DeviceRule> devices;
    public @Nullable Memory memory;
    public @Nullable Cpu cpu;
    public @Nullable Pids pids;
    public @Nullable BlockIo blockIo;
    public List<HugepageLimit> hugepageLimits;
    public @Nullable Network network;
    public Map<String, Rdma> rdma;
    public Map<String, String> unified;

    private Draft(Resources from) {
      devices = from.devices;
      memory = from.memory;
      cpu = from.cpu;
      pids = from.pids;
      blockIo = from.blockIo;
      hugepageLimits = from.hugepageLimits;
      network = from.network;
      rdma = from.rdma;
      unified = from.unified;
    }
  }
}
