package io.lighter.runtime.attack;

import static io.lighter.runtime.ShortRun.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.ShortRun;
import io.lighter.runtime.UserLookup;
import io.lighter.runtime.UserRequest;
import io.lighter.runtime.lifecycle.Created;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecException;
import io.lighter.runtime.spec.SpecReader;
import io.lighter.runtime.spec.SpecWriter;
import io.lighter.runtime.spec.User;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users and groups that are not those that were asked for. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(120)
class IdentityAttacksTest {
  private static final String IDS = "id -u; id -g; grep Groups: /proc/self/status";

  @TempDir private Path folder;
  private HostileBundle bundle;

  @BeforeEach
  void prepare() throws IOException {
    bundle = new HostileBundle(folder);
  }

  private String run(User user, String script) {
    Spec plain = shell(script);
    Process process =
        Objects.requireNonNull(plain.process())
            .with(
                p -> {
                  p.env = List.of("PATH=/bin");
                  p.user = user;
                });
    try (RootFileSystem root = RootFileSystem.folder(bundle.rootfs())) {
      return ShortRun.run(folder, plain.with(s -> s.process = process), root).output();
    }
  }

  private User lookUp(String request) {
    try (Fd root =
        Linux.kernel()
            .files()
            .openat(
                Fd.WORKING_FOLDER,
                bundle.rootfs().toString(),
                Fcntl.O_PATH | Fcntl.O_DIRECTORY,
                0)) {
      return UserLookup.resolve(Linux.kernel(), root, UserRequest.parse(request)).user();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"4294967296", "4294967295", "18446744073709551616", "-1", "1.5", "1e3", "\"1\""})
  @DisplayName("CVE-2024-40635: an id that overflows to root, in a specification")
  void shouldRefuseAnIdThatIsNone(String id) {
    String json = SpecWriter.toJson(HostileBundle.spec(s -> {}, "true"));
    for (String field : List.of("uid", "gid")) {
      String changed = json.replaceAll("\"" + field + "\" *: *0", "\"" + field + "\": " + id);
      assertThat(changed).isNotEqualTo(json);
      assertThatThrownBy(() -> SpecReader.parse(changed))
          .isInstanceOf(SpecException.class)
          .hasMessageContaining("process.user." + field);
    }
  }

  @Test
  @DisplayName("CVE-2024-40635: the largest id that is one")
  void shouldBeTheUserThatIsAskedFor() {
    long last = UserRequest.MAX_ID;
    assertThat(run(new User(last, last, null, List.of()), IDS))
        .isEqualTo(last + "\n" + last + "\nGroups:\t \n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000x", "1000:1000x", "0x3e8", "1000 ", "+1000", "4294967296", "1000:"})
  @DisplayName("CVE-2026-30892: a user that is parsed up to its first odd character")
  void shouldRefuseAUserWithSomethingBehindIt(String user) {
    assertThatThrownBy(() -> UserRequest.parse(user)).isInstanceOf(IllegalArgumentException.class);
  }

  /** A file that denies a group is not opened by leaving that group. */
  @Test
  @DisplayName("CVE-2023-25173, CVE-2022-36109, CVE-2022-2995: supplementary groups")
  void shouldKeepAFileDeniedToAGroup() throws IOException {
    Files.writeString(bundle.rootfs().resolve("etc/passwd"), "denied:x:1000:1000::/:/bin/sh\n");
    Files.writeString(bundle.rootfs().resolve("etc/group"), "denied:x:1000:\nmore:x:2000:denied\n");
    Path secret = Files.writeString(bundle.rootfs().resolve("secret"), "of others");
    Files.setAttribute(secret, "unix:gid", 1000);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw----r--"));
    Path other = Files.writeString(bundle.rootfs().resolve("other"), "of others");
    Files.setAttribute(other, "unix:gid", 2000);
    Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw----r--"));
    User user = lookUp("denied");
    // busybox under another primary group, as a program of a group has it.
    Path program = Files.copy(Path.of("/bin/busybox"), bundle.rootfs().resolve("bin/asgroup"));
    Files.setAttribute(program, "unix:gid", 3000);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setAttribute(program, "unix:mode", 0102755);

    String script =
        IDS + "; cat /secret /other 2>/dev/null; /bin/asgroup cat /secret /other 2>/dev/null";
    assertThat(run(user, script)).isEqualTo("1000\n1000\nGroups:\t1000 2000 \n");
    try (Created created = bundle.start(s -> {})) {
      Process further = HostileBundle.process(p -> p.user = user, "sh", "-c", script);
      assertThat(bundle.exec(created.container(), further))
          .isEqualTo("1000\n1000\nGroups:\t1000 2000 \n");
      bundle.end(created);
    }
  }

  @Test
  @DisplayName("The groups of who starts a container are not the container's")
  void shouldDropTheGroupsOfTheStarter() throws IOException {
    String ids = "grep Groups: /proc/self/status";
    assertThat(run(new User(0, 0, null, List.of()), ids)).isEqualTo("Groups:\t \n");
    try (Created created = bundle.start(s -> {})) {
      assertThat(bundle.exec(created.container(), "sh", "-c", ids)).isEqualTo("Groups:\t \n");
      bundle.end(created);
    }
  }
}
