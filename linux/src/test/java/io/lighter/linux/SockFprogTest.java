package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class SockFprogTest {
  @Test
  void shouldLayOutHeaderAndInstructionsAsTheKernelReadsThem() {
    long ret = ClassicBpf.instruction(ClassicBpf.RET_K, 0, 0, 0x7FFF0000);
    long jump = ClassicBpf.instruction(ClassicBpf.JEQ_K, 1, 2, -1);
    SockFprog program = SockFprog.of(jump, ret);

    assertThat(program.header().get(ValueLayout.JAVA_SHORT, 0)).isEqualTo((short) 2);
    assertThat(program.header().get(ValueLayout.JAVA_LONG, 8))
        .isEqualTo(program.instructions().address());
    assertThat(program.instructions().toArray(ValueLayout.JAVA_BYTE))
        .containsExactly(
            0x15, 0, 1, 2, 0xFF, 0xFF, 0xFF, 0xFF, //
            0x06, 0, 0, 0, 0, 0, 0xFF, 0x7F);
    assertThat(ClassicBpf.k(program.instruction(0))).isEqualTo(-1);
    assertThat(ClassicBpf.jf(program.instruction(0))).isEqualTo(2);
  }

  @Test
  void shouldRefuseALengthThatTheKernelWouldRefuse() {
    assertThatThrownBy(() -> SockFprog.of(new long[4097])).hasMessageContaining("4097");
    assertThatThrownBy(SockFprog::of).isInstanceOf(IllegalArgumentException.class);
  }
}
