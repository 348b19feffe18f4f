package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.UsageException;
import java.util.Objects;
import org.apache.commons.cli.Option;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OciFlagsTest {
  /** As {@code runc COMMAND --help} of 1.5 and {@code crun COMMAND --help} of 1.29 list them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          create   | b/bundle f/config console-socket pid-file pidfd-socket no-pivot \
          no-new-keyring no-subreaper preserve-fds
          run      | b/bundle f/config console-socket d/detach keep pid-file pidfd-socket no-pivot \
          no-new-keyring no-subreaper preserve-fds
          exec     | console-socket cwd e/env t/tty u/user g/additional-gids p/process d/detach \
          pid-file pidfd-socket process-label apparmor no-new-privs c/cap preserve-fds cgroup ignore-paused
          start    | -
          state    | -
          pause    | -
          resume   | -
          features | -
          list     | f/format q/quiet
          kill     | a/all
          delete   | f/force
          ps       | f/format
          events   | stats interval
          update   | r/resources blkio-weight cpu-period cpu-quota cpu-burst cpu-share cpu-shares \
          cpu-idle cpuset-cpus cpuset-mems memory memory-reservation memory-swap pids-limit
          spec     | b/bundle f/file rootless
          """)
  void shouldKnowTheFlagsOfTheOtherRuntimes(String command, String flags) {
    String ours =
        String.join(
            " ",
            Objects.requireNonNull(OciFlags.of(command)).flags().stream()
                .map(OciFlagsTest::written)
                .filter(f -> !f.equals("h/help"))
                .toList());

    assertThat(ours).isEqualTo(flags.equals("-") ? "" : flags);
  }

  private static String written(Option flag) {
    return flag.getOpt() == null ? flag.getLongOpt() : flag.getOpt() + "/" + flag.getLongOpt();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update --kernel-memory 1",
        "update --kernel-memory-tcp 1",
        "update --cpu-rt-period 1",
        "update --cpu-rt-runtime 1",
        "update --l3-cache-schema x",
        "update --mem-bw-schema x",
        "kill --regex .*",
        "delete --regex .*",
        "checkpoint --pre-dump",
        "checkpoint --auto-dedup",
        "checkpoint --parent-path x",
        "checkpoint --page-server x",
        "checkpoint --lazy-pages",
        "checkpoint --status-fd 3",
        "checkpoint --tcp-skip-in-flight",
        "checkpoint --tcp-established",
        "restore --lazy-pages"
      })
  void shouldRefuseByNameWhatOthersHave(String line) {
    int blank = line.indexOf(' ');
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Calls.flags(line.substring(0, blank), line.substring(blank + 1)))
        .withMessageStartingWith(line.split(" ", -1)[1] + " is not supported: ");
  }

  @Test
  void shouldHaveNoFlagsOfWhatIsNoCommand() {
    assertThat(OciFlags.of("mounts")).isNull();
  }
}
