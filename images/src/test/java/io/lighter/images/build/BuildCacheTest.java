package io.lighter.images.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found in the cache, and what is not. */
@RequiresRoot
@RequiresTool("busybox")
@LeavesNothing(cgroups = "/lighter/")
class BuildCacheTest {
  private static final String COPY = "FROM busybox\nCOPY files /files\nRUN cat /files/a > /b\n";

  @TempDir Path folder;
  private BuildFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new BuildFixture(folder);
    fixture.file("files/a", "one").file("other", "1");
  }

  private void expectMisses(String... steps) {
    assertThat(fixture.progress.done()).containsExactly(steps);
  }

  @Test
  void shouldFindAllAgain() throws IOException {
    ImageRecord first = fixture.build(COPY);
    ImageRecord second = fixture.build(COPY);
    expectMisses();
    assertThat(fixture.progress.cached()).hasSize(2);
    assertThat(second.diffIds()).isEqualTo(first.diffIds());
  }

  @Test
  void shouldSurviveARestartAndACollection() throws IOException {
    ImageRecord image = fixture.build(COPY);
    ImageStore again = ImageStore.open(Linux.kernel(), fixture.store.root());
    again.remove(image.id());
    again.collectGarbage();
    fixture.build(COPY);
    expectMisses();
  }

  @Test
  void shouldNotLookAtTimes() throws IOException {
    fixture.build(COPY);
    Files.setLastModifiedTime(fixture.context.resolve("files/a"), FileTime.from(Instant.EPOCH));
    Files.setLastModifiedTime(fixture.context.resolve("files"), FileTime.from(Instant.EPOCH));
    fixture.file("unused", "new");
    fixture.build(COPY);
    expectMisses();
  }

  @Test
  void shouldMissWhatChanged() throws IOException {
    fixture.build(COPY);
    fixture.file("files/a", "two");
    fixture.build(COPY);
    expectMisses("COPY files /files", "RUN cat /files/a > /b");

    Files.setPosixFilePermissions(
        fixture.context.resolve("files/a"), PosixFilePermissions.fromString("rw-------"));
    fixture.build(COPY);
    expectMisses("COPY files /files", "RUN cat /files/a > /b");

    Files.move(fixture.context.resolve("files/a"), fixture.context.resolve("files/x"));
    Files.createSymbolicLink(fixture.context.resolve("files/a"), Path.of("x"));
    fixture.build(COPY);
    expectMisses("COPY files /files", "RUN cat /files/a > /b");

    Files.setAttribute(fixture.context.resolve("files/x"), "user:tag", new byte[] {1});
    fixture.build(COPY);
    expectMisses("COPY files /files", "RUN cat /files/a > /b");
  }

  @Test
  void shouldFindWhatWasThereBefore() throws IOException {
    fixture.build(COPY);
    fixture.file("files/a", "two");
    fixture.build(COPY);
    fixture.file("files/a", "one");
    fixture.build(COPY);
    expectMisses();
  }

  @Test
  void shouldDependOnAllThatACommandSees() throws IOException {
    String run = "FROM busybox\nARG A\nENV B=1\nWORKDIR /tmp\nRUN true\n";
    fixture.build(run);
    fixture.build(run);
    expectMisses();
    fixture.build(run, r -> r.args = Map.of("A", "x"));
    expectMisses("RUN true");
    fixture.build(run.replace("B=1", "B=2"));
    expectMisses("RUN true");
    fixture.build(run.replace("/tmp", "/etc"));
    expectMisses("RUN true");
    fixture.build(run.replace("RUN", "USER ann\nRUN"));
    expectMisses("RUN true");
    fixture.build(run.replace("RUN", "RUN --network=none"));
    expectMisses("RUN --network=none true");
    fixture.build(run.replace("RUN", "LABEL x=y\nEXPOSE 1\nCMD x\nRUN"));
    expectMisses();
  }

  @Test
  void shouldNotDependOnProxies() throws IOException {
    String run = "FROM busybox\nRUN true\n";
    fixture.build(run);
    fixture.build(run, r -> r.args = Map.of("HTTPS_PROXY", "http://x"));
    expectMisses();
  }

  @Test
  void shouldLinkWhateverIsBelow() throws IOException {
    String linked = "FROM busybox\nRUN echo %s > /x\nCOPY --link files /files\n";
    ImageRecord one = fixture.build(linked.formatted("1"));
    ImageRecord two = fixture.build(linked.formatted("2"));
    expectMisses("RUN echo 2 > /x");
    assertThat(two.diffIds().getLast()).isEqualTo(one.diffIds().getLast());
  }

  @Test
  void shouldCopyAgainOnlyWhatAStageChanged() throws IOException {
    String stages =
        """
        FROM busybox AS make
        COPY files /files
        RUN cat /files/a >/a; echo same >/same
        FROM busybox
        COPY --from=make /same /
        COPY --from=make /a /
        """;
    fixture.build(stages);
    fixture.file("files/a", "two");
    fixture.build(stages);
    assertThat(fixture.progress.cached()).containsExactly("COPY --from=make /same /");
    fixture.build(stages);
    expectMisses();
  }

  @Test
  void shouldRunAllAgainWhenAsked() throws IOException {
    String stages =
        """
        FROM busybox AS a
        RUN echo a >/a
        FROM busybox AS b
        RUN echo b >/b
        FROM scratch
        COPY --from=a /a /
        COPY --from=b /b /
        """;
    fixture.build(stages);
    fixture.build(stages, r -> r.noCache = true);
    assertThat(fixture.progress.cached()).isEmpty();
    fixture.build(stages, r -> r.noCacheStages = Set.of("a"));
    assertThat(fixture.progress.cached())
        .contains("RUN echo b >/b")
        .doesNotContain("RUN echo a >/a");
  }

  @Test
  void shouldNotKeepAStepThatFailed() throws IOException {
    String run = "FROM busybox\nRUN echo x >/x; exit $(cat /dev/null; echo %d)\n";
    try {
      fixture.build(run.formatted(1));
    } catch (BuildException e) {
      assertThat(e.exitCode()).isEqualTo(1);
    }
    try {
      fixture.build(run.formatted(1));
    } catch (BuildException e) {
      assertThat(fixture.progress.cached()).isEmpty();
    }
  }

  @Test
  void shouldTakeTheCacheOfAnImageThatCameFromElsewhere() throws IOException {
    Path archive = folder.resolve("image.tar");
    try (var out = Files.newOutputStream(archive)) {
      fixture
          .builder()
          .build(
              fixture.request(COPY).with(r -> r.args = Map.of(InlineCache.ARGUMENT, "1")),
              List.of(
                  new ImageArchiveOutput(
                      List.of(io.lighter.images.reference.Reference.parse("cached")),
                      ExportOptions.DEFAULT,
                      out)),
              Progress.NONE);
    }
    BuildFixture other = new BuildFixture(folder, "other");
    other.build(COPY, r -> r.cacheFrom = List.of(new CacheSource.Image("cached")));
    assertThat(other.progress.warnings.getFirst()).contains("the cache cached is not used");
    BuildFixture third = new BuildFixture(folder, "third");
    try (var in = Files.newInputStream(archive)) {
      new io.lighter.images.archive.ImageArchiveReader(
              third.store,
              io.lighter.images.Platform.local(),
              io.lighter.images.transfer.Progress.SILENT)
          .load(in);
    }
    third.build(COPY, r -> r.cacheFrom = List.of(new CacheSource.Image("cached")));
    assertThat(third.progress.done()).isEmpty();
    assertThat(third.progress.cached()).hasSize(2);
  }
}
