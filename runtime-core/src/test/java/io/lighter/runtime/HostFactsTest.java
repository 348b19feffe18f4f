package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.runtime.launch.SecurityModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFactsTest {
  @TempDir private Path sys;

  @Test
  void shouldFindTheSecurityModules() throws IOException {
    assertThat(HostFacts.modules(sys)).isEmpty();

    Path enabled = sys.resolve("module/apparmor/parameters/enabled");
    Files.createDirectories(enabled.getParent());
    Files.writeString(enabled, "N\n");
    assertThat(HostFacts.modules(sys)).as("compiled in and off").isEmpty();

    Files.writeString(enabled, "Y\n");
    Files.createDirectories(sys.resolve("fs/selinux"));
    assertThat(HostFacts.modules(sys)).containsExactly(SecurityModule.APPARMOR);

    Files.writeString(sys.resolve("fs/selinux/enforce"), "1");
    assertThat(HostFacts.modules(sys))
        .containsExactly(SecurityModule.APPARMOR, SecurityModule.SELINUX);
  }
}
