package io.lighter.runtime.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cgroups.Setting;
import io.lighter.runtime.spec.BlockIo;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.HugepageLimit;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Network;
import io.lighter.runtime.spec.Pids;
import io.lighter.runtime.spec.Rdma;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.SpecException;
import io.lighter.runtime.spec.ThrottleDevice;
import io.lighter.runtime.spec.WeightDevice;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceSettingsTest {
  private static List<String> settings(Consumer<Resources.Draft> change) {
    return ResourceSettings.of(Resources.NONE.with(change)).stream()
        .map(Setting::toString)
        .toList();
  }

  private static List<String> cpu(Consumer<Cpu.Draft> change) {
    return settings(r -> r.cpu = Cpu.NONE.with(change));
  }

  private static List<String> memory(Consumer<Memory.Draft> change) {
    return settings(r -> r.memory = Memory.NONE.with(change));
  }

  private static BlockIo io(@Nullable Integer weight, List<WeightDevice> devices) {
    return new BlockIo(weight, null, devices, List.of(), List.of(), List.of(), List.of());
  }

  @Test
  void shouldSetNothingWhereNothingIsAskedFor() {
    assertThat(ResourceSettings.of(null)).isEmpty();
    assertThat(ResourceSettings.of(Resources.NONE)).isEmpty();
    assertThat(cpu(c -> {})).isEmpty();
    assertThat(cpu(c -> c.shares = 0L)).isEmpty();
    assertThat(cpu(c -> c.cpus = "")).isEmpty();
    assertThat(memory(m -> m.limit = 0L)).isEmpty();
    assertThat(settings(r -> r.pids = new Pids(null))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "2, 1",
    "3, 2",
    "10, 4",
    "128, 21",
    "256, 35",
    "512, 59",
    "1024, 100",
    "2000, 170",
    "2048, 174",
    "22000, 1204",
    "262143, 10000",
    "262144, 10000",
    "9223372036854775807, 10000",
    "-1, 10000"
  })
  void shouldTurnSharesIntoAWeight(long shares, long weight) {
    assertThat(CpuLimits.weight(shares)).isEqualTo(weight);
  }

  @Test
  void shouldNeverLowerTheWeightWhenTheSharesRise() {
    long before = 0;
    for (long shares = 2; shares <= 262_144; shares++) {
      long weight = CpuLimits.weight(shares);
      assertThat(weight).isBetween(Math.max(before, 1), 10_000L);
      before = weight;
    }
  }

  @Test
  void shouldTurnQuotaAndPeriodIntoOneFile() {
    assertThat(cpu(c -> c.quota = 50_000L)).containsExactly("cpu.max=50000 100000");
    assertThat(cpu(c -> c.period = 20_000L)).containsExactly("cpu.max=max 20000");
    assertThat(cpu(c -> c.quota = -1L)).containsExactly("cpu.max=max 100000");
    assertThat(
            cpu(
                c -> {
                  c.quota = 10_000L;
                  c.period = 20_000L;
                  c.burst = 5_000L;
                }))
        .containsExactly("cpu.max=10000 20000", "cpu.max.burst=5000");
  }

  @Test
  void shouldOrderIdlenessAndWeightAsTheKernelTakesThem() {
    assertThat(
            cpu(
                c -> {
                  c.idle = 1L;
                  c.shares = 1024L;
                }))
        .containsExactly("cpu.weight=100", "cpu.idle=1");
    assertThat(
            cpu(
                c -> {
                  c.idle = 0L;
                  c.shares = 1024L;
                }))
        .containsExactly("cpu.idle=0", "cpu.weight=100");
  }

  @Test
  void shouldPlaceProcessesOnCpusAndNodes() {
    assertThat(
            cpu(
                c -> {
                  c.cpus = "0-1";
                  c.mems = "0";
                }))
        .containsExactly("cpuset.cpus=0-1", "cpuset.mems=0");
  }

  @Test
  void shouldTakeTheMemoryOutOfMemoryAndSwap() {
    assertThat(
            memory(
                m -> {
                  m.limit = 100L;
                  m.swap = 150L;
                  m.reservation = 50L;
                }))
        .containsExactly("memory.low=50", "memory.swap.max=50", "memory.max=100");
  }

  @Test
  void shouldForbidSwapWhereItIsNoMoreThanTheMemory() {
    List<Setting> settings =
        ResourceSettings.of(
            Resources.NONE.with(
                r ->
                    r.memory =
                        Memory.NONE.with(
                            m -> {
                              m.limit = 100L;
                              m.swap = 100L;
                            })));

    assertThat(settings)
        .extracting(Setting::toString)
        .containsExactly("memory.swap.max=0", "memory.max=100");
    assertThat(settings.getFirst().instead()).as("a kernel without swap").isNotNull();
  }

  @Test
  void shouldLiftLimitsOfMemory() {
    assertThat(
            memory(
                m -> {
                  m.limit = 100L;
                  m.swap = -1L;
                }))
        .containsExactly("memory.swap.max=max", "memory.max=100");
    assertThat(memory(m -> m.limit = -1L)).containsExactly("memory.swap.max=max", "memory.max=max");
  }

  @Test
  void shouldReadNoProcessesAsNoLimit() {
    assertThat(settings(r -> r.pids = new Pids(100L))).containsExactly("pids.max=100");
    assertThat(settings(r -> r.pids = new Pids(-1L))).containsExactly("pids.max=max");
    assertThat(settings(r -> r.pids = new Pids(0L))).containsExactly("pids.max=max");
  }

  @ParameterizedTest
  @CsvSource({"10, 1", "100, 910", "500, 4950", "1000, 10000"})
  void shouldTurnABlockIoWeightIntoAnIoWeight(int weight, int converted) {
    assertThat(BlockIoLimits.convert(weight)).isEqualTo(converted);
  }

  @Test
  void shouldPreferTheWeightOfBfqAndFallBackToIoWeight() {
    List<Setting> settings =
        ResourceSettings.of(
            Resources.NONE.with(
                r -> r.blockIo = io(500, List.of(new WeightDevice(8, 0, 100, null)))));

    assertThat(settings)
        .extracting(Setting::toString)
        .containsExactly("io.bfq.weight=default 500", "io.bfq.weight=8:0 100");
    assertThat(settings)
        .extracting(s -> String.valueOf(s.instead()))
        .containsExactly("io.weight=default 4950", "io.weight=8:0 910");
  }

  @Test
  void shouldGatherTheRatesOfADeviceInOneLine() {
    BlockIo io =
        new BlockIo(
            null,
            null,
            List.of(),
            List.of(new ThrottleDevice(8, 0, 1_000), new ThrottleDevice(8, 16, 5)),
            List.of(new ThrottleDevice(8, 0, 2_000)),
            List.of(new ThrottleDevice(8, 16, -1)),
            List.of(new ThrottleDevice(8, 0, 0)));

    assertThat(settings(r -> r.blockIo = io))
        .containsExactly(
            "io.max=8:0 rbps=1000 wbps=2000 riops=max wiops=max",
            "io.max=8:16 rbps=5 wbps=max riops=max wiops=max");
  }

  @Test
  void shouldLimitHugePagesInUseAndReserved() {
    assertThat(settings(r -> r.hugepageLimits = List.of(new HugepageLimit("2MB", 4L << 20))))
        .containsExactly("hugetlb.2MB.max=4194304", "hugetlb.2MB.rsvd.max=4194304");
    assertThat(settings(r -> r.hugepageLimits = List.of(new HugepageLimit("1GB", -1))))
        .containsExactly("hugetlb.1GB.max=max", "hugetlb.1GB.rsvd.max=max");
  }

  @Test
  void shouldLimitRdma() {
    assertThat(settings(r -> r.rdma = Map.of("mlx5_1", new Rdma(3L, null))))
        .containsExactly("rdma.max=mlx5_1 hca_handle=3 hca_object=max");
  }

  @Test
  void shouldLetTheUnifiedMapHaveTheLastWord() {
    assertThat(
            settings(
                r -> {
                  r.memory = Memory.NONE.with(m -> m.limit = 100L);
                  r.unified = Map.of("memory.max", "200");
                  r.pids = new Pids(5L);
                }))
        .containsExactly("pids.max=5", "memory.max=200");
  }

  @Test
  void shouldNameWhatCgroup2CannotDo() {
    refused("linux.resources.cpu.realtimeRuntime", () -> cpu(c -> c.realtimeRuntime = 1L));
    refused("linux.resources.cpu.realtimePeriod", () -> cpu(c -> c.realtimePeriod = 1L));
    refused("linux.resources.cpu", () -> cpu(c -> c.quota = 500L));
    refused("linux.resources.memory.kernel", () -> memory(m -> m.kernel = 1L));
    refused("linux.resources.memory.kernelTCP", () -> memory(m -> m.kernelTcp = 1L));
    refused("linux.resources.memory.swappiness", () -> memory(m -> m.swappiness = 60L));
    refused(
        "linux.resources.memory.disableOOMKiller", () -> memory(m -> m.disableOomKiller = true));
    refused("linux.resources.memory.useHierarchy", () -> memory(m -> m.useHierarchy = false));
    refused("linux.resources.memory.swap", () -> memory(m -> m.swap = 100L));
    refused(
        "linux.resources.memory.swap",
        () ->
            memory(
                m -> {
                  m.limit = 100L;
                  m.swap = 99L;
                }));
    refused(
        "linux.resources.blockIO.leafWeight",
        () ->
            settings(
                r ->
                    r.blockIo =
                        new BlockIo(
                            null, 10, List.of(), List.of(), List.of(), List.of(), List.of())));
    refused(
        "linux.resources.blockIO.weightDevice[0].leafWeight",
        () -> settings(r -> r.blockIo = io(null, List.of(new WeightDevice(8, 0, 10, 10)))));
    refused("linux.resources.network", () -> settings(r -> r.network = new Network(1L, List.of())));
    refused(
        "linux.resources.unified[\"cgroup.procs\"]",
        () -> settings(r -> r.unified = Map.of("cgroup.procs", "1")));
  }

  private static void refused(String path, Runnable conversion) {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(conversion::run)
        .matches(e -> e.path().equals(path), "is about " + path);
  }
}
