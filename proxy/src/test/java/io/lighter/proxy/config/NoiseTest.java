package io.lighter.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file as nobody writes it is read, or is refused by mistakes that point into it. */
class NoiseTest {
  private static final int ROUNDS = 1000;
  private static final String SIGNS = "{}[]:,-#&*!|>'\"%@`?<\n\t \0\\/.0159azZ~é\ud83d\ude00";

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldReadOrPointIntoTheFile(long seed) throws Exception {
    Random random = new Random(seed);
    String page = Files.readString(Path.of("../docs/proxy.md"));
    String example = page.substring(page.indexOf("```yaml") + 7, page.indexOf("What is not known"));
    for (int round = 0; round < ROUNDS; round++) {
      String text = noisy(example, random);
      try {
        assertThat(ConfigFile.parse("p.yaml", text).services()).isNotNull();
      } catch (ConfigException e) {
        assertThat(e.mistakes())
            .isNotEmpty()
            .allSatisfy(
                mistake -> {
                  assertThat(mistake.line()).isBetween(1, 2 + (int) text.lines().count());
                  assertThat(mistake.problem()).isNotBlank().doesNotContain("null");
                });
      }
    }
  }

  private static String noisy(String text, Random random) {
    StringBuilder noisy = new StringBuilder(text);
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int from = random.nextInt(noisy.length());
      int to = Math.min(noisy.length(), from + random.nextInt(6));
      int sign = random.nextInt(SIGNS.length());
      switch (random.nextInt(3)) {
        case 0 -> noisy.delete(from, to);
        case 1 -> noisy.insert(from, SIGNS.charAt(sign));
        default -> noisy.insert(from, noisy.substring(to, Math.min(noisy.length(), to + 40)));
      }
    }
    return noisy.toString();
  }
}
