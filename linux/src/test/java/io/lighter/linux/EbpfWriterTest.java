package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EbpfWriterTest {
  @Test
  void shouldPrintEveryInstructionAsTheVerifierDoes() {
    EbpfWriter writer = new EbpfWriter();
    EbpfWriter.Label last = writer.label();
    EbpfWriter.Label one = writer.label();
    writer.loadWord(EbpfRegister.R2, EbpfRegister.R1, 8);
    writer.loadWord(EbpfRegister.R3, EbpfRegister.R10, -4);
    writer.copy(EbpfRegister.R4, EbpfRegister.R2);
    writer.shiftRight(EbpfRegister.R4, 16);
    writer.and(EbpfRegister.R2, 0xFFFF);
    writer.jumpIfEqual(EbpfRegister.R2, -1, last);
    writer.jumpIfAnyBit(EbpfRegister.R4, ~1, one);
    writer.jump(last);
    writer.place(one);
    writer.move(EbpfRegister.R0, 1);
    writer.exit();
    writer.place(last);
    writer.move(EbpfRegister.R0, -5);
    writer.exit();

    assertThat(writer.program().disassemble())
        .isEqualTo(
            """
               0  r2 = *(u32 *)(r1 +8)
               1  r3 = *(u32 *)(r10 -4)
               2  w4 = w2
               3  w4 >>= 16
               4  w2 &= 0xffff
               5  if w2 == 4294967295 goto 10
               6  if w4 & 0xfffffffe goto 8
               7  goto 10
               8  w0 = 1
               9  exit
              10  w0 = -5
              11  exit
            """);
  }

  @Test
  void shouldLayOutAnInstructionAsTheKernelReadsIt() {
    long instruction = Ebpf.instruction(Ebpf.LDX_W, 2, 1, -4, 0x01020304);

    assertThat(instruction).isEqualTo(0x01020304_FFFC_12_61L);
    assertThat(Ebpf.code(instruction)).isEqualTo(Ebpf.LDX_W);
    assertThat(Ebpf.dst(instruction)).isEqualTo(2);
    assertThat(Ebpf.src(instruction)).isEqualTo(1);
    assertThat(Ebpf.offset(instruction)).isEqualTo(-4);
    assertThat(Ebpf.immediate(instruction)).isEqualTo(0x01020304);
  }

  @Test
  void shouldRefuseJumpsThatLeadNowhereOrBackOrTooFar() {
    EbpfWriter writer = new EbpfWriter();
    EbpfWriter.Label label = writer.label();
    writer.jump(label);
    assertThatThrownBy(writer::program).hasMessageContaining("1 jumps lead to labels");
    for (int i = 0; i <= Short.MAX_VALUE; i++) {
      writer.exit();
    }
    assertThatThrownBy(() -> writer.place(label)).hasMessageContaining("a jump over 32768");

    EbpfWriter other = new EbpfWriter();
    EbpfWriter.Label start = other.label();
    other.place(start);
    other.exit();
    assertThatThrownBy(() -> other.jump(start)).hasMessageContaining("a jump back");
    assertThatThrownBy(() -> other.place(start)).hasMessageContaining("placed already");
    assertThatThrownBy(() -> other.jump(label)).hasMessageContaining("of another program");
    assertThatThrownBy(() -> other.loadWord(EbpfRegister.R0, EbpfRegister.R1, 40_000))
        .hasMessageContaining("40000");
  }

  @Test
  void shouldEqualAProgramOfTheSameInstructions() {
    assertThat(returning(1)).isEqualTo(returning(1)).hasSameHashCodeAs(returning(1));
    assertThat(returning(1)).isNotEqualTo(returning(0));
  }

  static EbpfProgram returning(int value) {
    EbpfWriter writer = new EbpfWriter();
    writer.move(EbpfRegister.R0, value);
    writer.exit();
    return writer.program();
  }
}
