package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Architecture;
import io.lighter.linux.Signals;
import io.lighter.runtime.InitProcess.Outcome;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file and its mount, and how it ends, as an ordinary process of this machine. */
@Timeout(60)
class ContainerInitTest {
  @TempDir private Path folder;
  private InitProcess init;

  @BeforeEach
  void write() throws IOException {
    init = InitProcess.in(folder);
  }

  @Test
  void shouldWriteAReadOnlyExecutable() throws IOException {
    assertThat(Files.getPosixFilePermissions(init.file()))
        .isEqualTo(PosixFilePermissions.fromString("r-xr-xr-x"));
    assertThat(init.file()).hasBinaryContent(ContainerInit.elf(Architecture.current()));
    assertThatThrownBy(() -> ContainerInit.writeTo(init.file()))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  @RequiresTool("readelf")
  void shouldBeAStaticExecutableOfOneSegment() throws Exception {
    for (Architecture architecture : Architecture.values()) {
      Path file = folder.resolve(architecture.name());
      Files.write(file, ContainerInit.elf(architecture));
      Process readelf =
          new ProcessBuilder("readelf", "-W", "-h", "-l", file.toString())
              .redirectErrorStream(true)
              .start();

      assertThat(InitProcess.outcome(readelf).output())
          .contains("EXEC (Executable file)", "Number of section headers:         0")
          .contains(architecture == Architecture.X86_64 ? "X86-64" : "AArch64")
          .containsPattern("LOAD +0x0+ 0x0+400000 0x0+400000 .* R E 0x10000")
          .doesNotContain("INTERP", "DYNAMIC", "Warning", "Error");
    }
  }

  @Test
  void shouldBeMountedLastAndRunFirst() {
    Spec spec = DefaultContainer.of(new Root("/", false), List.of("sleep", "1"), null);

    Spec changed = ContainerInit.addTo(spec, Path.of("/run/x/init"));

    assertThat(Objects.requireNonNull(changed.process()).args())
        .containsExactly("/sbin/docker-init", "--", "sleep", "1");
    assertThat(changed.mounts()).startsWith(spec.mounts().toArray(Mount[]::new));
    assertThat(changed.mounts().getLast())
        .isEqualTo(
            new Mount(
                "/sbin/docker-init",
                "bind",
                "/run/x/init",
                List.of("bind", "ro", "nosuid", "exec")));
    assertThat(changed.mounts()).hasSize(spec.mounts().size() + 1);
  }

  @Test
  void shouldRefuseASpecificationWithoutACommand() {
    Path file = Path.of("/run/x/init");
    Spec spec = DefaultContainer.of(new Root("/", false), List.of("true"), null);

    assertThatThrownBy(() -> ContainerInit.addTo(Spec.empty(), file))
        .hasMessageContaining("process.args is empty");
    assertThatThrownBy(() -> ContainerInit.addTo(spec, Path.of("init")))
        .hasMessageContaining("not absolute");
  }

  @Test
  void shouldEndAsTheCommandDoes() throws Exception {
    assertThat(init.run("sh", "-c", "exit 7").status()).isEqualTo(7);
    assertThat(init.run("true").status()).isZero();
    assertThat(init.run("sh", "-c", "exit 255").status()).isEqualTo(255);
    assertThat(init.run("sh", "-c", "kill -9 $$").status()).isEqualTo(128 + Signals.SIGKILL);
    assertThat(init.run("sh", "-c", "kill -SEGV $$").status()).isEqualTo(128 + Signals.SIGSEGV);
  }

  @Test
  void shouldHandTheArgumentsAndTheEnvironmentOn() throws Exception {
    Process process =
        init.start(
            builder -> builder.environment().put("BOAT", "lighter"),
            "sh",
            "-c",
            "printf '<%s>' \"$0\" \"$@\" \"$BOAT\"",
            "zero",
            "",
            "--",
            "a b");

    assertThat(InitProcess.outcome(process))
        .isEqualTo(new Outcome(0, "<zero><><--><a b><lighter>"));
  }

  @Test
  void shouldRefuseAnythingButACommandAfterTwoDashes() throws Exception {
    String usage = "lighter-init: usage: docker-init -- COMMAND [ARGUMENT...]\n";
    for (List<String> arguments :
        List.of(
            List.<String>of(),
            List.of("--"),
            List.of("--version"),
            List.of("-s", "--", "true"),
            List.of("", "true"),
            List.of("true", "x", "y"))) {
      List<String> line = new ArrayList<>(List.of(init.file().toString()));
      line.addAll(arguments);
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();

      assertThat(InitProcess.outcome(process)).as(line.toString()).isEqualTo(new Outcome(2, usage));
    }
  }

  /** A user of whom there is no other process, and who may have one. */
  @Test
  @RequiresRoot
  @RequiresTool(value = "prlimit", debianPackage = "util-linux")
  @RequiresTool(value = "setpriv", debianPackage = "util-linux")
  void shouldSayThatItCannotFork() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Process process =
        new ProcessBuilder(
                "prlimit",
                "--nproc=1",
                "setpriv",
                "--reuid=54321",
                "--clear-groups",
                init.file().toString(),
                "--",
                "true")
            .redirectErrorStream(true)
            .start();

    assertThat(InitProcess.outcome(process))
        .isEqualTo(new Outcome(126, "lighter-init: fork: error 11\n"));
  }

  @Test
  void shouldHaveNoMemoryThatIsWritableAndExecutable() throws Exception {
    Outcome outcome = init.run("sh", "-c", "cut -d' ' -f2 /proc/$PPID/maps");

    assertThat(outcome.output().lines()).contains("r-xp", "rw-p").noneMatch(s -> s.contains("wx"));
  }
}
