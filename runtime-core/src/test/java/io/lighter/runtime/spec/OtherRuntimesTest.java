package io.lighter.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other runtimes write is read, found right and kept. */
class OtherRuntimesTest {
  @TempDir Path bundle;

  @Test
  @RequiresTool("runc")
  void shouldReadTheSpecOfRunc() throws IOException, InterruptedException {
    assertRead("runc");
  }

  @Test
  @RequiresTool("crun")
  void shouldReadTheSpecOfCrun() throws IOException, InterruptedException {
    assertRead("crun");
  }

  private void assertRead(String runtime) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder(runtime, "spec")
            .directory(bundle.toFile())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(status).isZero();
    Spec spec = SpecReader.read(bundle.resolve("config.json"));
    assertThat(SpecValidation.problems(spec)).isEmpty();
    assertThat(SpecReader.parse(SpecWriter.toJson(spec))).isEqualTo(spec);
    assertThat(Present.of(spec.process()).args()).containsExactly("sh");
    assertThat(spec.hostname()).isEqualTo(runtime);
    assertThat(spec.linuxOrEmpty().hasNamespace(NamespaceType.NETWORK)).isTrue();
    assertThat(spec.mounts()).hasSizeGreaterThan(5);
  }
}
