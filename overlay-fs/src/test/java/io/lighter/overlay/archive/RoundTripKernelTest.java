package io.lighter.overlay.archive;

import io.lighter.testing.KernelTest;

/** The same on Linux 6.1. */
@KernelTest
class RoundTripKernelTest extends RoundTripTest {
  /** Not here: tmpfs has {@code user.*} attributes since Linux 6.6. */
  @Override
  boolean hasUserXattrs() {
    return false;
  }
}
