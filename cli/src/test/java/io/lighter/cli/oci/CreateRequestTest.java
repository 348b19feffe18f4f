package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.UsageException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateRequestTest {
  @Test
  void shouldReadWhatConmonPasses() {
    assertThat(
            create(
                "--bundle /b --pid-file /run/pid --pidfd-socket /p --no-new-keyring"
                    + " --console-socket /s c1"))
        .isEqualTo(
            new CreateRequest(
                "c1",
                Path.of("/b"),
                "config.json",
                Path.of("/s"),
                Path.of("/run/pid"),
                Path.of("/p"),
                false,
                0,
                true,
                true));
  }

  @Test
  void shouldCountRelativePathsFromTheWorkingFolder() {
    CreateRequest request = create("-b=bundles/x -f other.json --pid-file pid --preserve-fds 2 c1");

    assertThat(request.bundle()).isEqualTo(Path.of("/srv/bundles/x"));
    assertThat(request.config()).isEqualTo("other.json");
    assertThat(request.pidFile()).isEqualTo(Path.of("/srv/pid"));
    assertThat(request.preserveFds()).isEqualTo(2);
    assertThat(create("c1").bundle()).isEqualTo(Calls.FOLDER);
  }

  @Test
  void shouldTellRunFromCreate() {
    CreateRequest plain = CreateRequest.read(Calls.flags("run", "c1"), Calls.FOLDER, false);
    CreateRequest kept =
        CreateRequest.read(Calls.flags("run", "-d --keep --no-subreaper c1"), Calls.FOLDER, false);

    assertThat(plain.detach()).isFalse();
    assertThat(plain.keep()).isFalse();
    assertThat(kept.detach()).isTrue();
    assertThat(kept.keep()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --no-pivot c1          | --no-pivot is not supported
          --preserve-fds=-1 c1   | invalid argument "-1" for "--preserve-fds" flag
          --preserve-fds 2000 c1 | it is larger than 1024
          --bundle               | flag needs an argument: --bundle
          --detach c1            | unknown flag: --detach
          --bundle /b            | needs the id of a container
          c1 --bundle /b         | too many arguments, and options stand before the id
          """)
  void shouldRefuse(String line, String message) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> create(line))
        .withMessageContaining(message);
  }

  private static CreateRequest create(String line) {
    return CreateRequest.read(Calls.flags("create", line), Calls.FOLDER, true);
  }
}
