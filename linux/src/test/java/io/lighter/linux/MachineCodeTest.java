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

  @Test
  @RequiresTool("as")
  @RequiresTool("objcopy")
  void shouldBeTheAssemblyOfTheSignalHandlerForX86() throws Exception {
    Path object = assemble("signal_x86_64.s", "", List.of("--64"));

    assertHandler(Architecture.X86_64, "", object);
    assertThat(symbol("", object, "restorer"))
        .isEqualTo(SignalHandlerCode.of(Architecture.X86_64).restorer());
  }

  @Test
  @RequiresTool("aarch64-linux-gnu-as")
  @RequiresTool("aarch64-linux-gnu-objcopy")
  void shouldBeTheAssemblyOfTheSignalHandlerForAarch64() throws Exception {
    Path object = assemble("signal_aarch64.s", "aarch64-linux-gnu-", List.of());

    assertHandler(Architecture.AARCH64, "aarch64-linux-gnu-", object);
  }

  /** With another descriptor in the assembly, the bytes for that descriptor come out. */
  @Test
  @RequiresTool("aarch64-linux-gnu-as")
  @RequiresTool("aarch64-linux-gnu-objcopy")
  void shouldFillThePipesDescriptorIn() throws Exception {
    for (Architecture architecture : Architecture.values()) {
      boolean x86 = architecture == Architecture.X86_64;
      Path source = Path.of("src/main/asm", x86 ? "signal_x86_64.s" : "signal_aarch64.s");
      String changed =
          Files.readString(source)
              .replace("0x11223344", "0x5a0017")
              .replace("#0x3344", "#0x17")
              .replace("#0x1122", "#0x5a");
      Path file = Files.writeString(folder.resolve("changed.s"), changed);
      String prefix = x86 ? "" : "aarch64-linux-gnu-";
      Path object = assemble(file, prefix, List.of());

      assertThat(SignalHandlerCode.writingTo(architecture, 0x5a0017))
          .isEqualTo(text(prefix, object));
    }
  }

  @Test
  @RequiresTool("as")
  @RequiresTool("objcopy")
  void shouldBeTheAssemblyOfTheWayIntoAUserNamespaceForX86() throws Exception {
    Path object = assemble("enter_x86_64.s", "", List.of("--64"));

    assertThat(UserNamespaceEntry.code(Architecture.X86_64)).isEqualTo(text("", object));
  }

  @Test
  @RequiresTool("aarch64-linux-gnu-as")
  @RequiresTool("aarch64-linux-gnu-objcopy")
  void shouldBeTheAssemblyOfTheWayIntoAUserNamespaceForAarch64() throws Exception {
    String prefix = "aarch64-linux-gnu-";
    Path object = assemble("enter_aarch64.s", prefix, List.of());

    assertThat(UserNamespaceEntry.code(Architecture.AARCH64)).isEqualTo(text(prefix, object));
  }

  private void assertHandler(Architecture architecture, String prefix, Path object)
      throws Exception {
    assertThat(SignalHandlerCode.writingTo(architecture, SignalHandlerCode.PLACEHOLDER))
        .isEqualTo(text(prefix, object));
    assertThat(symbol(prefix, object, "handler")).isZero();
  }

  private void assertSame(
      Architecture architecture, String source, String prefix, List<String> options)
      throws Exception {
    Path object = assemble(source, prefix, options);
    MachineCode code = MachineCode.of(architecture);
    assertThat(code.bytes()).isEqualTo(text(prefix, object));
    assertThat(symbol(prefix, object, "system_call")).isEqualTo(code.systemCall());
    assertThat(symbol(prefix, object, "launch")).isEqualTo(code.launch());
  }

  private Path assemble(String source, String prefix, List<String> options) throws Exception {
    return assemble(Path.of("src/main/asm", source), prefix, options);
  }

  private Path assemble(Path source, String prefix, List<String> options) throws Exception {
    Path object = folder.resolve("code.o");
    List<String> assemble = new ArrayList<>(List.of(prefix + "as"));
    assemble.addAll(options);
    assemble.addAll(List.of("-o", object.toString(), source.toString()));
    run(assemble);
    return object;
  }

  private byte[] text(String prefix, Path object) throws Exception {
    Path binary = folder.resolve("code.bin");
    run(
        List.of(
            prefix + "objcopy",
            "-O",
            "binary",
            "-j",
            ".text",
            object.toString(),
            binary.toString()));
    return Files.readAllBytes(binary);
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
