package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KernelVersionTest {
  @Test
  void shouldReadWhatUnamePrints() {
    assertThat(KernelVersion.parse("6.18.44-fc-v595")).isEqualTo(new KernelVersion(6, 18));
    assertThat(KernelVersion.parse("6.1")).isEqualTo(new KernelVersion(6, 1));
    assertThat(KernelVersion.parse("5.14-rc3")).isEqualTo(new KernelVersion(5, 14));
    assertThat(KernelVersion.current().major()).isGreaterThanOrEqualTo(5);
  }

  @Test
  void shouldCompareByNumberNotByText() {
    assertThat(KernelVersion.parse("6.18").isAtLeast(KernelVersion.parse("6.2"))).isTrue();
    assertThat(KernelVersion.parse("4.20").isAtLeast(KernelVersion.parse("5.0"))).isFalse();
    assertThat(KernelVersion.parse("4.8").isAtLeast(KernelVersion.parse("4.8"))).isTrue();
  }

  @Test
  void shouldRefuseWhatIsNoVersion() {
    assertThatThrownBy(() -> KernelVersion.parse("6")).hasMessageContaining("\"6\"");
    assertThatThrownBy(() -> KernelVersion.parse("new")).hasMessageContaining("5.14");
    assertThatThrownBy(() -> KernelVersion.parse("99999999.1")).hasMessageContaining("version");
  }

  @Test
  void shouldRefuseAKernelBelowTheFloorAndSayWhy() {
    new KernelVersion(5, 14).requireFloor();
    assertThatThrownBy(() -> KernelVersion.parse("5.13.19").requireFloor())
        .hasMessage(
            "Lighter needs Linux 5.14 or later and this machine runs 5.13: boot a newer kernel");
  }
}
