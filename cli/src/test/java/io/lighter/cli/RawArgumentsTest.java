package io.lighter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RawArgumentsTest {
  /** Prints what is restored, with everything beyond ASCII as a number. */
  static final class Echo {
    private Echo() {}

    public static void main(String[] arguments) throws IOException {
      for (String argument : RawArguments.restore(arguments)) {
        System.out.println(ascii(argument));
      }
      System.out.println(ascii(String.valueOf(RawArguments.environment().get("GRÜSSE"))));
    }

    private static String ascii(String text) {
      StringBuilder ascii = new StringBuilder();
      text.chars().forEach(c -> ascii.append(c < 128 ? (char) c : "<" + c + ">"));
      return ascii.toString();
    }
  }

  @Test
  void shouldSurviveTheLocaleC() throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                "exec env LC_ALL=C \"$(printf 'GR\\303\\234SSE=\\303\\244')\" \"$0\" -cp \"$1\""
                    + " io.lighter.cli.RawArgumentsTest\\$Echo run '' \"$(printf 'a\\303\\266')\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"))
            .redirectErrorStream(true)
            .start();
    String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(shell.waitFor()).as(printed).isZero();
    assertThat(printed).isEqualTo("run\n\na<246>\n<228>\n");
  }

  @Test
  void shouldLeaveWhatIsWholeAlone() throws IOException {
    String[] arguments = {"run", "ö", ""};

    assertThat(RawArguments.restore(arguments)).isSameAs(arguments);
  }

  @Test
  void shouldTakeTheLastStrings() {
    assertThat(RawArguments.lastOf(bytes("java\0Main\0run\0\0b\0"), 3))
        .containsExactly("run", "", "b");
    assertThat(RawArguments.lastOf(bytes("a\0"), 1)).containsExactly("a");
    assertThat(RawArguments.lastOf(bytes("\0"), 1)).containsExactly("");
    assertThat(RawArguments.lastOf(bytes(""), 0)).isEmpty();
  }

  @Test
  void shouldRefuseAnArgumentThatIsNotUtf8() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> RawArguments.lastOf(new byte[] {'a', (byte) 0xff, 0}, 1))
        .withMessageContaining("not UTF-8");
  }

  @Test
  void shouldReadVariables() {
    assertThat(RawArguments.variables(bytes("A=1\0B=\0=x\0C\0A=2\0D=ä\0")))
        .isEqualTo(Map.of("A", "1", "B", "", "D", "ä"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
