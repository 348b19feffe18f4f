package io.lighter.images.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Substitution of variables, quotes, escapes. */
class WordExpanderTest {
  private static final Map<String, String> VARIABLES =
      Map.of(
          "A", "one", "EMPTY", "", "PATH", "/usr/local/bin/x.tar.gz", "SPACES", "a  b", "UP", "..");

  private static String word(String text) {
    return WordExpander.of('\\', VARIABLES).word(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      quoteCharacter = '§',
      value = {
        "plain              | plain",
        "$A                 | one",
        "${A}               | one",
        "x$A.y              | xone.y",
        "$A$A               | oneone",
        "a$                 | a$",
        "$                  | $",
        "$1                 | §§",
        "$12x               | x",
        "\\$A               | $A",
        "'$A'               | $A",
        "\"$A\"             | one",
        "\"\\$A\"           | $A",
        "\"a\\b\"           | a\\b",
        "\"a\\\\b\"         | a\\b",
        "\"a\\\"b\"         | a\"b",
        "a\\b               | ab",
        "a\\\\b             | a\\b",
        "${A:-two}          | one",
        "${EMPTY:-two}      | two",
        "${EMPTY-two}       | §§",
        "${NONE:-two}       | two",
        "${NONE-two}        | two",
        "${NONE:-${A}}      | one",
        "${NONE:-${N2:-x}}  | x",
        "${NONE:-'a b'}     | a b",
        "${A:+two}          | two",
        "${EMPTY:+two}      | §§",
        "${EMPTY+two}       | two",
        "${NONE+two}        | §§",
        "${A:?bad}          | one",
        "${A?}              | one",
        "${EMPTY?}          | §§",
        "${PATH#*/}         | usr/local/bin/x.tar.gz",
        "${PATH##*/}        | x.tar.gz",
        "${PATH%.*}         | /usr/local/bin/x.tar",
        "${PATH%%.*}        | /usr/local/bin/x",
        "${PATH#nothing}    | /usr/local/bin/x.tar.gz",
        "${A#o?}            | e",
        "${A%n*}            | o",
        "${A/n/N}           | oNe",
        "${PATH/l/L}        | /usr/Local/bin/x.tar.gz",
        "${PATH//l/L}       | /usr/LocaL/bin/x.tar.gz",
        "${PATH//\\//:}     | :usr:local:bin:x.tar.gz",
        "${PATH/*/all}      | all",
        "${A/o*/$A}         | one",
        "${A//e/}           | on",
        "${NONE/e/x}        | §§",
        "${UP//./\\\\}      | \\\\\\\\",
      })
  void shouldSubstitute(String text, String expected) {
    assertThat(word(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "'abc              | missing '",
        "\"abc             | missing \"",
        "${A               | missing }",
        "${A:              | missing }",
        "${A:-x            | missing }",
        "${}               | no name",
        "${:-x}            | no name",
        "${{A}}            | no name",
        "${A^}             | no substitution has the operator ^",
        "${A:x}            | no substitution has the operator :x",
        "${A/x}            | missing /",
        "${NONE:?}         | NONE: must be set",
        "${NONE?why}       | NONE: why",
        "${EMPTY:?}        | EMPTY: must not be empty",
        "${A#\\x}          | a backslash stands before",
      })
  void shouldRefuse(String text, String problem) {
    assertThatThrownBy(() -> word(text))
        .isInstanceOf(SyntaxException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void shouldSplitWhatIsNotQuoted() {
    WordExpander expander = WordExpander.of('\\', VARIABLES);
    assertThat(expander.words("a $SPACES \"$SPACES\" 'c d' e\\ f ''"))
        .containsExactly("a", "a", "b", "a  b", "c d", "e f");
    assertThat(expander.words("  ")).isEmpty();
  }

  @Test
  void shouldKeepSpacesInOneWord() {
    assertThat(word("a  $SPACES")).isEqualTo("a  a  b");
  }

  @Test
  void shouldEscapeByBackquote() {
    WordExpander expander = WordExpander.of('`', VARIABLES);
    assertThat(expander.word("C:\\x `$A $A")).isEqualTo("C:\\x $A one");
  }

  @Test
  void shouldTellWhatIsMissing() {
    WordExpander expander = WordExpander.of('\\', VARIABLES);
    expander.word("$X ${Y:-z} ${A} ${Z%x} '$Q'");
    assertThat(expander.missing()).containsExactly("X", "Z");
  }

  @Test
  void shouldRefuseToNestWithoutEnd() {
    assertThatThrownBy(() -> word("${A:-".repeat(5000)))
        .isInstanceOf(SyntaxException.class)
        .hasMessageContaining("nest");
  }

  @Test
  void shouldLeaveQuotesOfDocuments() {
    WordExpander expander = WordExpander.ofDocuments(VARIABLES::get);
    assertThat(expander.word("it's \"$A\" \\$A\n")).isEqualTo("it's \"one\" $A\n");
  }
}
