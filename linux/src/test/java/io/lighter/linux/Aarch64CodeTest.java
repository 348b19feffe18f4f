package io.lighter.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the machine code for aarch64 on an emulated processor: a static program of it, without a
 * libc, whose data are the steps that the child walks. Only clone3 is left out, which the emulator
 * does not have.
 */
@RequiresTool(value = "qemu-aarch64-static", debianPackage = "qemu-user-static")
@RequiresTool(value = "aarch64-linux-gnu-as", debianPackage = "binutils-aarch64-linux-gnu")
@RequiresTool(value = "aarch64-linux-gnu-ld", debianPackage = "binutils-aarch64-linux-gnu")
class Aarch64CodeTest {
  private static final int WRITE = 64;
  private static final int CHDIR = 49;
  private static final int EXIT_GROUP = 94;
  private static final int READ = 63;
  private static final int MMAP = 222;
  private static final int KILL = 129;
  private static final int GETPID = 172;

  /**
   * The steps lie at label {@code steps}; the child takes them in x4 to x6, as the call leaves it.
   */
  private static final String START =
      """
              .include "src/main/asm/aarch64.s"
              .globl  _start
      _start:
              adr     x4, steps
              adr     x5, end
              adr     x6, progress
              b       child
              .data
      hello:  .asciz  "hello\\n"
      wrong:  .asciz  "wrong\\n"
      nowhere: .asciz "/does/not/exist"
              .balign 8
      progress: .quad 0
      """;

  private record Outcome(int status, String output) {}

  @TempDir private Path folder;

  /** One step as assembly; {@code arguments} are numbers and labels. */
  private static String step(
      String label, int number, int indirect, int skip, int tolerated, String... arguments) {
    StringBuilder text = new StringBuilder(label).append(": .quad ").append(number);
    for (int i = 0; i < 6; i++) {
      text.append(", ").append(i < arguments.length ? arguments[i] : "0");
    }
    // The result, and three tolerated errors of which the last is used here.
    text.append(", 0\n .short ").append(indirect).append(", ").append(skip);
    return text.append(", 0, 0, ").append(tolerated).append(", 0, 0, 0\n").toString();
  }

  private static String result(String label) {
    return label + " + " + MachineCode.STEP_RESULT;
  }

  private Outcome run(String source) throws IOException, InterruptedException {
    Path assembly = folder.resolve("code.s");
    String object = folder.resolve("code.o").toString();
    String program = folder.resolve("code").toString();
    Files.writeString(assembly, source);
    Outcome built = new Outcome(0, "");
    assertThat(execute("aarch64-linux-gnu-as", "-o", object, assembly.toString())).isEqualTo(built);
    assertThat(execute("aarch64-linux-gnu-ld", "-o", program, object)).isEqualTo(built);
    return execute("qemu-aarch64-static", program);
  }

  private static Outcome execute(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  @Test
  void shouldPassResultsOnAndSkipAfterAToleratedError() throws Exception {
    Outcome outcome =
        run(
            START
                + "steps:\n"
                + step("write", WRITE, 0, 0, 0, "1", "hello", "6")
                + step("pid", GETPID, 0, 0, 0)
                + step("alive", KILL, 1, 0, 0, result("pid"), "0")
                + step("change", CHDIR, 0, 1, Errno.ENOENT, "nowhere")
                + step("left_out", WRITE, 0, 0, 0, "1", "wrong", "6")
                + step("again", WRITE, 4, 0, 0, "1", "hello", result("write"))
                + step("exit", EXIT_GROUP, 1, 0, 0, result("again"))
                + "end:\n");

    assertThat(outcome).isEqualTo(new Outcome(6, "hello\nhello\n"));
  }

  @Test
  void shouldGoOnAfterAToleratedErrorThatSkipsNothing() throws Exception {
    Outcome outcome =
        run(
            START
                + "steps:\n"
                + step("change", CHDIR, 0, 0, Errno.ENOENT, "nowhere")
                + step("exit", EXIT_GROUP, 0, 0, 0, "7")
                + "end:\n");

    assertThat(outcome).isEqualTo(new Outcome(7, ""));
  }

  @Test
  void shouldTakeTheFirstThreeArgumentsByAddress() throws Exception {
    for (int i = 0; i < 3; i++) {
      String[] arguments = {"1", "hello", "6"};
      String cell = "cell: .quad " + arguments[i] + "\n";
      arguments[i] = "cell";
      Outcome outcome =
          run(
              START
                  + cell
                  + "steps:\n"
                  + step("write", WRITE, 1 << i, 0, 0, arguments)
                  + step("exit", EXIT_GROUP, 1, 0, 0, result("write"))
                  + "end:\n");
      assertThat(outcome).as("argument " + i).isEqualTo(new Outcome(6, "hello\n"));
    }
  }

  @Test
  void shouldTakeTheLastThreeArgumentsByAddress() throws Exception {
    // mmap of anonymous memory: flags, descriptor and offset are arguments 3 to 5, and a wrong one
    // is EINVAL or EBADF.
    Outcome outcome =
        run(
            START
                + "flags: .quad 0x22\nnone: .quad -1\noffset: .quad 0\n"
                + "steps:\n"
                + step("map", MMAP, 0b111000, 0, 0, "0", "4096", "3", "flags", "none", "offset")
                + step("fill", READ, 2, 0, 0, "0", result("map"), "0")
                + step("exit", EXIT_GROUP, 0, 0, 0, "9")
                + "end:\n");

    assertThat(outcome).isEqualTo(new Outcome(9, ""));
  }

  @Test
  void shouldEndAtAnErrorAndAtTheEndOfTheSteps() throws Exception {
    Outcome failed =
        run(
            START
                + "steps:\n"
                + step("change", CHDIR, 0, 0, Errno.EACCES, "nowhere")
                + step("left_out", WRITE, 0, 0, 0, "1", "wrong", "6")
                + "end:\n");
    Outcome ran =
        run(START + "steps:\n" + step("write", WRITE, 0, 0, 0, "1", "hello", "6") + "end:\n");

    assertThat(failed).isEqualTo(new Outcome(MachineCode.FAILED_STATUS, ""));
    assertThat(ran).isEqualTo(new Outcome(MachineCode.FAILED_STATUS, "hello\n"));
  }

  @Test
  void shouldMakeAPlainCallAndReturnItsResult() throws Exception {
    // What it returned becomes the exit status; -EBADF is 247 there.
    String source =
        """
                .include "src/main/asm/aarch64.s"
                .globl  _start
        _start:
                mov     x0, #%d
                mov     x1, #%d
                adr     x2, hello
                mov     x3, #6
                bl      system_call
                mov     x1, x0
                mov     x0, #94
                bl      system_call
        hello:  .ascii  "hello\\n"
        """;

    assertThat(run(source.formatted(WRITE, 1))).isEqualTo(new Outcome(6, "hello\n"));
    assertThat(run(source.formatted(WRITE, 99))).isEqualTo(new Outcome(256 - Errno.EBADF, ""));
  }
}
