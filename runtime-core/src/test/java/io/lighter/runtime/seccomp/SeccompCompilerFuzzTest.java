package io.lighter.runtime.seccomp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Random;

/**
 * Profiles of seccomp as nobody writes them, compiled and run on an interpreter of BPF, whose
 * answers must be those that the profile gives when it is read rule by rule. In the build it runs
 * the seeds; docs/fuzzing.md says how to search for more.
 */
class SeccompCompilerFuzzTest {
  private static final int CALLS = 40;

  /** Choices that are the bytes of an input, one after the other, and zeros behind its end. */
  private static final class Choices extends Random {
    private static final long serialVersionUID = 1;

    private final transient byte[] input;
    private transient int at;

    Choices(byte[] input) {
      this.input = input;
    }

    @Override
    protected int next(int bits) {
      // One byte decides between few things: the whole number would be spent on its last bits.
      int value = at < input.length ? input[at++] & 0xff : 0;
      int rest = 0;
      for (int i = 0; i < 3; i++) {
        rest = rest << 8 | (value * 167 + i & 0xff);
      }
      return (value << 24 | rest) >>> (32 - bits);
    }
  }

  @FuzzTest(maxDuration = "5m")
  void shouldDecideAsTheProfileSays(byte[] input) {
    RandomProfilesTest.compareOne(new Choices(input), CALLS, "input");
  }
}
