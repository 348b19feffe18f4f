package io.lighter.bench.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ContainerViewTest {

  private static final String VIEW =
      """
      66 49 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/a
      67 66 0:40 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
      75 67 0:6 /null /proc/keys ro,relatime shared:1 - devtmpfs devtmpfs rw,size=12334524k
      Pid:	1
      CapBnd:	00000000a80425fb
      VmPeak:	    2332 kB
      bench
      """;

  @Test
  void shouldKeepWhatMakesAContainer() {
    assertThat(ContainerView.parse(VIEW, Set.of("/proc/keys")).facts())
        .containsOnly(
            java.util.Map.entry("mount /", "overlay "),
            java.util.Map.entry("mount /proc", "proc nodev,noexec,nosuid"),
            java.util.Map.entry("mount /proc/keys", "masked"),
            java.util.Map.entry("Pid", "1"),
            java.util.Map.entry("CapBnd", "00000000a80425fb"),
            java.util.Map.entry("hostname", "bench"));
  }

  @Test
  void shouldNameWhatDiffers() {
    ContainerView reference = ContainerView.parse(VIEW, Set.of());
    ContainerView other =
        ContainerView.parse(VIEW.replace("Pid:	1\n", "").replace("nosuid,", ""), Set.of());

    assertThat(reference.differencesOf(reference)).isEmpty();
    assertThat(reference.differencesOf(other))
        .containsExactly(
            "Pid: absent in place of 1",
            "mount /proc: proc nodev,noexec in place of proc nodev,noexec,nosuid");
  }
}
