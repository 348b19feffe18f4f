package io.lighter.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code docs/proxy.md} shows can be used, and has each field. */
class ProxyPageTest {
  private static String page = "";

  @BeforeAll
  static void read() throws Exception {
    page = Files.readString(Path.of("../docs/proxy.md"));
  }

  @Test
  void shouldReadTheExamplesOfThePage() throws Exception {
    List<String> examples =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(page)
            .results()
            .map(result -> result.group(1))
            .toList();
    assertThat(examples).hasSize(2);
    assertThat(ConfigFile.parse("proxy.md", examples.getFirst()).services().byName())
        .containsOnlyKeys("web", "shop", "mail", "dns/tcp", "dns/udp");
    assertThat(ConfigFile.parse("proxy.md", examples.getLast()).kubernetes()).isNotNull();
  }

  @Test
  void shouldHaveARowForEachField() {
    List<String> rows =
        Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE)
            .matcher(page)
            .results()
            .map((MatchResult result) -> result.group(1))
            .toList();
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(ConfigFile.NAMES.stream(), ServiceFields.NAMES.stream()).toList());
  }
}
