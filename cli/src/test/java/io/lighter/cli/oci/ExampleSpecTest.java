package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecReader;
import io.lighter.runtime.spec.SpecValidation;
import io.lighter.runtime.spec.SpecWriter;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleSpecTest {
  @TempDir private Path folder;

  @Test
  void shouldWriteWhatIsReadAgain() throws IOException {
    assertThat(Calls.run(folder, "spec").status()).isZero();

    Spec spec = SpecReader.read(folder.resolve("config.json"));
    SpecValidation.check(spec);
    assertThat(spec).isEqualTo(ExampleSpec.ofRoot());
  }

  @Test
  void shouldWriteOneForAUser() throws IOException {
    Calls.run(folder, "spec", "--rootless", "-f", "user.json");

    Spec spec = SpecReader.read(folder.resolve("user.json"));
    SpecValidation.check(spec);
    assertThat(spec.linuxOrEmpty().hasNamespace(NamespaceType.USER)).isTrue();
    assertThat(spec.linuxOrEmpty().hasNamespace(NamespaceType.NETWORK)).isFalse();
    assertThat(spec.linuxOrEmpty().resources()).isNull();
  }

  @Test
  void shouldNotReplaceAFile() throws IOException {
    Files.writeString(folder.resolve("config.json"), "mine");

    Calls.Outcome outcome = Calls.run(folder, "spec", "--bundle", folder.toString());

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.error()).contains("config.json exists; remove it first");
    assertThat(folder.resolve("config.json")).hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"runc", "crun"})
  @RequiresRoot
  @RequiresTool("unshare")
  @RequiresTool("runc")
  @RequiresTool("crun")
  void shouldBeFitForTheOtherRuntimes(String runtime) throws Exception {
    Files.createDirectories(folder.resolve("rootfs/bin"));
    Files.copy(Path.of("/bin/busybox"), folder.resolve("rootfs/bin/sh"));
    assertThat(folder.resolve("rootfs/bin/sh").toFile().setExecutable(true)).isTrue();
    Spec spec = ExampleSpec.ofRoot();
    SpecWriter.write(
        spec.with(
            s -> {
              if (runtime.equals("crun")) {
                // For device rules it raises its limit of locked memory, which not every host lets
                // it.
                s.linux = spec.linuxOrEmpty().with(l -> l.resources = null);
              }
              s.process =
                  Objects.requireNonNull(spec.process())
                      .with(
                          p -> {
                            p.terminal = false;
                            p.args = List.of("sh", "-c", "echo ran");
                          });
            }),
        folder.resolve("config.json"));

    // crun wants a host with cgroup v2 alone; give it the sight of one, private to it.
    Process process =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                "umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "
                    + runtime
                    + " --root \"$0/state\" run --bundle \"$0\" example-of-lighter",
                folder.toString())
            .redirectErrorStream(true)
            .start();

    assertThat(process.inputReader().readLine()).isEqualTo("ran");
    assertThat(process.waitFor()).isZero();
  }
}
