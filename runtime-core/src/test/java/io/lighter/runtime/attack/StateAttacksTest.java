package io.lighter.runtime.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.RuntimeConfig;
import io.lighter.runtime.lifecycle.Created;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** CVE-2024-25621: users of the host look into, or write to, what the runtime keeps. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(120)
class StateAttacksTest {
  @TempDir private Path folder;
  private HostileBundle bundle;

  @BeforeEach
  void prepare() throws IOException {
    bundle = new HostileBundle(folder);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  @DisplayName("CVE-2024-25621: folders of containers that others can enter")
  void shouldKeepItsFoldersToItself() throws IOException {
    Path state = folder.resolve("state");
    try (ContainerRuntime runtime = ContainerRuntime.open(RuntimeConfig.of(state));
        Stream<Path> instances = Files.list(state)) {
      assertThat(runtime).isNotNull();
      assertThat(mode(state)).isEqualTo("rwx------");
      assertThat(instances.map(Path::toFile))
          .isNotEmpty()
          .allSatisfy(f -> assertThat(mode(f.toPath())).isEqualTo("rwx------"));
    }
    try (Created created = bundle.start(s -> {})) {
      assertThat(mode(folder.resolve("store"))).isEqualTo("rwx------");
      assertThat(mode(folder.resolve("store/c"))).isEqualTo("rwx------");
      bundle.end(created);
    }
  }

  @Test
  @DisplayName("CVE-2024-25621: folders that others have made, or can write to")
  void shouldNotBelieveWhatOthersCanWrite() throws IOException {
    Path store = Files.createDirectory(folder.resolve("store"));
    List<String> modes = List.of("rwxrwx---", "rwx----w-");
    for (String mode : modes) {
      Files.setPosixFilePermissions(store, PosixFilePermissions.fromString(mode));
      refused(store);
    }
    Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwx------"));
    Files.setAttribute(store, "unix:uid", 1000);
    refused(store);
  }

  private void refused(Path store) {
    assertThatThrownBy(() -> bundle.create("c", HostileBundle.spec(s -> {}, "true")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("others could change what is in it");
    assertThatThrownBy(() -> ContainerRuntime.open(RuntimeConfig.of(store)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("others could change what is in it");
  }
}
