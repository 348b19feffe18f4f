package io.lighter.runtime.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.runtime.spec.SpecException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeNameTest {

  @ParameterizedTest
  @CsvSource({
    "system.slice:runc:c1, system.slice, runc-c1.scope, /system.slice/runc-c1.scope",
    "a-b-c.slice:p:n, a-b-c.slice, p-n.scope, /a.slice/a-b.slice/a-b-c.slice/p-n.scope",
    "-.slice:p:n, -.slice, p-n.scope, /p-n.scope",
    ":p:n, system.slice, p-n.scope, /system.slice/p-n.scope",
    "machine.slice::n, machine.slice, -n.scope, /machine.slice/-n.scope"
  })
  void shouldReadSlicePrefixAndName(String asked, String slice, String unit, String path) {
    ScopeName name = ScopeName.of(asked, "id", false);

    assertThat(name).isEqualTo(new ScopeName(slice, unit));
    assertThat(name.path()).isEqualTo(path);
  }

  @Test
  void shouldHaveDefaults() {
    assertThat(ScopeName.of(null, "c1", false))
        .isEqualTo(new ScopeName("system.slice", "lighter-c1.scope"));
    assertThat(ScopeName.of("", "c1", true))
        .isEqualTo(new ScopeName("user.slice", "lighter-c1.scope"));
    assertThat(ScopeName.of(":p:n", "c1", true))
        .isEqualTo(new ScopeName("user.slice", "p-n.scope"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/system.slice/c1",
        "system.slice:c1",
        "a:b:c:d",
        "system:p:n",
        "a--b.slice:p:n",
        "-a.slice:p:n",
        "a-.slice:p:n",
        "a/b.slice:p:n",
        ".slice:p:n",
        "system.slice:p:pod.slice",
        "system.slice:p:a b",
        "system.slice:p:../x"
      })
  void shouldRefuseByItsFieldWhatIsNoScope(String asked) {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> ScopeName.of(asked, "id", false))
        .withMessageContaining("linux.cgroupsPath: \"" + asked + "\"");
  }
}
