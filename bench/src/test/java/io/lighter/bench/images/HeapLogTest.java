package io.lighter.bench.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeapLogTest {
  @TempDir Path folder;

  /** A program of one line that keeps some of what it makes. */
  static final class Hoarder {
    private Hoarder() {}

    public static void main(String[] arguments) {
      List<byte[]> kept = new ArrayList<>();
      for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
        kept.add(new byte[1 << 20]);
      }
      System.out.println(kept.size());
    }
  }

  private long peak(int megabytes) throws IOException, InterruptedException {
    HeapLog log = new HeapLog(folder.resolve("log"));
    log.clear();
    assertThat(log.peak()).isZero();
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-Xlog:disable",
            "-cp",
            System.getProperty("java.class.path"),
            Hoarder.class.getName(),
            String.valueOf(megabytes));
    String[] variable = log.variable().split("=", 2);
    java.environment().put(variable[0], variable[1]);
    Process process =
        java.redirectErrorStream(true).redirectOutput(folder.resolve("said").toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("said"))).isZero();
    return log.peak() >> 20;
  }

  @Test
  void shouldFindThePeakBeforeCollections() throws Exception {
    assertThat(peak(70)).isBetween(68L, 90L);
  }

  @Test
  void shouldFindItAtTheEndWithoutACollection() throws Exception {
    assertThat(peak(1)).isBetween(1L, 20L);
  }
}
