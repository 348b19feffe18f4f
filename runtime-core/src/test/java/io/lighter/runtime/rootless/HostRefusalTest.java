package io.lighter.runtime.rootless;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostRefusalTest {
  @TempDir private Path sysctls;

  private void set(String name, String value) throws IOException {
    Path file = sysctls.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, value + "\n");
  }

  private String reason(int errno) {
    return new HostRefusal(sysctls).reason(errno);
  }

  @Test
  void shouldNameTheSettingThatForbidsUserNamespaces() throws Exception {
    set("kernel/unprivileged_userns_clone", "1");
    set("user/max_user_namespaces", "1000");
    set("kernel/apparmor_restrict_unprivileged_userns", "1");
    assertThat(reason(Errno.EPERM)).contains("kernel.apparmor_restrict_unprivileged_userns is 1");

    set("user/max_user_namespaces", "0");
    assertThat(reason(Errno.ENOSPC)).contains("user.max_user_namespaces is 0");

    set("kernel/unprivileged_userns_clone", "0");
    assertThat(reason(Errno.EPERM)).contains("kernel.unprivileged_userns_clone is 0");
  }

  @Test
  void shouldSayWhatItCanBeWhereNoSettingForbidsIt() {
    assertThat(reason(Errno.ENOSPC)).contains("user.max_user_namespaces allows");
    assertThat(reason(Errno.EINVAL)).contains("CONFIG_USER_NS");
    assertThat(reason(Errno.EPERM)).contains("system-call filter").contains("chroot");
  }
}
