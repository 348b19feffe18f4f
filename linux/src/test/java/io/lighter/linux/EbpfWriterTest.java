package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
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
  void shouldPrintMemoryMapsAndCalls() {
    EbpfWriter writer = new EbpfWriter();
    EbpfWriter.Label last = writer.label();
    writer.load(EbpfSize.LONG, EbpfRegister.R2, EbpfRegister.R1, 8);
    writer.load(EbpfSize.BYTE, EbpfRegister.R3, EbpfRegister.R1, 0);
    writer.store(EbpfSize.HALF, EbpfRegister.R10, -2, EbpfRegister.R3);
    writer.storeValue(EbpfSize.WORD, EbpfRegister.R10, -8, -7);
    writer.fetchAdd(EbpfSize.LONG, EbpfRegister.R2, 40, EbpfRegister.R3);
    writer.fetchAdd(EbpfSize.WORD, EbpfRegister.R2, 40, EbpfRegister.R3);
    writer.compareExchange(EbpfSize.LONG, EbpfRegister.R2, 40, EbpfRegister.R3);
    writer.apply(EbpfOperation.ADD, EbpfRegister.R2, -8);
    writer.apply(EbpfOperation.MOVE, EbpfRegister.R2, EbpfRegister.R10);
    writer.apply32(EbpfOperation.MODULO, EbpfRegister.R0, EbpfRegister.R9);
    writer.apply(EbpfOperation.XOR, EbpfRegister.R0, 0xFF);
    writer.toBigEndian(EbpfRegister.R4, 16);
    writer.loadMap(EbpfRegister.R1, "second");
    writer.loadMap(EbpfRegister.R1, "first");
    writer.loadMap(EbpfRegister.R1, "second");
    writer.loadConstant(EbpfRegister.R5, 0x8000_0001_F000_0000L);
    writer.call(EbpfHelper.MAP_LOOKUP_ELEM);
    writer.jumpIf(EbpfRegister.R0, EbpfCondition.NOT_EQUAL, 0, last);
    writer.jumpIf(EbpfRegister.R0, EbpfCondition.GREATER, EbpfRegister.R1, last);
    writer.place(last);
    writer.exit();

    EbpfProgram program = writer.program();
    assertThat(program.maps()).containsExactly("second", "first");
    assertThat(program.disassemble())
        .isEqualTo(
            """
               0  r2 = *(u64 *)(r1 +8)
               1  r3 = *(u8 *)(r1 +0)
               2  *(u16 *)(r10 -2) = r3
               3  *(u32 *)(r10 -8) = -7
               4  r3 = atomic64_fetch_add((u64 *)(r2 +40), r3)
               5  r3 = atomic_fetch_add((u32 *)(r2 +40), r3)
               6  r0 = atomic64_cmpxchg((u64 *)(r2 +40), r0, r3)
               7  r2 += -8
               8  r2 = r10
               9  w0 %= w9
              10  r0 ^= 0xff
              11  r4 = be16 r4
              12  r1 = map[second]
              14  r1 = map[first]
              16  r1 = map[second]
              18  r5 = 0x80000001f0000000 ll
              20  call bpf_map_lookup_elem#1
              21  if r0 != 0 goto 23
              22  if r0 > r1 goto 23
              23  exit
            """);
  }

  @Test
  void shouldNameTheMapThatALoadLacks() {
    EbpfWriter writer = new EbpfWriter();
    writer.loadMap(EbpfRegister.R1, "flows");
    writer.exit();

    assertThatThrownBy(() -> writer.program().linked(Map.of()))
        .hasMessageContaining("a map that is not given: flows");
  }

  @Test
  void shouldLayOutAnInstructionAsTheKernelReadsIt() {
    long instruction = Ebpf.instruction(0x61, 2, 1, -4, 0x01020304);

    assertThat(instruction).isEqualTo(0x01020304_FFFC_12_61L);
    assertThat(Ebpf.code(instruction)).isEqualTo(0x61);
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
