package io.lighter.cli.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-eA=b",
        "-e A=b",
        "-e=A=b",
        "--env A=b",
        "--env=A=b",
        "-ieA=b",
        "-ie A=b",
        "-ite=A=b"
      })
  void shouldReadAValueHoweverItIsAttached(String line) {
    assertThat(parse(line + " host").all("env")).containsExactly("A=b");
  }

  @ParameterizedTest
  @CsvSource({
    "-it host, true, true",
    "-i -t host, true, true",
    "-ti host, true, true",
    "-i host -t, true, false",
    "-it=false host, true, false",
    "-i=false -t host, false, true",
    "-t --tty=false host, false, false",
    "--tty=false -t host, false, true",
    "--tty=0 --interactive=T host, true, false",
    "-- host -it, false, false"
  })
  void shouldReadSwitches(String line, boolean interactive, boolean terminal) {
    Flags flags = parse(line);

    assertThat(flags.isOn("interactive", false)).isEqualTo(interactive);
    assertThat(flags.isOn("tty", false)).isEqualTo(terminal);
  }

  @ParameterizedTest
  @CsvSource({
    "--rm host false, host|false",
    "host -x -e A=b --rm, host|-x|-e|A=b|--rm",
    "host -- ls, host|--|ls",
    "--rm -- host --rm, host|--rm",
    "-- --rm, --rm",
    "- ls, -|ls",
    "host, host"
  })
  void shouldStopAtTheFirstOperand(String line, String operands) {
    assertThat(parse(line).operands()).containsExactly(operands.split("\\|", -1));
  }

  @Test
  void shouldTakeAValueThatLooksLikeAFlag() {
    Flags flags = Flags.parse("--entrypoint", "-x", "-w", "--", "-e", "--rm", "host");

    assertThat(flags.last("entrypoint")).isEqualTo("-x");
    assertThat(flags.last("workdir")).isEqualTo("--");
    assertThat(flags.all("env")).containsExactly("--rm");
    assertThat(flags.names()).containsExactly("entrypoint", "workdir", "env");
  }

  @Test
  void shouldKeepEmptyValuesAndQuotes() {
    Flags flags = Flags.parse("--entrypoint=", "--hostname", "", "-e", "\"A=b\"", "host", "");

    assertThat(flags.last("entrypoint")).isEmpty();
    assertThat(flags.last("hostname")).isEmpty();
    assertThat(flags.all("env")).containsExactly("\"A=b\"");
    assertThat(flags.operands()).containsExactly("host", "");
  }

  @Test
  void shouldLetTheLastValueCountButCheckEach() {
    assertThat(parse("-m 1g --memory=2g host").bytes("memory", 0)).isEqualTo(2L << 30);
    assertThat(parse("-h a -h b host").last("hostname")).isEqualTo("b");
    assertUsage(
        () -> parse("-m 1x -m 1g host").bytes("memory", 0),
        "invalid argument \"1x\" for \"-m, --memory\" flag: invalid suffix: 'x'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--foo host | unknown flag: --foo",
        "--foo=1 host | unknown flag: --foo",
        "--memor 1g host | unknown flag: --memor",
        "--env-fil x host | unknown flag: --env-fil",
        "--rm- host | unknown flag: --rm-",
        "--version host | unknown flag: --version",
        "--e A=b host | unknown flag: --e",
        "-z host | unknown shorthand flag: 'z' in -z",
        "-itz host | unknown shorthand flag: 'z' in -z",
        "-init host | unknown shorthand flag: 'n' in -nit",
        "-=x host | unknown shorthand flag: '=' in -=x",
        "--=x host | bad flag syntax: --=x",
        "---x host | bad flag syntax: ---x",
        "-e | flag needs an argument: 'e' in -e",
        "-ie | flag needs an argument: 'e' in -e",
        "--env | flag needs an argument: --env"
      })
  void shouldRefuseWhatDockerRefusesInItsWords(String line, String message) {
    assertUsage(() -> parse(line), message);
  }

  @Test
  void shouldReadASingleDashAsABundle() {
    assertThat(parse("-memory host").last("memory")).isEqualTo("emory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "", "on", "tRUE", "2"})
  void shouldRefuseOtherTruthValues(String value) {
    assertUsage(
        () -> Flags.parse("--rm=" + value, "host").isOn("rm", false),
        "invalid argument \"" + value + "\" for \"--rm\" flag: it is neither true nor false");
  }

  @Test
  void shouldRefuseNul() {
    assertUsage(
        () -> Flags.parse("-e", "A=b\0c", "host"),
        "invalid argument \"A=b\\0c\" for \"-e, --env\" flag: it holds a NUL");
    assertUsage(() -> Flags.parse("host", "ls\0"), "an argument of the command holds a NUL");
  }

  private static Flags parse(String line) {
    return Flags.parse(List.of(line.split(" ", -1)).toArray(new String[0]));
  }

  private static void assertUsage(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatExceptionOfType(UsageException.class).isThrownBy(call).withMessage(message);
  }
}
