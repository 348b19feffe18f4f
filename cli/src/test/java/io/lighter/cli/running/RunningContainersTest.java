package io.lighter.cli.running;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.images.ImageException;
import io.lighter.images.manifest.ContainerConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How one of the containers that run is found, and what stands in an entry. */
class RunningContainersTest {
  private static final String REST = "0".repeat(58);
  private static final Instant TIME = Instant.parse("2026-11-26T02:10:00.123456789Z");

  private static RunningContainer container(String digits, @Nullable String name) {
    return new RunningContainer(
        new ContainerIdentity(digits + REST, name),
        42,
        "/lighter/1",
        Path.of("/state/1/layers/1"),
        null,
        ContainerConfig.EMPTY,
        TIME,
        TIME.plusNanos(1),
        new KeptLog("syslog", Map.of("mode", "drop-newest"), ""));
  }

  private static final RunningContainer ONE = container("abcd12", null);
  private static final RunningContainer OTHER = container("abcd13", "web");
  private static final RunningContainer LOOKALIKE = container("123456", "abcd1");
  private static final List<RunningContainer> ALL = List.of(ONE, OTHER, LOOKALIKE);

  private static @Nullable RunningContainer find(String text) {
    return RunningContainers.findOrNull(text, ALL);
  }

  @Test
  void shouldFindByTheNameAndByTheFirstDigitsOfTheId() {
    assertThat(find("web")).isEqualTo(OTHER);
    assertThat(find("abcd12")).isEqualTo(ONE);
    assertThat(find("abcd12" + REST)).isEqualTo(ONE);
    assertThat(find("abcd13000000")).isEqualTo(OTHER);
    assertThat(ONE.name()).isEqualTo("abcd12000000");
    assertThat(find(ONE.name())).isEqualTo(ONE);
    assertThat(find("123")).isNull();
    assertThat(find("we")).isNull();
  }

  @Test
  void shouldPreferANameThatLooksLikeAnId() {
    assertThat(find("abcd1")).isEqualTo(LOOKALIKE);
  }

  @Test
  void shouldNotGuessWhichOneIsMeant() {
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> find("abcd"))
        .withMessage("multiple IDs found with provided prefix: abcd (give more of its digits)");
  }

  @Test
  void shouldReadWhatIsWritten() {
    assertThat(RunningContainer.read(Path.of("names/abcd12" + REST), ONE.toBytes())).isEqualTo(ONE);
    assertThat(RunningContainer.read(Path.of("names/web"), OTHER.toBytes())).isEqualTo(OTHER);
  }

  @Test
  void shouldTakeAnEntryThatIsBeingWrittenForNone() {
    byte[] all = OTHER.toBytes();
    for (int length = 0; length < all.length; length++) {
      assertThat(RunningContainer.read(Path.of("web"), Arrays.copyOf(all, length))).isNull();
    }
    assertThat(new String(all, UTF_8)).endsWith("}\n");
  }
}
