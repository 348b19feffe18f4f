package io.lighter.cli.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every flag of Docker's is either obeyed or refused by name: none is unknown, none ignored. */
class DockerFlagsTest {
  /** Flags that Docker takes without showing them in its help. */
  private static final List<String> HIDDEN = List.of("net", "net-alias", "dns-opt");

  static List<String> dockerFlags() throws IOException {
    List<String> lines = new ArrayList<>();
    try (InputStream in =
        Objects.requireNonNull(
            DockerFlagsTest.class.getResourceAsStream("docker-run-28.2-flags.txt"))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (!line.startsWith("#")) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  @ParameterizedTest
  @MethodSource("dockerFlags")
  void shouldKnowEveryFlagOfDocker(String line) {
    String shorthand = line.substring(0, line.indexOf(' '));
    String name = line.substring(line.indexOf(' ') + 1);
    Options known = RunFlags.options();

    if (known.hasLongOption(name)) {
      String ours = known.getOption(name).getOpt();
      assertThat(ours == null ? "-" : ours).isEqualTo(shorthand);
    } else {
      refused("--" + name, name);
      if (!shorthand.equals("-")) {
        refused("-" + shorthand, name);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"net-alias", "dns-opt"})
  void shouldRefuseHiddenFlagsByName(String name) {
    refused("--" + name, name);
  }

  @Test
  void shouldAddOnlyItsOwnFlags() throws IOException {
    List<String> docker = new ArrayList<>(HIDDEN);
    for (String line : dockerFlags()) {
      docker.add(line.substring(line.indexOf(' ') + 1));
    }
    List<String> own = new ArrayList<>();
    for (Option flag : RunFlags.options().getOptions()) {
      if (!docker.contains(flag.getLongOpt())) {
        own.add(flag.getLongOpt());
      }
    }

    assertThat(own).containsExactlyInAnyOrder("rootfs", "bundle", "explain");
  }

  private static void refused(String flag, String name) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Flags.parse(flag, "host"))
        .withMessageContaining("--" + name + " is not supported yet: ");
  }
}
