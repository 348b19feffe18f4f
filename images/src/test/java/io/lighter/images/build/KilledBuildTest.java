package io.lighter.images.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.images.store.ImageStore;
import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build that is killed in its middle. */
@RequiresRoot
@RequiresTool("busybox")
@LeavesNothing(cgroups = "/lighter/")
class KilledBuildTest {
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void shouldLeaveAStoreThatCanBeUsed() throws Exception {
    Process build =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                BuildToBeKilled.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(build.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).isEqualTo("begun");
      awaitRecord(ImageStore.open(Linux.kernel(), folder.resolve("store")));
      build.destroyForcibly().waitFor();
    }
    BuildFixture fixture = new BuildFixture(folder);
    String dockerfile = BuildToBeKilled.DOCKERFILE.formatted("0");
    fixture.build(dockerfile);
    assertThat(fixture.progress.cached()).containsExactly("RUN echo first > /first");
    fixture.build(dockerfile);
    assertThat(fixture.progress.done()).isEmpty();
    assertThat(leftovers(fixture)).isEmpty();
  }

  /** The cache is written while the build goes on. */
  private static void awaitRecord(ImageStore store) throws Exception {
    long end = System.nanoTime() + AT_MOST.toNanos();
    while (store.records(BuildCache.KIND).names().isEmpty()) {
      assertThat(System.nanoTime()).as("the first step is in the cache").isLessThan(end);
      Thread.sleep(10);
    }
  }

  private static List<Path> leftovers(BuildFixture fixture) throws IOException {
    try (Stream<Path> layers = Files.list(fixture.store.root().resolve("layers"))) {
      return layers.filter(path -> path.getFileName().toString().startsWith("new-")).toList();
    }
  }
}
