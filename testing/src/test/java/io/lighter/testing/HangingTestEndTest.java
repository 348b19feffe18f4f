package io.lighter.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A test that hangs in a JVM of its own, and takes that with it. */
class HangingTestEndTest {
  @Tag("specimen")
  static class HangingSpecimen {
    @Test
    void hangs() throws InterruptedException {
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  /** The other JVM. */
  static final class Runner {
    public static void main(String[] args) {
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(selectClass(HangingSpecimen.class))
                  .build());
    }
  }

  @Test
  void shouldEndTheJvmAndSayWhere() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-D" + HangingTestEnd.PROPERTY + "=1",
                Runner.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isEqualTo(HangingTestEnd.EXIT_CODE);
    assertThat(said).contains("hangs()", "has taken 1 s", "HangingSpecimen.hangs(");
  }
}
