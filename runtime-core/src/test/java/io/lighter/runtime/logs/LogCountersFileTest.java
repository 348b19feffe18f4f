package io.lighter.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Linux;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What others see of the counters of a log. */
@Timeout(60)
class LogCountersFileTest {
  @TempDir private Path folder;

  @Test
  void shouldShowWhatIsCountedAtOnce() throws Exception {
    Path file = folder.resolve("web");
    assertThat(LogCountersFile.read(file)).isNull();
    LogCountersFile counters = LogCountersFile.create(file);
    assertThat(LogCountersFile.read(file)).isEqualTo(new LogStatistics(0, 0, 0, 0, 0));
    counters.counters().taken(70);
    counters.counters().taken(7);
    counters.counters().dropped(2, 11);
    counters.counters().failed();
    assertThat(LogCountersFile.read(file)).isEqualTo(new LogStatistics(77, 2, 2, 11, 1));
  }

  @Test
  void shouldBeginAnewAndLeaveTheCountersOfAnotherAlone() throws Exception {
    Path file = folder.resolve("web");
    LogCounters before = LogCountersFile.create(file).counters();
    before.dropped(1, 1);
    LogCountersFile.create(file);
    before.dropped(1, 1);
    assertThat(before.droppedLines()).isEqualTo(2);
    assertThat(LogCountersFile.read(file)).isEqualTo(new LogStatistics(0, 0, 0, 0, 0));
  }

  @Test
  void shouldCountOnWhenTheFileIsRemoved() throws Exception {
    Path file = folder.resolve("web");
    LogCounters counters = LogCountersFile.create(file).counters();
    Files.delete(file);
    counters.failed();
    assertThat(counters.failures()).isEqualTo(1);
    assertThat(LogCountersFile.read(file)).isNull();
  }

  @Test
  void shouldTakeAFileThatIsNotCompleteForNone() throws Exception {
    Path file = Files.write(folder.resolve("web"), new byte[LogCounters.SIZE - 1]);
    assertThat(LogCountersFile.read(file)).isNull();
  }

  @Test
  void shouldNameTheFileThatCannotBeMade() {
    assertThatThrownBy(() -> LogCountersFile.create(folder.resolve("none/web")))
        .hasMessageContaining("the counters of a log cannot be kept in " + folder)
        .hasMessageContaining("NoSuchFile");
  }

  @Test
  void shouldBeWhatAPipelineCountsIn() throws Exception {
    Linux linux = Linux.kernel();
    LogCountersFile file = LogCountersFile.create(folder.resolve("web"));
    try (LogPipeline pipeline = LogPipeline.open(linux);
        TestPipe out = new TestPipe(linux)) {
      ContainerLog log =
          pipeline.add(
              "web",
              LogSources.pipe(linux, out.read()),
              new CollectingSink(),
              LogPolicy.BLOCK,
              file.counters());
      out.write("one\ntwo\n");
      out.end();
      log.ended().get(20, TimeUnit.SECONDS);
      assertThat(LogCountersFile.read(file.file())).isEqualTo(log.statistics());
      assertThat(log.statistics().bytes()).isEqualTo(8);
    }
  }
}
