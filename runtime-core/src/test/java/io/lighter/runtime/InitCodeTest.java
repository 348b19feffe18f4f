package io.lighter.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Architecture;
import io.lighter.testing.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes in {@link InitCode} are the assembly that explains them. */
class InitCodeTest {
  @TempDir private Path folder;

  @Test
  @RequiresTool("as")
  @RequiresTool("objcopy")
  void shouldBeTheAssemblyForX86() throws Exception {
    assertThat(InitCode.of(Architecture.X86_64))
        .isEqualTo(assembled("", List.of("as", "--64"), "init-x86_64.s"));
  }

  @Test
  @RequiresTool(value = "aarch64-linux-gnu-as", debianPackage = "binutils-aarch64-linux-gnu")
  @RequiresTool(value = "aarch64-linux-gnu-objcopy", debianPackage = "binutils-aarch64-linux-gnu")
  void shouldBeTheAssemblyForAarch64() throws Exception {
    String prefix = "aarch64-linux-gnu-";
    assertThat(InitCode.of(Architecture.AARCH64))
        .isEqualTo(assembled(prefix, List.of(prefix + "as"), "init-aarch64.s"));
  }

  private byte[] assembled(String prefix, List<String> assembler, String source) throws Exception {
    String object = folder.resolve("code.o").toString();
    Path binary = folder.resolve("code.bin");
    run(
        Stream.concat(
                assembler.stream(),
                Stream.of("-o", object, Path.of("src/main/asm", source).toString()))
            .toList());
    run(List.of(prefix + "objcopy", "-O", "binary", "-j", ".text", object, binary.toString()));
    return Files.readAllBytes(binary);
  }

  private static void run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
