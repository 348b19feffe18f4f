package io.lighter.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes in {@link MachineCode} are the assembly that explains them. */
class MachineCodeTest {
  @TempDir private Path folder;

  @Test
  @RequiresTool("as")
  @RequiresTool("objcopy")
  void shouldBeTheAssemblyForX86() throws Exception {
    assertSame(Architecture.X86_64, "x86_64.s", "", List.of("--64"));
  }

  @Test
  @RequiresTool("aarch64-linux-gnu-as")
  @RequiresTool("aarch64-linux-gnu-objcopy")
  void shouldBeTheAssemblyForAarch64() throws Exception {
    assertSame(Architecture.AARCH64, "aarch64.s", "aarch64-linux-gnu-", List.of());
  }

  private void assertSame(
      Architecture architecture, String source, String prefix, List<String> options)
      throws Exception {
    Path object = folder.resolve("code.o");
    Path binary = folder.resolve("code.bin");
    List<String> assemble = new ArrayList<>(List.of(prefix + "as"));
    assemble.addAll(options);
    assemble.addAll(List.of("-o", object.toString(), "src/main/asm/" + source));
    run(assemble);
    run(
        List.of(
            prefix + "objcopy",
            "-O",
            "binary",
            "-j",
            ".text",
            object.toString(),
            binary.toString()));
    MachineCode code = MachineCode.of(architecture);
    assertThat(code.bytes()).isEqualTo(Files.readAllBytes(binary));
    assertThat(symbol(prefix, object, "system_call")).isEqualTo(code.systemCall());
    assertThat(symbol(prefix, object, "launch")).isEqualTo(code.launch());
  }

  private int symbol(String prefix, Path object, String name) throws Exception {
    for (String line : run(List.of(prefix + "nm", object.toString())).lines().toList()) {
      if (line.endsWith(" " + name)) {
        return Integer.parseInt(line.substring(0, line.indexOf(' ')), 16);
      }
    }
    throw new AssertionError("no symbol " + name);
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
