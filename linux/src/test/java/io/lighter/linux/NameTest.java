package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameTest {
  @Test
  void shouldKeepBytesThatAreNotUtf8() {
    byte[] bytes = {'a', (byte) 0xff, (byte) 0xc3, 'z'};

    assertThat(Name.of(bytes).toBytes()).isEqualTo(bytes);
    assertThat(Name.of(bytes)).hasToString("a\ufffd\ufffdz");
  }

  @Test
  void shouldCompareByBytes() {
    Name shorter = Name.of("ab");
    Name longer = Name.of("abc");
    Name high = Name.of(new byte[] {(byte) 0xff});

    assertThat(List.of(high, longer, shorter).stream().sorted().toList())
        .containsExactly(shorter, longer, high);
    assertThat(Name.of("ab")).isEqualTo(shorter).hasSameHashCodeAs(shorter).isNotEqualTo(longer);
    assertThat(longer.startsWith("ab")).isTrue();
    assertThat(longer.contentEquals("ab")).isFalse();
    assertThat(shorter.compareTo(Name.of("ab"))).isZero();
  }

  @Test
  void shouldKnowWhatCanBeAnEntry() {
    assertThat(Name.of("a.b").isOneComponent()).isTrue();
    assertThat(Name.of("...").isOneComponent()).isTrue();
    for (String no : List.of("", ".", "..", "a/b", "/")) {
      assertThat(Name.of(no).isOneComponent()).as(no).isFalse();
    }
  }

  @Test
  void shouldRefuseNulBytesAndTooLittleMemory() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom("ab");

      assertThat(Name.wrap(memory, 0, 2)).hasToString("ab");
      assertThatThrownBy(() -> Name.wrap(memory, 0, 3)).hasMessageContaining("NUL byte, at 2");
      assertThatThrownBy(() -> Name.wrap(memory, 2, 3)).isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void shouldOutliveItsWindowAsACopy() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom("ab");
      Name window = Name.wrap(memory, 0, 2);
      Name copy = window.copy(arena);
      memory.setString(0, "cd");

      assertThat(window).hasToString("cd");
      assertThat(copy).hasToString("ab");
    }
  }
}
