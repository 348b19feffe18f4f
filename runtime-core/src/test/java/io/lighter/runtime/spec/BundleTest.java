package io.lighter.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {

  @Test
  void shouldResolveTheRootAgainstTheBundle(@TempDir Path folder) throws IOException {
    SpecWriter.write(Specs.ordinary(), folder.resolve("config.json"));
    Path rootfs = Files.createDirectory(folder.resolve("rootfs"));
    Bundle bundle = Bundle.open(Path.of("").toAbsolutePath().relativize(folder));
    assertThat(bundle.directory()).isEqualTo(folder);
    assertThat(bundle.rootfs()).isEqualTo(rootfs);
    assertThat(bundle.spec()).isEqualTo(Specs.ordinary());
  }

  @Test
  void shouldTakeAnAbsoluteRoot(@TempDir Path folder, @TempDir Path rootfs) throws IOException {
    SpecWriter.write(
        Specs.ordinary().with(s -> s.root = new Root(rootfs.toString(), false)),
        folder.resolve("config.json"));
    assertThat(Bundle.open(folder).rootfs()).isEqualTo(rootfs);
  }

  @Test
  void shouldNameWhatIsMissing(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> Bundle.open(folder.resolve("none")))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("is not a folder");
    assertThatThrownBy(() -> Bundle.open(folder))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("config.json does not exist");
    SpecWriter.write(Specs.ordinary(), folder.resolve("config.json"));
    assertThatThrownBy(() -> Bundle.open(folder))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("root.path: ")
        .hasMessageContaining("unpack the root file system there");
  }

  @Test
  void shouldRefuseASpecThatBreaksARule(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("rootfs"));
    SpecWriter.write(
        Specs.ordinary().with(s -> s.process = Process.of(List.of())),
        folder.resolve("config.json"));
    assertThatThrownBy(() -> Bundle.open(folder)).hasMessageContaining("process.args: ");
  }
}
