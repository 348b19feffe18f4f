package io.lighter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessTreeTest {

  @Test
  void shouldReadNameWithParenthesesAndBlanks() {
    assertThat(ProcessTree.parse("42 (a) b) Z 7 42 42 0 -1"))
        .isEqualTo(new ProcessTree.Entry(42, "a) b", 'Z', 7));
  }
}
