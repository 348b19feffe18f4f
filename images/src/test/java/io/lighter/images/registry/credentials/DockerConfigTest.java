package io.lighter.images.registry.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerConfigTest {
  private static final Credential MIA = new Credential.Password("mia", "s3:cret");

  @TempDir private Path folder;
  private Path file;
  private DockerConfig config;

  @BeforeEach
  void start() {
    file = folder.resolve("docker/config.json");
    config = DockerConfig.at(file);
  }

  private void write(String json) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, json);
  }

  @Test
  void shouldKnowNobodyWithoutAFile() {
    assertThat(config.find("docker.io")).isNull();
    assertThat(config.headers()).isEmpty();
    assertThat(config.erase("docker.io")).isFalse();
  }

  @Test
  void shouldFindTheFileWhereDockerDoes() {
    assertThat(DockerConfig.of(Map.of(), Path.of("/home/mia")).file())
        .hasToString("/home/mia/.docker/config.json");
    assertThat(DockerConfig.of(Map.of("DOCKER_CONFIG", "/x"), Path.of("/home/mia")).file())
        .hasToString("/x/config.json");
  }

  @Test
  void shouldKeepAPasswordForItsOwnerOnly() throws IOException {
    assertThat(config.store("localhost:5000", MIA)).isTrue();
    assertThat(config.find("localhost:5000")).isEqualTo(MIA);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file)).contains("bWlhOnMzOmNyZXQ=");
    assertThat(config.users()).containsEntry("localhost:5000", "mia");
    assertThat(config.erase("localhost:5000")).isTrue();
    assertThat(config.find("localhost:5000")).isNull();
  }

  @Test
  void shouldUseTheNameThatDockerHubHasInTheFile() throws IOException {
    config.store("docker.io", new Credential.IdentityToken("mia", "t"));
    assertThat(Files.readString(file)).contains("\"https://index.docker.io/v1/\"");
    assertThat(config.find("docker.io")).isEqualTo(new Credential.IdentityToken("mia", "t"));
  }

  @Test
  void shouldReadOldKeys() throws IOException {
    write("{\"auths\":{\"https://registry.example/v1/\":{\"auth\":\"bWlhOnMzOmNyZXQ=\"}}}");
    assertThat(config.find("registry.example")).isEqualTo(MIA);
    assertThat(config.erase("registry.example")).isTrue();
    assertThat(config.find("registry.example")).isNull();
  }

  @Test
  void shouldLeaveAllElseAlone() throws IOException {
    write(
        "{\"detachKeys\":\"ctrl-x\",\"auths\":{\"a\":{}},\"n\":null,\"proxies\":{\"default\":{\"x\":[1,2.50]}}}");
    config.store("b", MIA);
    String text = Files.readString(file).replaceAll("\\s", "");
    assertThat(text)
        .contains("\"detachKeys\":\"ctrl-x\"")
        .contains("\"proxies\":{\"default\":{\"x\":[1,2.50]}}")
        .contains("\"n\":null")
        .contains("\"a\":{}");
  }

  @Test
  void shouldFollowALinkToTheFile() throws IOException {
    Path real = Files.writeString(folder.resolve("real.json"), "{}");
    Files.createDirectories(folder.resolve("docker"));
    Files.createSymbolicLink(file, real);
    config.store("a", MIA);
    assertThat(file).isSymbolicLink();
    assertThat(Files.readString(real)).contains("auths");
  }

  @Test
  void shouldSayWhatIsWrong() throws IOException {
    write("{\"auths\":{\"a\":{\"auth\":\"???\"}}}");
    assertThatThrownBy(() -> config.find("a")).hasMessageContaining("not in base64");
    write("{");
    assertThatThrownBy(() -> config.find("a")).hasMessageContaining(file.toString());
    assertThatThrownBy(() -> config.store("a", MIA)).hasMessageContaining("is no JSON");
    assertThat(Files.readString(file)).isEqualTo("{");
    write("{\"credsStore\":\"../../bin/sh\"}");
    assertThatThrownBy(() -> config.find("a"))
        .hasMessageContaining("no name of a credential helper");
    write("{\"credsStore\":\"missing-one\"}");
    assertThatThrownBy(() -> config.find("a"))
        .hasMessageContaining("docker-credential-missing-one")
        .hasMessageContaining("install it");
  }

  @Test
  void shouldNotPrintSecrets() {
    assertThat(
            MIA.toString()
                + new Credential.IdentityToken("mia", "s3:cret")
                + new Credential.RegistryToken("s3:cret"))
        .doesNotContain("s3:cret");
  }
}
