package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.User;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecRequestTest {
  private static final Process FIRST =
      Process.of(List.of("server"))
          .with(
              p -> {
                p.terminal = true;
                p.env = List.of("A=1", "B=2");
                p.user = new User(7, 8, null, List.of(9L));
                p.capabilities = Capabilities.of(Set.of(Capability.CAP_CHOWN));
                p.noNewPrivileges = true;
              });

  @Test
  void shouldReadWhatConmonPasses() {
    ExecRequest request = exec("--pid-file /pid --process /p.json --detach c1");

    assertThat(request.processFile()).isEqualTo(Path.of("/p.json"));
    assertThat(request.pidFile()).isEqualTo(Path.of("/pid"));
    assertThat(request.detach()).isTrue();
    assertThat(request.args()).isEmpty();
    assertThat(request.tty()).isNull();
  }

  @Test
  void shouldTakeOptionsOfTheCommandAsItsOwn() {
    assertThat(exec("-t c1 ls -l --all").args()).containsExactly("ls", "-l", "--all");
  }

  @Test
  void shouldChangeWhatItIsTold() {
    Process process =
        exec("--cwd /tmp -e A=3 -e C=4 -u 1:2 -g 5 -g 6 -c CAP_KILL --no-new-privs=false"
                + " --apparmor profile --process-label label c1 sh")
            .from(FIRST);

    assertThat(process.args()).containsExactly("sh");
    assertThat(process.terminal()).isFalse();
    assertThat(process.cwd()).isEqualTo("/tmp");
    assertThat(process.env()).containsExactly("A=3", "B=2", "C=4");
    assertThat(process.user()).isEqualTo(new User(1, 2, null, List.of(9L, 5L, 6L)));
    assertThat(process.noNewPrivileges()).isFalse();
    assertThat(process.apparmorProfile()).isEqualTo("profile");
    assertThat(process.selinuxLabel()).isEqualTo("label");
    Capabilities sets = Objects.requireNonNull(process.capabilities());
    assertThat(sets.effective())
        .containsExactlyInAnyOrder(Capability.CAP_CHOWN, Capability.CAP_KILL);
    assertThat(sets.inheritable()).isEmpty();
  }

  @Test
  void shouldLeaveTheRestAsItIs() {
    Process process = exec("-t c1 sh").from(FIRST);

    assertThat(process)
        .isEqualTo(
            FIRST.with(
                p -> {
                  p.args = List.of("sh");
                  p.terminal = true;
                }));
    assertThat(exec("-u 5 c1 sh").from(FIRST).user()).isEqualTo(new User(5, 8, null, List.of(9L)));
  }

  @ParameterizedTest
  @CsvSource({"/, ", "/a/b/, a/b", "a, a"})
  void shouldReadACgroupOfTheContainer(String cgroup, String expected) {
    assertThat(exec("--cgroup " + cgroup + " c1 sh").cgroup()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          c1                    | needs a command after the id
          -u root c1 sh         | it is not a number
          -u 4294967295 c1 sh   | it is larger than
          -c CHOWN c1 sh        | an example is CAP_KILL
          -p f -e A=1 c1        | leave out --env
          -p f c1 sh            | too many arguments
          --cgroup cpu:/a c1 sh | --cgroup cpu:/a is not supported
          """)
  void shouldRefuse(String line, String message) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> exec(line))
        .withMessageContaining(message);
  }

  private static ExecRequest exec(String line) {
    return ExecRequest.read(Calls.flags("exec", line), Calls.FOLDER);
  }
}
