package io.lighter.bench.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.bench.machine.NativePrograms;
import io.lighter.testing.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that writes, as the harness drives it. */
class LogWriterTest {
  @TempDir Path folder;

  @Test
  @RequiresTool("gcc")
  void shouldWriteAllLinesOnceItIsLetGo() throws Exception {
    Path program = NativePrograms.compileLogWriter(Path.of("src/main/c"), folder);
    Path log = folder.resolve("log");
    LogWriter.Result result;
    Process process;
    try (LogWriter writer =
        new LogWriter(folder.resolve("control"), WriterLoad.buffered(5_000, 100))) {
      process =
          new ProcessBuilder(writer.command(program.toString(), writer.control()))
              .redirectOutput(log.toFile())
              .start();
      assertThat(Files.size(log)).isZero();
      writer.go();
      result = writer.await();
      assertThat(process.isAlive()).isTrue();
    }
    assertThat(process.waitFor()).isZero();
    assertThat(NumberedLines.in(List.of(log), false).inOrder()).isEqualTo(5_000);
    assertThat(Files.size(log)).isEqualTo(500_000);
    assertThat(result.stalls().getTotalCount()).isEqualTo(8); // 655 lines a write
    assertThat(result.end()).isGreaterThan(result.begin());
  }

  @Test
  void shouldReadAHistogram() {
    LogWriter.Result result = LogWriter.parse(List.of("span 10 30", "500 2", "1000000 1"));

    assertThat(result.end() - result.begin()).isEqualTo(20);
    assertThat(result.stalls().getTotalCount()).isEqualTo(3);
    assertThat(result.stalls().getValueAtPercentile(50)).isEqualTo(500);
  }

  @Test
  void shouldRefuseWhatIsNoOption() {
    assertThat(LogsOptions.parse(List.of("3", "--disk=" + folder)).disk()).isEqualTo(folder);
    assertThatThrownBy(() -> LogsOptions.parse(List.of("--disk=/not/there")))
        .hasMessageContaining("/not/there is not a folder");
    assertThatThrownBy(() -> LogsOptions.parse(List.of("--rounds")))
        .hasMessageContaining("'--rounds' is no number");
  }
}
