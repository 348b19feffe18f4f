package io.lighter.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.bench.report.ImagesData.Operation;
import io.lighter.bench.report.ImagesData.Sample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImagesReportTest {
  private static ImagesData.Subject subject(String name, long askedNanos, long heap) {
    return new ImagesData.Subject(
        name,
        "it",
        Map.of(
            Operation.DIFF,
            List.of(new Sample(700_000_000L, 1, heap / 2), new Sample(800_000_000L, 1, heap)),
            Operation.ASKED,
            List.of(new Sample(askedNanos, 1_000, 0))));
  }

  @Test
  void shouldShowWhatARunningEngineTakesAndThePeakHeap() {
    ImagesData data =
        new ImagesData(
            SampleData.exec().fingerprint(),
            1,
            List.of(subject("lighter", 4_000_000, 40L << 20), subject("dockerd", 24_000_000, 0)));
    assertThat(ImagesReport.page(data, ""))
        .contains("| build again, asked of a running engine | 0.0040 | 0.0240 |")
        .contains("| diff of 100,000 files | 0.80 | 0.80 |")
        .contains("Peak heap, MiB:\n\n|  | lighter |\n|---|---:|\n| diff of 100,000 files | 40 |")
        .contains("| peak heap at most 128 MiB | 40 MiB | yes |")
        .contains(
            "asked of a running engine at least 5 times as fast as dockerd | 6.00 times | yes");
  }
}
