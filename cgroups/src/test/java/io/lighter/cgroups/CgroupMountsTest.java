package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CgroupMountsTest {
  private static final String SYSFS = "22 28 0:21 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n";

  @Test
  void shouldFindTheTreeOfAHostWithOneTree() {
    CgroupMounts mounts =
        CgroupMounts.parse(
            SYSFS
                + "29 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate");

    assertThat(mounts).isEqualTo(new CgroupMounts("/sys/fs/cgroup", "/", Map.of()));
  }

  @Test
  void shouldFindTheTreeAndTheV1ControllersOfAHybridHost() {
    CgroupMounts mounts =
        CgroupMounts.parse(
            """
            29 22 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
            30 29 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            31 29 0:28 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory
            32 29 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
            """);

    assertThat(mounts.unified()).isEqualTo("/sys/fs/cgroup/unified");
    assertThat(mounts.legacy())
        .containsEntry("cpu", "/sys/fs/cgroup/cpu,cpuacct")
        .containsEntry("memory", "/sys/fs/cgroup/memory");
  }

  @Test
  void shouldPreferTheUsualPlaceOfSeveralMounts() {
    CgroupMounts mounts =
        CgroupMounts.parse(
            """
            29 22 0:26 / /run/other rw - cgroup2 none rw
            30 22 0:26 / /sys/fs/cgroup rw - cgroup2 none rw
            """);

    assertThat(mounts.unified()).isEqualTo("/sys/fs/cgroup");
  }

  @Test
  void shouldPassOverATreeThatAnotherMountHides() {
    CgroupMounts mounts =
        CgroupMounts.parse(
            """
            29 22 0:26 / /sys/fs/cgroup rw - cgroup2 none rw
            30 22 0:30 / /sys/fs/cgroup rw - tmpfs none rw
            31 22 0:26 /docker/1 /mnt/a\\040b rw - cgroup2 none rw
            """);

    assertThat(mounts).isEqualTo(new CgroupMounts("/mnt/a b", "/docker/1", Map.of()));
  }

  @Test
  void shouldFindNoTreeWhereThereIsNone() {
    assertThat(CgroupMounts.parse(SYSFS).unified()).isNull();
  }
}
