package io.lighter.images.registry.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A helper of the protocol, in the PATH for as long as a test takes. */
@RequiresRoot
class CredentialHelperTest {
  private static final Credential MIA = new Credential.Password("mia", "s3cret");

  private final String name = "test-" + UUID.randomUUID();
  private final Path program = Path.of("/usr/local/bin/docker-credential-" + name);
  @TempDir private Path folder;

  @BeforeEach
  void install() throws IOException {
    Files.writeString(
        program,
        """
        #!/bin/sh
        keep=%s/kept
        case $1 in
        store) cat >$keep ;;
        get) read -r key; [ "$key" != broken ] || { echo locked; exit 3; }
          grep -q "\\"ServerURL\\":\\"$key\\"" $keep 2>/dev/null && cat $keep && exit
          echo "credentials not found in native keychain"; exit 1 ;;
        erase) read -r key; rm -f $keep ;;
        list) echo '{"localhost:5000":"mia"}' ;;
        esac
        """
            .formatted(folder));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void remove() throws IOException {
    Files.delete(program);
  }

  @Test
  void shouldStoreGetListAndErase() {
    CredentialHelper helper = new CredentialHelper(name);
    assertThat(helper.get("localhost:5000")).isNull();
    helper.store("localhost:5000", MIA);
    assertThat(helper.get("localhost:5000")).isEqualTo(MIA);
    assertThat(helper.list()).containsEntry("localhost:5000", "mia");
    helper.erase("localhost:5000");
    assertThat(helper.get("localhost:5000")).isNull();
    assertThatThrownBy(() -> helper.get("broken")).hasMessageContaining("status 3: locked");
  }

  @Test
  void shouldKeepNothingInTheFile() throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{\"credHelpers\":{\"localhost:5000\":\"" + name + "\"}}");
    DockerConfig config = DockerConfig.at(file);
    Credential token = new Credential.IdentityToken("mia", "t0ken");
    assertThat(config.store("localhost:5000", token)).isFalse();
    assertThat(Files.readString(file)).doesNotContain("t0ken").contains("localhost:5000");
    assertThat(config.find("localhost:5000"))
        .isEqualTo(new Credential.IdentityToken("<token>", "t0ken"));
    config.erase("localhost:5000");
    assertThat(config.find("localhost:5000")).isNull();
  }
}
