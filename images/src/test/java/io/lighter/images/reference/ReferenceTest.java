package io.lighter.images.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.ImageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
  private static final String DIGEST =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io/library/busybox:latest, busybox:latest",
    "busybox:1, docker.io/library/busybox:1, busybox:1",
    "team/app, docker.io/team/app:latest, team/app:latest",
    "docker.io/busybox, docker.io/library/busybox:latest, busybox:latest",
    "index.docker.io/team/app:1, docker.io/team/app:1, team/app:1",
    "docker.io/library/busybox, docker.io/library/busybox:latest, busybox:latest",
    "localhost/app, localhost/app:latest, localhost/app:latest",
    "localhost:5000/a/b_c:x.Y-z, localhost:5000/a/b_c:x.Y-z, localhost:5000/a/b_c:x.Y-z",
    "127.0.0.1:5000/app, 127.0.0.1:5000/app:latest, 127.0.0.1:5000/app:latest",
    "[::1]:5000/app, [::1]:5000/app:latest, [::1]:5000/app:latest",
    "UPPER/app, UPPER/app:latest, UPPER/app:latest",
    "localhost:5000, docker.io/library/localhost:5000, localhost:5000",
    "a.b/c/d/e, a.b/c/d/e:latest, a.b/c/d/e:latest"
  })
  void shouldNormaliseAsDockerDoes(String text, String full, String familiar) {
    Reference reference = Reference.parse(text);
    assertThat(reference).hasToString(full);
    assertThat(reference.familiar()).isEqualTo(familiar);
    assertThat(Reference.parse(familiar)).isEqualTo(reference);
  }

  @Test
  void shouldLetTheDigestCount() {
    Reference both = Reference.parse("busybox:1@" + DIGEST);
    assertThat(both.selector()).isEqualTo(DIGEST);
    assertThat(both.tag()).isEqualTo("1");
    assertThat(Reference.parse("busybox@" + DIGEST).tag()).isNull();
    assertThat(Reference.parse("busybox").selector()).isEqualTo("latest");
    assertThat(Reference.parseBare("busybox").tag()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":1",
        "@" + DIGEST,
        "Busybox",
        "a//b",
        "/a",
        "a/",
        "a:",
        "a:-x",
        "a b",
        "a/../b",
        "a@sha256:123",
        "a@md5:d41d8cd98f00b204e9800998ecf8427e",
        "-a",
        "a_",
        "a/B",
        "a:b:c@",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "host:port/app",
        "a\n",
        "a\u0000",
        "..",
        "a..b/c/.."
      })
  void shouldRefuseWhatIsNoName(String text) {
    assertThatThrownBy(() -> Reference.parse(text))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("invalid reference format");
  }

  @Test
  void shouldBoundLengths() {
    assertThat(Reference.parse("a:" + "b".repeat(128)).tag()).hasSize(128);
    assertThatThrownBy(() -> Reference.parse("a:" + "b".repeat(129)))
        .isInstanceOf(ImageException.class);
    assertThatThrownBy(() -> Reference.parse("a".repeat(256)))
        .hasMessageContaining("must not be longer than 255");
  }
}
