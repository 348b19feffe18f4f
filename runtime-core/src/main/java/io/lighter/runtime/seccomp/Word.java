package io.lighter.runtime.seccomp;

import io.lighter.linux.SeccompFilter;

/**
 * What one decision looks at: 32 bits of {@code struct seccomp_data}, of which {@code mask} count.
 *
 * @param offset the byte offset in {@code seccomp_data}
 * @param mask all ones to look at the whole word
 */
record Word(int offset, int mask) {
  private static final int ALL = -1;

  static final Word NUMBER = new Word(SeccompFilter.DATA_NR, ALL);
  static final Word ARCHITECTURE = new Word(SeccompFilter.DATA_ARCH, ALL);

  static Word low(int argument) {
    return low(argument, ALL);
  }

  static Word low(int argument, int mask) {
    return new Word(SeccompFilter.argumentLow(argument), mask);
  }

  static Word high(int argument) {
    return high(argument, ALL);
  }

  static Word high(int argument, int mask) {
    return new Word(SeccompFilter.argumentHigh(argument), mask);
  }

  boolean isMasked() {
    return mask != ALL;
  }
}
