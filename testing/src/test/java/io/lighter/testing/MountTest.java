package io.lighter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MountTest {

  @Test
  void shouldSkipOptionalFields() {
    Mount mount =
        Mount.parse("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw");

    assertThat(mount).isEqualTo(new Mount(36, "/mnt1", "/mnt2", "ext3", "/dev/root"));
  }

  @Test
  void shouldReadEscapedBlanks() {
    assertThat(Mount.parse("1 0 0:1 / /a\\040b\\134c rw - tmpfs none rw").point())
        .isEqualTo("/a b\\c");
  }
}
