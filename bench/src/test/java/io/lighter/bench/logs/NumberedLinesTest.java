package io.lighter.bench.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lost lines are found in every format. */
class NumberedLinesTest {
  @TempDir Path folder;

  private NumberedLines read(boolean inRecords, String... files) throws IOException {
    List<Path> paths = new ArrayList<>();
    for (String text : files) {
      paths.add(Files.writeString(folder.resolve("log" + paths.size()), text));
    }
    return NumberedLines.in(paths, inRecords);
  }

  @Test
  void shouldFindLinesThatSegmentsPart() throws IOException {
    NumberedLines lines = read(false, "#0000000000 a\n#00000", "00001 b\n#0000000002 c\n");

    assertThat(lines.found()).isEqualTo(3);
    assertThat(lines.inOrder()).isEqualTo(3);
  }

  @Test
  void shouldFindLinesWithinAnotherFormat() throws IOException {
    String json = "{\"log\":\"#%010d GET\\n\",\"stream\":\"stdout\",\"time\":\"2026\"}\n";

    assertThat(read(false, json.formatted(0) + json.formatted(1)).inOrder()).isEqualTo(2);
  }

  @Test
  void shouldJoinTheNumberThatRecordsPart() throws IOException {
    String log =
        """
        2026-11-26T02:31:07.839055387+00:00 stdout F #0000000000 P F
        2026-11-26T02:31:07.839055387+00:00 stdout P #00000
        2026-11-26T02:31:07.839055388+00:00 stdout F 00001 GET
        2026-11-26T02:31:07.839055387+00:00 stdout F #0000000002 GET
        """;

    assertThat(read(true, log).inOrder()).isEqualTo(3);
  }

  @Test
  void shouldMissWhatIsLostAndSeeWhatIsTwice() throws IOException {
    NumberedLines lost = read(false, "#0000000000 a\n#0000000002 c\n");
    NumberedLines twice = read(false, "#0000000000 a\n#0000000000 a\n");

    assertThat(lost.inOrder()).isEqualTo(1);
    assertThat(twice.found()).isEqualTo(2);
    assertThat(twice.inOrder()).isEqualTo(1);
  }
}
