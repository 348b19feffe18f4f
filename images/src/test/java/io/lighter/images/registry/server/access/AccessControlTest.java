package io.lighter.images.registry.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.security.crypto.bcrypt.BCrypt;

class AccessControlTest {
  @TempDir private Path folder;
  private Path htpasswd;
  private AccessControl access;

  @BeforeEach
  void start() throws IOException {
    htpasswd = folder.resolve("htpasswd");
    write("s3cret");
    access = open();
  }

  private AccessControl open() throws IOException {
    return new AccessControl(
        Accounts.of(htpasswd),
        List.of(
            Rule.of(List.of("public/**"), List.of("anonymous"), List.of("pull")),
            Rule.of(List.of("team/*"), List.of("mia"), List.of("pull", "push")),
            Rule.of(List.of("**"), List.of("root"), List.of("pull", "push", "delete"))),
        TokenSigner.of(folder.resolve("key")));
  }

  private void write(String password) throws IOException {
    String text = "# accounts\n";
    for (String user : List.of("mia", "root")) {
      text += user + ":" + BCrypt.hashpw(password, BCrypt.gensalt(4)) + "\n";
    }
    Files.writeString(htpasswd, text);
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "mia, PULL, public/a/b, true",
    "mia, PUSH, public/a/b, false",
    "mia, PUSH, team/app, true",
    "mia, PUSH, team/app/deep, false",
    "mia, DELETE, team/app, false",
    "mia, PULL, teams, false",
    "mia, PULL, public, false",
    "root, DELETE, any/thing, true"
  })
  void shouldDecideByRules(String user, Right right, String repository, boolean allowed) {
    Identity who = access.identify(basic(user + ":s3cret"));
    assertThat(access.allows(who, right, repository)).isEqualTo(allowed);
    String scope = "repository:%s:%s".formatted(repository, right.word());
    Identity token = access.identify("Bearer " + access.token(who, "r", List.of(scope)));
    assertThat(access.allows(token, right, repository)).isEqualTo(allowed);
  }

  @Test
  void shouldLimitATokenToItsScope() {
    Identity root = access.identify(basic("root:s3cret"));
    String token = access.token(root, "r", List.of("repository:a:pull,push repository:b:*"));
    Identity limited = access.identify("Bearer " + token);
    assertThat(access.allows(limited, Right.PUSH, "a")).isTrue();
    assertThat(access.allows(limited, Right.DELETE, "a")).isFalse();
    assertThat(access.allows(limited, Right.DELETE, "b")).isTrue();
    assertThat(access.allows(limited, Right.PULL, "c")).isFalse();
  }

  @Test
  void shouldNotSayWhichOfTheTwoIsWrong() {
    assertThatThrownBy(() -> access.identify(basic("mia:wrong")))
        .hasMessage("user name or password is wrong");
    assertThatThrownBy(() -> access.identify(basic("nobody:s3cret")))
        .hasMessage("user name or password is wrong");
    assertThatThrownBy(() -> access.identify(basic("mia:" + "x".repeat(100))))
        .hasMessage("user name or password is wrong");
    assertThatThrownBy(() -> access.identify("Basic ???")).hasMessageContaining("base64");
    assertThatThrownBy(() -> access.identify("Digest x")).hasMessageContaining("neither");
  }

  @Test
  void shouldNotTakeATokenThatWasChanged() {
    Identity mia = access.identify(basic("mia:s3cret"));
    String token = access.token(mia, "r", List.of("repository:team/a:pull"));
    String[] parts = token.split("\\.", -1);
    String claims =
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
            .replace("team/a", "secret");
    String other = encode(claims);
    assertThatThrownBy(() -> access.identify("Bearer " + parts[0] + "." + other + "." + parts[2]))
        .hasMessageContaining("not signed by this registry");
    String none = encode("{\"alg\":\"none\",\"typ\":\"JWT\"}");
    assertThatThrownBy(() -> access.identify("Bearer " + none + "." + other + "."))
        .hasMessageContaining("none of this registry");
    assertThatThrownBy(() -> access.identify("Bearer x")).hasMessageContaining("none of this");
    assertThatThrownBy(() -> access.identify("Bearer " + access.refreshToken(mia, "r")))
        .hasMessageContaining("another use");
    assertThatThrownBy(() -> access.refreshed(token)).hasMessageContaining("another use");
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldForgetRefreshTokensWithThePassword() throws IOException {
    String refresh = access.refreshToken(access.identify(basic("mia:s3cret")), "r");
    assertThat(access.refreshed(refresh).user()).isEqualTo("mia");
    write("other");
    Files.setLastModifiedTime(htpasswd, FileTime.from(Instant.EPOCH));
    assertThatThrownBy(() -> access.refreshed(refresh)).hasMessageContaining("log in again");
    assertThat(access.identify(basic("mia:other")).user()).isEqualTo("mia");
    assertThatThrownBy(() -> access.identify(basic("mia:s3cret"))).isNotNull();
  }

  @Test
  void shouldTakeItsTokensAfterARestart() throws IOException {
    String token = access.token(Identity.ANONYMOUS, "r", List.of("repository:public/a:pull"));
    assertThat(open().allows(open().identify("Bearer " + token), Right.PULL, "public/a")).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key"))))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldNameTheLineThatIsWrong() throws IOException {
    Files.writeString(htpasswd, "\n# md5\nmia:$apr1$x$y\n");
    assertThatThrownBy(() -> Accounts.of(htpasswd))
        .hasMessageContaining("line 3")
        .hasMessageContaining("htpasswd -B");
  }
}
