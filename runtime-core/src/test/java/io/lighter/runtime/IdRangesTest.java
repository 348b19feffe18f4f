package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.overlay.RootAttributes;
import org.junit.jupiter.api.Test;

class IdRangesTest {
  private final IdRanges mapped =
      IdRanges.parse("         0       1000          1\n         1     100000      65536\n");

  @Test
  void shouldKnowWhichIdsThereAre() {
    assertThat(mapped.contains(0)).isTrue();
    assertThat(mapped.contains(65536)).isTrue();
    assertThat(mapped.contains(65537)).isFalse();
    assertThat(mapped).hasToString("0, 1-65536");
    assertThat(IdRanges.parse("0 0 4294967295\n").contains(4294967294L)).isTrue();
  }

  @Test
  void shouldTakeTheOwnerOfAFolderForRootWhereItIsNotKnown() throws Exception {
    OwnUsers users = new OwnUsers(false, true, mapped, mapped);

    assertThat(users.known(new RootAttributes(0750, 65534, 65534)))
        .isEqualTo(new RootAttributes(0750, 0, 0));
    assertThat(users.known(new RootAttributes(0750, 7, 70000)))
        .isEqualTo(new RootAttributes(0750, 7, 0));
    RootAttributes nobody = new RootAttributes(0755, 65534, 65534);
    assertThat(new OwnUsers(true, true, mapped, mapped).known(nobody)).isEqualTo(nobody);
  }
}
