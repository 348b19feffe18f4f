package io.lighter.overlay;

import io.lighter.testing.KernelTest;

/** The same on Linux 6.1. */
@KernelTest
class WhiteoutsKernelTest extends WhiteoutsTest {
  /** Not here: tmpfs has {@code user.*} attributes since Linux 6.6. */
  @Override
  void shouldRecogniseMarksInAttributesOfUsers() {}
}
