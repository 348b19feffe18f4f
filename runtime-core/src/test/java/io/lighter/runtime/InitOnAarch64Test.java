package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Architecture;
import io.lighter.linux.Signals;
import io.lighter.runtime.InitProcess.Outcome;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Tools;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The executable for aarch64 on an emulated processor, with commands of this machine. */
@RequiresTool(value = "qemu-aarch64-static", debianPackage = "qemu-user-static")
@Timeout(60)
class InitOnAarch64Test {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("aarch64");
    Files.write(file, ContainerInit.elf(Architecture.AARCH64));
    // The emulator is as strict about it as the kernel.
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-xr-xr-x"));
  }

  @Test
  void shouldRunOnAarch64() throws Exception {
    Path plain = InitProcess.script(folder, "plain", "echo \"$0\" \"$@\"\n", "rwxr-xr-x");
    InitProcess.script(folder, "first/tool", "", "rw-r--r--");
    InitProcess.script(folder, "second/tool", "#!/bin/sh\necho second \"$@\"\n", "rwxr-xr-x");
    String path = folder.resolve("first") + ":/" + "x/".repeat(2500) + ":" + folder + "/second";

    assertThat(emulate("/bin", "sh", "-c", "exit 7").status()).isEqualTo(7);
    assertThat(emulate("", "sh", "-c", "kill -9 $$").status()).isEqualTo(137);
    assertThat(emulate("/bin", "no-such"))
        .isEqualTo(new Outcome(127, "lighter-init: exec no-such: No such file or directory\n"));
    assertThat(emulate("/bin", "/etc/passwd"))
        .isEqualTo(new Outcome(126, "lighter-init: exec /etc/passwd: Permission denied\n"));
    assertThat(emulate("/bin", "/etc/passwd/x"))
        .isEqualTo(new Outcome(126, "lighter-init: exec /etc/passwd/x: error 20\n"));
    assertThat(emulate(path, "tool", "x")).isEqualTo(new Outcome(0, "second x\n"));
    assertThat(emulate(folder.resolve("first").toString(), "tool"))
        .isEqualTo(new Outcome(126, "lighter-init: exec tool: Permission denied\n"));
    assertThat(emulate("", plain.toString(), "a")).isEqualTo(new Outcome(0, plain + " a\n"));
  }

  /** The emulator passes most signals on to what it emulates. */
  @Test
  void shouldForwardSignalsAndReapOnAarch64() throws Exception {
    Process process =
        new ProcessBuilder(
                emulated(
                    "sh",
                    "-c",
                    "p=$(sh -c 'sleep 60 > /dev/null & echo $!'); kill $p;"
                        + "while [ -d /proc/$p ]; do sleep 0.02; done;"
                        + "trap 'exit 9' TERM; echo ready; while :; do sleep 0.02; done"))
            .redirectErrorStream(true)
            .start();
    BufferedReader output = process.inputReader();
    assertThat(output.readLine()).isEqualTo("ready");

    InitProcess.signal(process, Signals.SIGTERM);

    assertThat(process.waitFor()).isEqualTo(9);
  }

  private List<String> emulated(String... command) {
    List<String> line = new ArrayList<>(List.of("qemu-aarch64-static", file.toString(), "--"));
    line.addAll(Arrays.asList(command));
    return line;
  }

  private Outcome emulate(String path, String... command) throws Exception {
    List<String> line = new ArrayList<>(List.of("env", "PATH=" + path));
    List<String> emulated = new ArrayList<>(emulated(command));
    // PATH is what it is given, and env looks there.
    emulated.set(0, Tools.find("qemu-aarch64-static").orElseThrow().toString());
    line.addAll(emulated);
    return InitProcess.outcome(new ProcessBuilder(line).redirectErrorStream(true).start());
  }
}
