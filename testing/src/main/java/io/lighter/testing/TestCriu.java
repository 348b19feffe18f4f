package io.lighter.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The criu of the tests, the first in PATH, where it goes with this kernel. */
public final class TestCriu {
  private static @Nullable Path known;

  private TestCriu() {}

  /** Returns its file; without it the test is skipped, or fails where everything is required. */
  public static synchronized Path find() throws IOException, InterruptedException {
    if (known == null) {
      Path found = Tools.find("criu").orElse(null);
      String why = found == null ? "needs the program criu" : check(found);
      if (Requirements.enforced() && why != null) {
        throw new IllegalStateException("LIGHTER_TESTS_REQUIRED=true: " + why);
      }
      Assumptions.assumeTrue(why == null, why);
      known = found;
    }
    return Objects.requireNonNull(known);
  }

  private static @Nullable String check(Path criu) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(criu.toString(), "check")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    boolean ended = process.waitFor(30, TimeUnit.SECONDS);
    return ended && process.exitValue() == 0
        ? null
        : "needs a criu that goes with this kernel: " + criu + " check fails (run-tests has one)";
  }
}
