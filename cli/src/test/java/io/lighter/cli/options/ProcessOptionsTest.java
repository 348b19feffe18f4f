package io.lighter.cli.options;

import static io.lighter.cli.options.Read.assertRefused;
import static io.lighter.cli.options.Read.host;
import static io.lighter.cli.options.Read.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.UserRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessOptionsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "host; /bin/sh",
        "host ls -l; ls|-l",
        "--rootfs /r ls -l; ls|-l",
        "--entrypoint /x host; /x",
        "--entrypoint /x host a b; /x|a|b",
        "--entrypoint= host a b; a|b",
        "--rootfs /r --entrypoint /x; /x",
        "--rootfs /r host; host",
      })
  void shouldPutTheCommandTogether(String given, String command) {
    assertThat(line(given.split(" ", -1)).process().command())
        .containsExactly(command.split("\\|", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--rootfs /r; no command specified",
        "--entrypoint= host; no command specified",
        "--rm; it needs an image",
        "--rootfs /r --bundle /b; exclude each other",
        "--bundle /b ls; --bundle takes no command",
        "--bundle /b -e A=b; --env cannot be used with --bundle",
        "--bundle /b --memory 1g; --memory cannot be used with --bundle",
        "--bundle /b --init; --init cannot be used with --bundle: name an init",
        "--bundle= x; it is empty",
      })
  void shouldRefuseWhatCannotRun(String given, String reason) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> line(given.split(" ", -1)))
        .withMessageContaining(reason);
  }

  @Test
  void shouldTakeAFolderFromTheWorkingFolder() {
    assertThat(line("--rootfs", "r/../q", "ls").source())
        .isEqualTo(new RootSource.Rootfs(Path.of("/srv/q")));
    assertThat(line("--bundle", "b", "-it", "--rm", "--name", "web").source())
        .isEqualTo(new RootSource.Bundle(Path.of("/srv/b")));
    assertThat(line("host").source()).isEqualTo(new RootSource.Host());
  }

  @ParameterizedTest
  @CsvSource({"A=b, A=b", "A=, A=", "A=a=b, A=a=b", "FOO, FOO=foo value", "GONE, GONE", "-x, -x"})
  void shouldSetVariables(String given, String setting) {
    assertThat(host("-e", given).process().environment()).containsExactly(setting);
  }

  @Test
  void shouldReadVariablesFromFilesBeforeFlags() throws IOException {
    Path file = folder.resolve("env");
    Files.writeString(
        file,
        "\uFEFFA=1\n# no\n  #no\n\n  C=3  \nD=\"q x\" # c\nFOO\nGONE\nE=a\r\n1-b.c=x",
        StandardCharsets.UTF_8);

    assertThat(host("-e", "Z=z", "--env-file", file.toString()).process().environment())
        .containsExactly("A=1", "C=3  ", "D=\"q x\" # c", "FOO=foo value", "E=a", "1-b.c=x", "Z=z");
  }

  @ParameterizedTest
  @CsvSource({
    "'=x', no variable name",
    "'B = 2', variable 'B ' contains whitespaces",
    "'A\0=x', it holds a NUL"
  })
  void shouldRefuseABadLineOfAFile(String text, String reason) throws IOException {
    Path file = Files.writeString(folder.resolve("env"), "A=1\n" + text);

    assertRefused("--env-file", file.toString())
        .withMessageContaining(file.toString())
        .withMessageContaining(reason);
  }

  @Test
  void shouldRefuseAFileThatCannotBeRead() throws IOException {
    Path bytes = Files.write(folder.resolve("bytes"), new byte[] {'A', '=', (byte) 0xff});

    assertRefused("--env-file", folder + "/none").withMessageContaining("no such file");
    assertRefused("--env-file", folder.toString()).withMessageContaining("invalid env file");
    assertRefused("--env-file", bytes.toString()).withMessageContaining("it is not UTF-8");
    assertRefused("--env-file", "/dev/zero").withMessageContaining("larger than 8 MiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=x", "="})
  void shouldRefuseVariablesWithoutName(String given) {
    assertRefused("-e", given).withMessageContaining("invalid environment variable: " + given);
  }

  @ParameterizedTest
  @CsvSource({"/x, /x", "/a/../b, /b", "/../.., /", "'', /"})
  void shouldCleanTheWorkingFolder(String given, String clean) {
    assertThat(host("-w", given).process().workingFolder()).isEqualTo(clean);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "../x", "-x"})
  void shouldRefuseARelativeWorkingFolder(String given) {
    assertRefused("-w", given).withMessageContaining("absolute path");
  }

  @Test
  void shouldReadUsersAndGroups() {
    assertThat(host().process().user()).isEqualTo(UserRequest.DEFAULT);
    assertThat(host("-u", "").process().user()).isEqualTo(UserRequest.DEFAULT);
    assertThat(host("-u", "a:5", "--group-add", "x", "--group-add", "7").process().user())
        .isEqualTo(new UserRequest("a", "5", List.of("x", "7")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000garbage", "4294967295", "18446744073709551616", ":5", "5:", "a:b:c"})
  void shouldRefuseOddUsers(String user) {
    assertRefused("-u", user).withMessageContaining("\"" + user + "\" for \"-u, --user\"");
    assertRefused("--group-add", user).withMessageContaining("--group-add");
  }

  @Test
  void shouldReadHowItIsJoined() {
    ProcessOptions joined = host("-it", "--sig-proxy=false").process();

    assertThat(joined.interactive()).isTrue();
    assertThat(joined.terminal()).isTrue();
    assertThat(joined.passSignals()).isFalse();
    assertThat(host().process().passSignals()).isTrue();
  }
}
