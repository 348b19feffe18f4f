package io.lighter.runtime.launch;

import static io.lighter.linux.MountFlags.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountOptionsTest {
  private static MountOptions parse(String options) {
    return MountOptions.parse(List.of(options.split(" ", -1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "async atime bind defaults dev diratime dirsync exec iversion lazytime loud mand noatime",
        "nodev nodiratime noexec noiversion nolazytime nomand norelatime nostrictatime nosuid",
        "nosymfollow private rbind rdev rdiratime relatime remount rexec rnoatime rnodiratime ro",
        "rnodev rnoexec rnorelatime rnostrictatime rnosuid rnosymfollow rprivate rrelatime rro rrw",
        "rshared rslave rstrictatime rsuid rsymfollow runbindable rw ratime shared silent slave",
        "strictatime suid sync symfollow tmpcopyup unbindable idmap ridmap",
        "src-nofollow dest-nofollow copy-symlink"
      })
  void shouldKnowEveryOptionOfTheSpecification(String options) {
    for (String option : options.split(" ", -1)) {
      assertThat(parse(option).data()).as(option).isEmpty();
    }
  }

  @Test
  void shouldLeaveTheRestToTheFileSystem() {
    assertThat(parse("ro size=64k huge=never rsize=1 acl").data())
        .containsExactly("size=64k", "huge=never", "rsize=1", "acl");
  }

  @ParameterizedTest
  @CsvSource({
    "ro rw, 0",
    "rw ro, 0x1",
    "suid nosuid dev, 0x2",
    "nodev dev nodev, 0x4",
    "exec noexec, 0x8",
    "noatime, 0x10",
    "noatime relatime, 0",
    "noatime atime, 0",
    "noatime norelatime, 0x10",
    "noatime nostrictatime, 0x10",
    "strictatime atime, 0x20",
    "strictatime noatime, 0x10",
    "strictatime nostrictatime, 0",
    "norelatime, 0x20",
    "relatime norelatime, 0x20",
    "nodiratime nosymfollow, 0x200080",
    "nodiratime diratime nosymfollow symfollow, 0",
    "rw rro, 0x1",
    "ro rrw, 0",
    "rro rw, 0x1",
    "rnosuid rsuid rnodev, 0x4"
  })
  void shouldLetTheLastWin(String options, long attributes) {
    assertThat(parse(options).attributesOfNew()).isEqualTo(attributes);
  }

  @Test
  void shouldClearWhatABindMayHaveInherited() {
    assertThat(parse("rw suid").attributes())
        .isEqualTo(new AttributeMask(0, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID));
    assertThat(parse("rro rnoatime").tree())
        .isEqualTo(new AttributeMask(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME));
    assertThat(parse("ro").tree().isEmpty()).isTrue();
  }

  @Test
  void shouldTakeTheLastPropagationAndTheLastKindOfMapping() {
    assertThat(parse("rshared private").propagation()).isEqualTo(MS_PRIVATE);
    assertThat(parse("rshared private").recursivePropagation()).isFalse();
    assertThat(parse("slave runbindable").recursivePropagation()).isTrue();
    assertThat(parse("idmap ridmap").extras()).containsExactly(MountOptions.Extra.RIDMAP);
    assertThat(parse("ridmap idmap").extras()).containsExactly(MountOptions.Extra.IDMAP);
  }

  @Test
  void shouldPassFlagsOfTheFileSystem() {
    assertThat(parse("sync dirsync mand lazytime iversion silent").mountFlags())
        .isEqualTo(
            MS_SYNCHRONOUS | MS_DIRSYNC | MS_MANDLOCK | MS_LAZYTIME | MS_I_VERSION | MS_SILENT);
    assertThat(parse("sync async mand nomand lazytime nolazytime silent loud").mountFlags())
        .isZero();
  }
}
