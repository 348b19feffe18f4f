package io.lighter.images.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code .dockerignore}. */
class IgnoreRulesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a                | a        | true",
        "a                | b        | false",
        "a                | a/b/c    | true",
        "a                | b/a      | false",
        "/a               | a        | true",
        "a/               | a/b      | true",
        "./a/../b         | b        | true",
        "*/temp*          | x/temp.c | true",
        "*/temp*          | x/y/temp | false",
        "*/*/temp*        | x/y/temp | true",
        "temp?            | tempa    | true",
        "temp?            | temp     | false",
        "**/*.go          | a.go     | true",
        "**/*.go          | x/y/a.go | true",
        "**/*.go          | x/a.gone | false",
        "**               | x/y      | true",
        "x/**             | x/y/z    | true",
        "x/**             | x        | false",
        "x/**/z           | x/z      | true",
        "x/**/z           | x/1/2/z  | true",
        "**/x/**          | a/x/b    | true",
        "[a-c]            | b        | true",
        "[a-c]            | d        | false",
        "[^a-c]           | d        | true",
        "[^a-c]           | a        | false",
        "[]a]             | ]        | true",
        "\\*              | *        | true",
        "\\*              | x        | false",
        "a.b              | axb      | false",
        "a$b              | a$b      | true",
        "(a)+             | (a)+     | true",
        "*;!a             | a        | false",
        "*;!a             | a/b      | false",
        "*;!a             | c/a      | true",
        "!a;*             | a        | true",
        "*;!a;a/b         | a/b      | true",
        "*;!a;a/b         | a/c      | false",
        "a;!a/b           | a/b/c    | false",
        "a;! a/b          | a/b      | false",
        "*.md;!README*.md;README-secret.md | README-secret.md | true",
        "*.md;!README*.md;README-secret.md | README.md        | false",
        "#a;b             | #a       | false",
        "..               | a        | false",
      })
  void shouldDecide(String rules, String path, boolean ignored) {
    assertThat(IgnoreRules.parse(".dockerignore", rules.replace(';', '\n')).ignores(path))
        .isEqualTo(ignored);
  }

  @Test
  void shouldDropMarkSpacesAndComments() {
    IgnoreRules rules = IgnoreRules.parse("x", "\uFEFF  a  \r\n\n# comment\n  # no comment\n");
    assertThat(rules.ignores("a")).isTrue();
    assertThat(rules.ignores("# no comment")).isTrue();
    assertThat(rules.mayTakeBack()).isFalse();
  }

  @Test
  void shouldPointAtAWrongRule() {
    assertThatThrownBy(() -> IgnoreRules.parse(".dockerignore", "a\n[b\n"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("   2 | >>> [b")
        .hasMessageEndingWith(".dockerignore:2: the pattern [b is wrong: a [ has no ]");
    assertThatThrownBy(() -> IgnoreRules.parse("x", "!")).hasMessageContaining("! needs a pattern");
    assertThatThrownBy(() -> IgnoreRules.parse("x", "a\\")).hasMessageContaining("backslash");
  }

  @Test
  void shouldBeMadeOfPatterns() {
    IgnoreRules rules = IgnoreRules.of(List.of("*.txt", "!b.txt"));
    assertThat(rules.ignores("a.txt")).isTrue();
    assertThat(rules.ignores("b.txt")).isFalse();
    assertThat(rules.mayTakeBack()).isTrue();
  }

  @Test
  void shouldTakeTwoStarsForOneWhereNotAskedFor() {
    assertThat(PathPattern.of("**/c").matches("a/b/c")).isFalse();
    assertThat(PathPattern.of("**/c").matches("b/c")).isTrue();
    assertThat(PathPattern.isPattern("a\\*b")).isFalse();
    assertThat(PathPattern.literal("a\\*b")).isEqualTo("a*b");
  }
}
