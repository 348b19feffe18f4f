package io.lighter.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberListTest {
  @Test
  void shouldReadNumbersAndRanges() {
    BitSet expected = new BitSet();
    expected.set(0, 4);
    expected.set(7);
    expected.set(1023);

    assertThat(NumberList.parse("f", "0-3,7,1023,2", 1024)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",", "1,", ",1", "1,,2", "-1", "1-", "1-2-3", " 1", "1 ", "0x1", "a", "١"})
  void shouldRefuseWhatIsNoList(String list) {
    assertThatThrownBy(() -> NumberList.parse("process.f", list, 1024))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("process.f: expected a list");
  }

  @Test
  void shouldRefuseDescendingRangesAndNumbersThatAreTooHigh() {
    assertThatThrownBy(() -> NumberList.parse("f", "0,3-2", 1024))
        .hasMessage("f: \"0,3-2\" has a range that descends: 3-2");
    assertThatThrownBy(() -> NumberList.parse("f", "0-1024", 1024))
        .hasMessage("f: 1024 is above the highest number, 1023");
    assertThatThrownBy(() -> NumberList.parse("f", "99999999999999999999", 1024))
        .hasMessageContaining("above the highest number");
  }
}
