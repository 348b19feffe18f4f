package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.EbpfProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The programs as text, so that a change of them is read before it is merged. {@code
 * -Dlighter.golden=write} writes what they are now.
 */
class ProgramsTest {
  private static final long NAMESPACE = 0x1_0000_0001L;

  @ParameterizedTest
  @EnumSource(Hook.class)
  void shouldBeWhatWasRead(Hook hook) throws IOException {
    check(hook.programName(), hook.program(NAMESPACE, true));
  }

  @Test
  void shouldBeWhatWasReadWhereTcpIsSkipped() throws IOException {
    check("lb_shortcut", ShortcutProgram.write());
  }

  private static void check(String program, EbpfProgram written) throws IOException {
    String name = program + ".txt";
    Path golden =
        Path.of(System.getProperty("lighter.root", ".."))
            .resolve("proxy/src/test/golden/ebpf")
            .resolve(name);
    String text = written.disassemble();
    if ("write".equals(System.getProperty("lighter.golden"))) {
      Files.createDirectories(golden.getParent());
      Files.writeString(golden, text);
    }
    assertThat(text).isEqualTo(Files.readString(golden, StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @EnumSource(Hook.class)
  void shouldNotAskForAnErrnoWhereTheKernelHasNone(Hook hook) {
    assertThat(hook.program(NAMESPACE, false).disassemble()).doesNotContain("set_retval");
  }
}
