package io.lighter.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Command lines that the real client was given, and what it and we make of them. */
class DockerRunTest {
  static List<String> recorded() throws IOException {
    List<String> lines = new ArrayList<>();
    try (InputStream in =
        Objects.requireNonNull(DockerRunTest.class.getResourceAsStream("docker-run-28.2.tsv"))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (!line.startsWith("#")) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void shouldAcceptOrRefuseAsRecorded(String line) {
    String[] fields = line.split("\t", -1);
    String[] arguments = new String[fields.length - 2];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = fields[i + 2].replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\");
    }

    assertThat(accepts(arguments)).isEqualTo(fields[1].equals("ok"));
  }

  @Test
  void shouldAcceptNothingThatDockerRefuses() throws IOException {
    assertThat(recorded()).noneMatch(line -> line.startsWith("no\tok\t"));
  }

  private static boolean accepts(String... arguments) {
    try {
      RunOptions.read(Flags.parse(arguments), Path.of("/srv"), new Environment(Map.of("FOO", "x")));
      return true;
    } catch (UsageException e) {
      return false;
    }
  }
}
