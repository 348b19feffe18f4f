package io.lighter.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable that takes a process into a user namespace, with a namespace of this test's. */
class UserNamespaceEntryTest {
  @TempDir private Path folder;

  /** As its standard input, which is the one descriptor that a process of Java passes on. */
  private String enter(Path namespace, List<String> emulator, Architecture of, String... command)
      throws Exception {
    Path file = folder.resolve("enter");
    Files.write(file, StaticExecutable.of(of, UserNamespaceEntry.code(of)));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-xr-xr-x"));
    List<String> line = new ArrayList<>(emulator);
    line.addAll(List.of(file.toString(), "0"));
    line.addAll(List.of(command));
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectInput(namespace.toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return output + process.waitFor();
  }

  @Test
  @RequiresRoot
  void shouldBeRootOfTheNamespaceWithItsOwnMountsThere() throws Exception {
    try (Fd namespace = Linux.kernel().userNamespaces().create("0 70000 1\n", "0 70001 1\n")) {
      String script =
          "cat /proc/self/uid_map /proc/self/gid_map | tr -s ' '; id -u; id -g; pwd;"
              + " readlink /proc/self/ns/mnt;"
              + " echo $0 $1";

      String output =
          enter(
              Path.of("/proc/self/fd", namespace.procPath().replaceAll(".*/", "")),
              List.of(),
              Architecture.current(),
              "/bin/sh",
              "sh",
              "-c",
              script,
              "zero",
              "one");

      assertThat(output)
          .startsWith(" 0 70000 1\n 0 70001 1\n0\n0\n" + Path.of("").toAbsolutePath() + "\nmnt:[")
          .endsWith("]\nzero one\n0")
          .doesNotContain(Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString());
    }
  }

  @Test
  void shouldSayWhichStepFailed() throws Exception {
    assertThat(enter(Path.of("/dev/null"), List.of(), Architecture.current(), "/bin/true", "true"))
        .isEqualTo(
            "lighter: the user namespace cannot be entered: setns(CLONE_NEWUSER): error 22\n125");
  }

  @Test
  @RequiresTool(value = "qemu-aarch64-static", debianPackage = "qemu-user-static")
  void shouldSayOnAarch64WhichStepFailed() throws Exception {
    assertThat(
            enter(
                Path.of("/dev/null"),
                List.of("qemu-aarch64-static"),
                Architecture.AARCH64,
                "/bin/true",
                "true"))
        .isEqualTo(
            "lighter: the user namespace cannot be entered: setns(CLONE_NEWUSER): error 22\n125");
  }
}
