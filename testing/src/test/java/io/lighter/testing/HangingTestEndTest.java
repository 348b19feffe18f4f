package io.lighter.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A test that hangs in a JVM of its own, and takes that with it. */
class HangingTestEndTest {
  @Tag("specimen")
  static class HangingSpecimen {
    @Test
    void hangs() throws Exception {
      Process child = new ProcessBuilder("sleep", "1000").start();
      System.err.println("child " + child.pid() + ".");
      child.waitFor();
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
    String child = said.replaceAll("(?s).*child ([0-9]+)\\..*", "$1");
    // Killed, it may be a zombie for as long as init takes.
    assertThat(ProcessHandle.of(Long.parseLong(child)))
        .satisfiesAnyOf(
            none -> assertThat(none).isEmpty(),
            dying -> assertThat(dying.get().onExit().get(10, TimeUnit.SECONDS)).isNotNull());
  }
}
