package io.lighter.cli.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.credentials.Credential;
import io.lighter.images.registry.credentials.CredentialSource;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, as a process of its own where it serves. */
class RegistryCommandTest {
  private static final String ACCOUNT =
      // "s3cret", by htpasswd -nbB
      "mia:$2y$05$/hmO1loa7r5D6bAB9TjvlOwhkO7JU/4iApCP3oqreXVrWTYV9lQGy\n";

  @TempDir private Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private int run(String... arguments) {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    return new RegistryCommand(out, out).run(arguments);
  }

  private static Process serve(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx64m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.lighter.cli.Main"));
    command.addAll(List.of("registry", "serve", "--listen", "127.0.0.1:0"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Reads where a registry says that it serves. */
  private static String domain(Process registry) throws IOException {
    BufferedReader lines = registry.inputReader(StandardCharsets.UTF_8);
    StringBuilder all = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("serving http://")) {
        return line.replaceAll("serving http://(\\S+) from .*", "$1");
      }
      all.append(line).append('\n');
    }
    throw new AssertionError(all);
  }

  @Test
  void shouldServeUntilItIsTold() throws Exception {
    Process registry = serve("--root", folder.resolve("r").toString());
    try (Registries registries =
        Registries.open(ClientOptions.defaults(CredentialSource.ANONYMOUS))) {
      String domain = domain(registry);
      assertThat(registries.registry(domain).catalog()).isEmpty();
      assertThat(run("gc", "--root", folder.resolve("r").toString())).isEqualTo(1);
      assertThat(said.toString(StandardCharsets.UTF_8)).contains("in use by another process");
    } finally {
      registry.destroy();
    }
    assertThat(registry.waitFor()).isEqualTo(143);
    said.reset();
    assertThat(run("gc", "--root", folder.resolve("r").toString())).isZero();
    assertThat(said).hasToString("removed 0 blobs, 0 bytes\n");
  }

  @Test
  void shouldDoWhatItsFileSays() throws Exception {
    Files.writeString(folder.resolve("htpasswd"), ACCOUNT);
    Path config = folder.resolve("registry.yml");
    Files.writeString(
        config,
        """
        root: %1$s/r
        accounts: {htpasswd: %1$s/htpasswd}
        access:
          - {repositories: ["public/**"], users: [anonymous], rights: [pull]}
          - {repositories: ["**"], users: [mia], rights: [pull, push]}
        garbage: {interval: 1h}
        """
            .formatted(folder));
    Process registry = serve("--config", config.toString());
    Credential mia = new Credential.Password("mia", "s3cret");
    try (Registries nobody = Registries.open(ClientOptions.defaults(CredentialSource.ANONYMOUS));
        Registries known = Registries.open(ClientOptions.defaults(asked -> mia))) {
      String domain = domain(registry);
      assertThat(known.registry(domain).login(mia)).isInstanceOf(Credential.IdentityToken.class);
      assertThat(nobody.registry(domain).repository("public/a").resolve("x")).isEmpty();
      assertThat(known.registry(domain).repository("secret").resolve("x")).isEmpty();
      assertThat(
              catchThrowableOfType(
                      RegistryException.class,
                      () -> nobody.registry(domain).repository("secret").resolve("x"))
                  .kind())
          .isEqualTo(RegistryException.Kind.UNAUTHORIZED);
    } finally {
      registry.destroy();
      registry.waitFor();
    }
  }

  @Test
  void shouldSayWhatItDoesNotKnow() throws IOException {
    assertThat(run("serve", "--nonsense")).isEqualTo(125);
    assertThat(run("serve", "--listen", "here")).isEqualTo(125);
    assertThat(run("serve", "--allow", "mia:fly:**")).isEqualTo(125);
    assertThat(run("serve", "--tls-cert", "x")).isEqualTo(125);
    assertThat(run("serve", "--gc-grace", "1w")).isEqualTo(125);
    assertThat(run("gc", "--gc-interval", "1h")).isEqualTo(125);
    Path config = Files.writeString(folder.resolve("bad.yml"), "metricks: true\n");
    assertThat(run("serve", "--config", config.toString())).isEqualTo(1);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("nonsense", "no address", "\"fly\" is no right", "together", "is no time")
        .contains("bad.yml: metricks is not known");
  }

  @Test
  void shouldListItsFlags() {
    assertThat(run()).isZero();
    assertThat(run("serve", "--help")).isZero();
    assertThat(run("gc", "--help")).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("serve", "--htpasswd", "--gc-grace");
  }
}
