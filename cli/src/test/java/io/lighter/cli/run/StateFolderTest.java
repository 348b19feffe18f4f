package io.lighter.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.linux.Linux;
import io.lighter.runtime.rootless.RootlessException;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
  private final long me = Linux.kernel().credentials().geteuid();
  @TempDir private Path folder;

  private String chosen(Map<String, String> variables, long uid) {
    return new StateFolder(variables, Path.of("/work"), folder)
        .environmentOf(uid)
        .getOrDefault("LIGHTER_STATE", "");
  }

  @Test
  void shouldTakeWhatIsSaidOrTheUsersOwnFolderForData() {
    assertThat(chosen(Map.of("LIGHTER_STATE", "state"), me)).isEqualTo("/work/state");
    assertThat(chosen(Map.of("HOME", folder + "/new"), me))
        .isEqualTo(folder + "/new/.local/share/lighter");
    assertThat(chosen(Map.of("HOME", "/", "XDG_DATA_HOME", folder + "/data"), me))
        .isEqualTo(folder + "/data/lighter");
    assertThat(new StateFolder(Map.of(), Path.of("/work")).ofRoot())
        .isEqualTo(Path.of("/var/lib/lighter"));
  }

  @Test
  void shouldMakeAPrivateFolderForWhoHasNone() throws Exception {
    String fallback = folder + "/lighter-" + me;

    assertThat(chosen(Map.of(), me)).isEqualTo(fallback);
    assertThat(Files.getPosixFilePermissions(Path.of(fallback)))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(chosen(Map.of(), me)).isEqualTo(fallback);
    // As after su, where HOME is still that of another user.
    assertThat(chosen(Map.of("HOME", folder.toString()), me + 1))
        .isEqualTo(folder + "/lighter-" + (me + 1));
  }

  @Test
  void shouldRefuseWhatSomebodyElseCanHavePutThere() throws Exception {
    Path fallback = folder.resolve("lighter-" + me);
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));

    Files.createSymbolicLink(fallback, elsewhere);
    assertRefused(me);

    Files.delete(fallback);
    Files.createDirectory(fallback);
    Files.setPosixFilePermissions(fallback, PosixFilePermissions.fromString("rwxrwx---"));
    assertRefused(me);

    Files.delete(fallback);
    Files.createFile(
        fallback,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    assertRefused(me);
  }

  @Test
  @RequiresRoot
  void shouldRefuseTheFolderOfAnotherUser() throws IOException {
    Path fallback = Files.createDirectory(folder.resolve("lighter-54321"));
    Files.setPosixFilePermissions(fallback, PosixFilePermissions.fromString("rwx------"));

    assertRefused(54321);
  }

  private void assertRefused(long uid) {
    assertThatExceptionOfType(RootlessException.class)
        .isThrownBy(() -> chosen(Map.of(), uid))
        .withMessageContaining(folder + "/lighter-" + uid)
        .withMessageContaining("set LIGHTER_STATE");
  }
}
