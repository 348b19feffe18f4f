package io.lighter.runtime.rootless;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.runtime.IdRanges.Range;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserMappingTest {
  @Test
  void shouldReadTheRangesOfOneUserByNameAndByNumber() {
    String text =
        """
        # lent ids
        ann:100000:65536
        bob:200000:65536
        1000:300000:10
        ann:broken:1
        ann:5:0
        ann:5
        """;

    assertThat(SubordinateIds.parse(text, "ann", 1000))
        .containsExactly(new Range(100000, 65536), new Range(300000, 10));
    assertThat(SubordinateIds.parse(text, "eve", 1)).isEmpty();
    assertThat(SubordinateIds.of(Path.of("/no/such/file"), "ann", 1000)).isEmpty();
  }

  @Test
  void shouldMapTheUserToRootAndWhatIsLentBehind() {
    UserMapping mapping =
        UserMapping.of(
            1000,
            List.of(new Range(100000, 65536), new Range(300000, 10)),
            100,
            List.of(new Range(500000, 5)));

    assertThat(UserMapping.arguments(mapping.uids()))
        .containsExactly("0", "1000", "1", "1", "100000", "65536", "65537", "300000", "10");
    assertThat(UserMapping.arguments(mapping.gids()))
        .containsExactly("0", "100", "1", "1", "500000", "5");
  }

  @Test
  void shouldNotMapTheUsersOwnIdTwice() {
    UserMapping mapping =
        UserMapping.of(1000, List.of(new Range(990, 20)), 100, List.of(new Range(7, 1)));

    assertThat(UserMapping.arguments(mapping.uids())).containsExactly("0", "1000", "1");
    assertThat(UserMapping.single(1000, 100).gids()).hasSize(1);
  }
}
