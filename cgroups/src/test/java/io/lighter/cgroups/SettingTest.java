package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {
  private static final BlockDevice DISK = new BlockDevice(8, 16);

  @Test
  void shouldWriteCpuSettingsAsTheKernelReadsThem() {
    assertThat(
            List.of(
                CpuSettings.weight(10_000),
                CpuSettings.weightNice(-20),
                CpuSettings.max(50_000, CpuSettings.DEFAULT_PERIOD),
                CpuSettings.max(Setting.UNLIMITED, 1_000),
                CpuSettings.maxBurst(0),
                CpuSettings.idle(true),
                CpuSettings.uclampMin(0),
                CpuSettings.uclampMax(12.345)))
        .extracting(Setting::toString)
        .containsExactly(
            "cpu.weight=10000",
            "cpu.weight.nice=-20",
            "cpu.max=50000 100000",
            "cpu.max=max 1000",
            "cpu.max.burst=0",
            "cpu.idle=1",
            "cpu.uclamp.min=0.00",
            "cpu.uclamp.max=12.35");
  }

  @Test
  void shouldWriteMemorySettingsAsTheKernelReadsThem() {
    assertThat(
            List.of(
                MemorySettings.min(1),
                MemorySettings.low(2),
                MemorySettings.high(3),
                MemorySettings.max(64L << 20),
                MemorySettings.swapMax(0),
                MemorySettings.swapHigh(Setting.UNLIMITED),
                MemorySettings.zswapMax(5),
                MemorySettings.oomGroup(true)))
        .extracting(Setting::toString)
        .containsExactly(
            "memory.min=1",
            "memory.low=2",
            "memory.high=3",
            "memory.max=67108864",
            "memory.swap.max=0",
            "memory.swap.high=max",
            "memory.zswap.max=5",
            "memory.oom.group=1");
  }

  @Test
  void shouldWriteIoSettingsAsTheKernelReadsThem() {
    assertThat(
            List.of(
                IoSettings.weight(100),
                IoSettings.weight(DISK, 200),
                IoSettings.bfqWeight(300),
                IoSettings.bfqWeight(DISK, 400),
                IoSettings.max(DISK, new IoSettings.Rates(1, 2, Setting.UNLIMITED, 4)),
                IoSettings.latency(DISK, 5_000)))
        .extracting(Setting::toString)
        .containsExactly(
            "io.weight=default 100",
            "io.weight=8:16 200",
            "io.bfq.weight=default 300",
            "io.bfq.weight=8:16 400",
            "io.max=8:16 rbps=1 wbps=2 riops=max wiops=4",
            "io.latency=8:16 target=5000");
  }

  @Test
  void shouldWriteTheOtherSettingsAsTheKernelReadsThem() {
    assertThat(
            List.of(
                CpusetSettings.cpus(" 0-3,7,8-31:2/8 "),
                CpusetSettings.mems("0"),
                CpusetSettings.partition(CpusetSettings.Partition.ISOLATED),
                PidsSettings.max(100),
                PidsSettings.max(Setting.UNLIMITED),
                HugetlbSettings.max("2MB", 4L << 20),
                HugetlbSettings.reservedMax("1GB", Setting.UNLIMITED),
                RdmaSettings.max("mlx4_0", 2, Setting.UNLIMITED),
                MiscSettings.max("sev", 3)))
        .extracting(Setting::toString)
        .containsExactly(
            "cpuset.cpus=0-3,7,8-31:2/8",
            "cpuset.mems=0",
            "cpuset.cpus.partition=isolated",
            "pids.max=100",
            "pids.max=max",
            "hugetlb.2MB.max=4194304",
            "hugetlb.1GB.rsvd.max=max",
            "rdma.max=mlx4_0 hca_handle=2 hca_object=max",
            "misc.max=sev 3");
  }

  @Test
  void shouldRefuseAValueOutOfRangeAndSayTheRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CpuSettings.weight(0))
        .withMessage("cpu.weight takes 1 to 10000, not '0'");
    refused(() -> CpuSettings.weight(10_001));
    refused(() -> CpuSettings.weightNice(20));
    refused(() -> CpuSettings.max(999, 100_000));
    refused(() -> CpuSettings.max(1_000, 1_000_001));
    refused(() -> CpuSettings.max(0, 100_000));
    refused(() -> CpuSettings.maxBurst(-1));
    refused(() -> CpuSettings.uclampMax(100.1));
    refused(() -> CpuSettings.uclampMin(Double.NaN));
    refused(() -> CpusetSettings.cpus("0-"));
    refused(() -> CpusetSettings.cpus("0\n1"));
    refused(() -> CpusetSettings.mems(""));
    refused(() -> MemorySettings.max(-2));
    refused(() -> IoSettings.weight(0));
    refused(() -> IoSettings.bfqWeight(1_001));
    refused(() -> new IoSettings.Rates(0, 1, 1, 1));
    refused(() -> new BlockDevice(4_096, 0));
    refused(() -> IoSettings.latency(DISK, -1));
    refused(() -> PidsSettings.max((4L << 20) + 1));
    refused(() -> HugetlbSettings.max("2mb", 1));
    refused(() -> HugetlbSettings.max("../2MB", 1));
    refused(() -> RdmaSettings.max("a b", 1, 1));
    refused(() -> MiscSettings.max("sev 1\nx", 1));
  }

  private static void refused(ThrowingCallable setting) {
    assertThatIllegalArgumentException().isThrownBy(setting);
  }

  @Test
  void shouldTakeAnyFileOfAControllerFromTheUnifiedMap() {
    assertThat(Setting.unified(Map.of("memory.high", "10M")))
        .containsExactly(new Setting(Controller.MEMORY, "memory.high", "10M", null));
    assertThat(Setting.unified("hugetlb.2MB.max", "max").controller())
        .isEqualTo(Controller.HUGETLB);
    assertThat(Setting.unified("cgroup.max.depth", "3").controller()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "memory",
        ".max",
        "../memory.max",
        "a/memory.max",
        "memory..max",
        "memory.max\n",
        "nosuch.max",
        "devices.allow",
        "memory.max "
      })
  void shouldRefuseWhatIsNoControlFile(String file) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Setting.unified(file, "1"))
        .withMessageContaining(file.strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cgroup.procs",
        "cgroup.threads",
        "cgroup.kill",
        "cgroup.freeze",
        "cgroup.type",
        "cgroup.subtree_control"
      })
  void shouldRefuseToActOnProcessesFromTheUnifiedMap(String file) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Setting.unified(file, "1"))
        .withMessageStartingWith(file + " is no limit");
  }
}
