package io.lighter.images.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Dockerfiles as nobody writes them. In the build it runs the seeds; docs/fuzzing.md says how to
 * search for more.
 *
 * <p>A file is read, with every instruction on lines that it has, or refused with a line. What is
 * kept of a trigger can be read again.
 */
class DockerfileFuzzTest {
  @FuzzTest(maxDuration = "5m")
  void shouldReadOrPointAtALine(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    Dockerfile file;
    try {
      file = Dockerfile.parse("Dockerfile", text);
    } catch (DockerfileException e) {
      assertThat(e.getMessage()).contains(e.problem());
      assertThat(e.range().first()).isBetween(1, (int) text.lines().count() + 1);
      return;
    }
    int after = file.directives().count();
    for (Stage stage : file.stages()) {
      assertThat(stage.from().origin().range().first()).isGreaterThan(after);
      after = stage.from().origin().range().last();
      for (Instruction instruction : stage.instructions()) {
        assertThat(instruction.origin().range().first()).isGreaterThan(after);
        after = instruction.origin().range().last();
        expand(instruction.origin().text(), file.directives().escape());
        if (instruction instanceof Instruction.OnBuild trigger
            && file.directives().escape() == '\\') {
          assertThat(Dockerfile.parseTriggers("image", List.of(trigger.text())).getFirst())
              .hasSameClassAs(trigger.trigger());
        }
      }
    }
    assertThat(after).isLessThanOrEqualTo(file.source().lines().size());
  }

  private static void expand(String text, char escape) {
    try {
      WordExpander expander = WordExpander.of(escape, name -> name.length() % 2 == 0 ? null : name);
      assertThat(String.join("", expander.words(text)).length())
          .isLessThanOrEqualTo(expander.word(text).length());
    } catch (SyntaxException e) {
      assertThat(e.problem()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "5m")
  void shouldReadRulesOrPointAtALine(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      IgnoreRules rules = IgnoreRules.parse(".dockerignore", text);
      for (String line : text.lines().toList()) {
        rules.ignores(line);
      }
    } catch (DockerfileException e) {
      assertThat(e.getMessage()).contains(e.problem());
    }
  }
}
